use std::fmt;

/// Longest address that mail carries (RFC 5321, 4.5.3.1.3, without the angle brackets).
const CHARS_MAX: usize = 254;
/// Longest part before the sign (RFC 5321, 4.5.3.1.1).
const LOCAL_CHARS_MAX: usize = 64;
const LABEL_CHARS_MAX: usize = 63;

/// An e-mail address in the one form in which it is kept and compared: small letters. Personal
/// data: `Debug` and `Display` show the first letter and the end of the domain only.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads an address: ASCII, without quotes and comments, with a domain of at least two labels.
    /// Capital letters become small ones: no provider in use tells them apart.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > CHARS_MAX {
            return None;
        }
        let (local, domain) = text.rsplit_once('@')?;
        (is_local(local) && is_domain(domain)).then(|| Self(text.to_ascii_lowercase()))
    }

    /// The address. Personal data.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

fn is_local(text: &str) -> bool {
    let atom = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&b))
    };
    text.len() <= LOCAL_CHARS_MAX && text.split('.').all(atom)
}

fn is_domain(text: &str) -> bool {
    let label = |part: &str| {
        (1..=LABEL_CHARS_MAX).contains(&part.len())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.') && text.split('.').all(label) && !last.bytes().all(|b| b.is_ascii_digit())
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.0.chars().next().unwrap_or('*');
        let end = self.0.rsplit('.').next().unwrap_or("*");
        write!(f, "{first}***@***.{end}")
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_form() {
        for (text, expected) in [
            (" Jasur.Karimov@Example.UZ ", "jasur.karimov@example.uz"),
            ("a+b_c@mail.example", "a+b_c@mail.example"),
            ("x@xn--80a1acny.xn--p1ai", "x@xn--80a1acny.xn--p1ai"),
        ] {
            assert_eq!(EmailAddress::parse(text).unwrap().expose(), expected);
        }
    }

    #[test]
    fn what_is_no_address_is_not_read() {
        let long_local = format!("{}@a.uz", "x".repeat(65));
        let long = format!("x@{}.uz", "a.".repeat(130));
        for bad in [
            "",
            "@",
            "a@",
            "@a.uz",
            "a@uz",
            "a@a.uz.",
            "a@-a.uz",
            "a@a..uz",
            "a@1.2.3.4",
            "a@[1.2.3.4]",
            "a b@a.uz",
            "a..b@a.uz",
            ".a@a.uz",
            "a@a.uz\r\nBcc: b@b.uz",
            "a,b@a.uz",
            "\"a b\"@a.uz",
            "a@b@a.uz",
            "ё@a.uz",
            "a@ёж.рф",
            &long_local,
            &long,
        ] {
            assert!(EmailAddress::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn an_address_does_not_print() {
        let email = EmailAddress::parse("jasur@example.uz").unwrap();
        assert_eq!(format!("{email} {email:?}"), "j***@***.uz j***@***.uz");
    }
}
