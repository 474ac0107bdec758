use std::fmt;

/// A mobile number of Uzbekistan: `998` and nine digits, kept without a plus sign. Personal data:
/// `Debug` and `Display` show the last two digits only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone(String);

impl Phone {
    /// Reads a number as people write it: with or without `+` and `998`, with spaces, hyphens and
    /// brackets.
    pub fn parse(text: &str) -> Option<Self> {
        const LONGEST_TEXT: usize = 32;
        if text.len() > LONGEST_TEXT {
            return None;
        }
        let text = text.trim();
        let text = text.strip_prefix('+').unwrap_or(text);
        let mut digits = String::with_capacity(12);
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c),
                ' ' | '-' | '(' | ')' => {}
                _ => return None,
            }
        }
        if digits.len() == 9 {
            digits.insert_str(0, "998");
        }
        (digits.len() == 12 && digits.starts_with("998")).then_some(Self(digits))
    }

    /// The twelve digits. Personal data.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "+998 ** *** ** {}", self.0.get(10..).unwrap_or("**"))
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for text in
            ["+998901234567", "998901234567", "901234567", "+998 (90) 123-45-67", " 90 123 45 67 "]
        {
            assert_eq!(Phone::parse(text).unwrap().expose(), "998901234567", "{text}");
        }
        for bad in [
            "",
            "12345",
            "+7 901 123 45 67",
            "99890123456a",
            "9989012345678",
            "９９８９０１２３４５６７",
        ] {
            assert!(Phone::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_number_does_not_print() {
        let phone = Phone::parse("901234567").unwrap();
        assert_eq!(format!("{phone} {phone:?}"), "+998 ** *** ** 67 +998 ** *** ** 67");
    }
}
