/// A language the bank speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Lang {
    /// Uzbek in Latin script: the default.
    #[default]
    Uz,
    /// Russian.
    Ru,
    /// English.
    En,
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 3] = [Self::Uz, Self::Ru, Self::En];

    /// The language's primary tag.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Uz => "uz",
            Self::Ru => "ru",
            Self::En => "en",
        }
    }

    /// The language of a tag such as `ru` or `en-GB`.
    pub fn from_tag(tag: &str) -> Option<Self> {
        let primary = tag.split(['-', '_']).next()?.trim();
        Self::ALL.into_iter().find(|l| l.tag().eq_ignore_ascii_case(primary))
    }

    /// The best of the bank's languages for an `Accept-Language` header (RFC 9110, 12.5.4): the
    /// highest weight wins, the first of equals.
    pub fn negotiate(header: &str) -> Self {
        let mut best: Option<(Self, u16)> = None;
        for item in header.split(',').take(16) {
            let (tag, parameter) = item.split_once(';').unwrap_or((item, ""));
            let Some(lang) = Self::from_tag(tag.trim()) else { continue };
            let weight = parameter.trim().strip_prefix("q=").map_or(1_000, thousandths);
            if weight > best.map_or(0, |(_, w)| w) {
                best = Some((lang, weight));
            }
        }
        best.map_or(Self::default(), |(lang, _)| lang)
    }
}

/// `0.8` as 800; what is not a weight counts as zero.
fn thousandths(q: &str) -> u16 {
    let (whole, fraction) = q.split_once('.').unwrap_or((q, ""));
    match whole {
        "1" => 1_000,
        "0" if fraction.len() <= 3 => format!("{fraction:0<3}").parse().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_language_wins() {
        assert_eq!(Lang::negotiate("ru"), Lang::Ru);
        assert_eq!(Lang::negotiate("fr, en-GB;q=0.7, ru;q=0.3"), Lang::En);
        assert_eq!(Lang::negotiate("ru;q=0.2,uz;q=0.9"), Lang::Uz);
        assert_eq!(Lang::negotiate("de"), Lang::Uz);
        assert_eq!(Lang::negotiate("en;q=0"), Lang::Uz);
        assert_eq!(Lang::negotiate(";;;,,=q;q=9"), Lang::Uz);
    }
}
