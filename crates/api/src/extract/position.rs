//! Which field of a JSON body is wrong, from where its reading stopped.

/// Longer names are not repeated in an answer.
const NAME_MAX_BYTES: usize = 64;

/// The dotted name of the field that an error of `serde_json` is about. `None` when it is the text
/// as a whole.
pub(crate) fn field(body: &[u8], error: &serde_json::Error) -> Option<String> {
    if !error.is_data() {
        return None;
    }
    let mut path = open_path(body.get(..offset(body, error.line(), error.column()))?);
    let message = error.to_string();
    // The reading stopped behind the object that lacks the field, so its own name is the last.
    path.extend(quoted(&message, "missing field `").map(str::to_owned));
    presentable(&path)
}

fn quoted<'a>(message: &'a str, opening: &str) -> Option<&'a str> {
    message.strip_prefix(opening)?.split('`').next()
}

fn presentable(path: &[String]) -> Option<String> {
    let name = path.join(".");
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.');
    (plain && !name.is_empty() && name.len() <= NAME_MAX_BYTES).then_some(name)
}

/// Lines and columns count from one; columns are bytes.
fn offset(body: &[u8], line: usize, column: usize) -> usize {
    let before: usize =
        body.split_inclusive(|b| *b == b'\n').take(line.saturating_sub(1)).map(<[u8]>::len).sum();
    before.saturating_add(column).min(body.len())
}

/// The keys under which the end of this beginning of a JSON text stands. Elements of arrays have
/// no name of their own.
fn open_path(text: &[u8]) -> Vec<String> {
    let mut path = Vec::new();
    let mut string: Option<Vec<u8>> = None;
    let mut last_string = String::new();
    let mut escaped = false;
    // For each open bracket: whether a key of it is on the path.
    let mut open: Vec<bool> = Vec::new();
    for byte in text.iter().copied() {
        if let Some(read) = &mut string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => {
                    last_string = String::from_utf8_lossy(read).into_owned();
                    string = None;
                    continue;
                }
                _ => {}
            }
            read.push(byte);
            continue;
        }
        match byte {
            b'"' => string = Some(Vec::new()),
            b'{' | b'[' => open.push(false),
            b':' => {
                path.push(std::mem::take(&mut last_string));
                open.last_mut().map(|keyed| std::mem::replace(keyed, true));
            }
            b'}' | b']' | b',' => {
                let done = if byte == b',' {
                    open.last_mut().map(|keyed| std::mem::replace(keyed, false))
                } else {
                    open.pop()
                };
                if done == Some(true) {
                    path.pop();
                }
            }
            _ => {}
        }
    }
    if open.last() == Some(&false) && !last_string.is_empty() {
        path.push(last_string);
    }
    path
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read, never looked at")]
    struct Outer {
        name: String,
        #[serde(default)]
        amount: Option<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read, never looked at")]
    struct Inner {
        value: String,
        asset: String,
    }

    #[test]
    fn the_wrong_field_is_named() {
        let cases = [
            (r#"{"name": 5}"#, Some("name")),
            (r#"{"name": "a", "amount": {"value": 5, "asset": "UZS"}}"#, Some("amount.value")),
            (r#"{"name": "a", "amount": {"value": "5", "asset": []}}"#, Some("amount.asset")),
            ("{\"name\": \"a\",\n \"amount\": {\n\"value\": true}}", Some("amount.value")),
            (r#"{"amount": {"value": "1", "asset": "UZS"}}"#, Some("name")),
            (r#"{"name": "a", "amount": {"value": "1"}}"#, Some("amount.asset")),
            (r#"{"name": "a", "amount": {}}"#, Some("amount.value")),
            (r#"{"name": "a", "extra": 1}"#, Some("extra")),
            (r#"{"name": "a", "amount": {"extra": 1}}"#, Some("amount.extra")),
            (r#"{"name": "a", "name": "b"}"#, Some("name")),
            (r#"{"name": "quo\"te: {,", "amount": 7}"#, Some("amount")),
            ("[]", None),
            ("{", None),
            ("", None),
            (r#"{"name": "a", "<script>": 1}"#, None),
        ];
        for (body, expected) in cases {
            let error = serde_json::from_str::<Outer>(body).unwrap_err();
            assert_eq!(field(body.as_bytes(), &error).as_deref(), expected, "{body}: {error}");
        }
    }
}
