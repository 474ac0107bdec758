//! Comma-separated values, as far as RFC 4180 goes.

/// The records with the lines they begin at, or the line of a quote that does not end.
pub fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, usize> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let (mut line, mut began, mut quoted) = (1, 1, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        line += usize::from(character == '\n');
        match character {
            // Twice within quotes it is one that is meant.
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push((began, std::mem::take(&mut record)));
                began = line;
            }
            other => field.push(other),
        }
    }
    if quoted {
        return Err(began);
    }
    if !field.is_empty() || !record.is_empty() {
        record.push(field);
        records.push((began, record));
    }
    Ok(records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_they_were_written() {
        let text = "a,b\r\n\"one, \"\"two\"\"\nthree\",\n,x";
        let found = records(text).expect("readable");
        let expected = [(1, ["a", "b"]), (2, ["one, \"two\"\nthree", ""]), (4, ["", "x"])];
        assert_eq!(found.len(), expected.len());
        for ((line, fields), (expected_line, expected_fields)) in found.iter().zip(expected) {
            assert_eq!(
                (*line, fields.as_slice()),
                (expected_line, &expected_fields.map(String::from)[..])
            );
        }
    }

    #[test]
    fn an_open_quote_is_named_by_its_line() {
        assert_eq!(records("a\n\"b\nc\n"), Err(2));
        assert_eq!(records(""), Ok(Vec::new()));
    }
}
