use maud::{Markup, html};

/// An e-mail address: where it does not fit, its lines end after its signs and not within a word.
pub fn email_address(address: &str) -> Markup {
    breakable(address, &['@', '.'])
}

/// A long name without spaces: where it does not fit, its lines end after these signs.
pub fn breakable(name: &str, signs: &[char]) -> Markup {
    html! {
        @for (n, part) in name.split_inclusive(signs).enumerate() {
            @if n > 0 { wbr; }
            (part)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_breaks_after_its_signs_and_is_escaped() {
        for (address, expected) in [
            ("a.b@mail.uz", "a.<wbr>b@<wbr>mail.<wbr>uz"),
            ("a&b@c.uz", "a&amp;b@<wbr>c.<wbr>uz"),
            ("", ""),
        ] {
            assert_eq!(email_address(address).into_string(), expected);
        }
    }
}
