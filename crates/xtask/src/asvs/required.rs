//! Which requirements the bank answers: all of levels 1 and 2, and of level 3 those of the chapters
//! about who somebody is and what is kept of it (6 to 11, 16).

/// Sections of ASVS 5.0.0, and the numbers in them.
const SECTIONS: [(&str, &str); 73] = [
    ("1.1", "1-2"),
    ("1.2", "1-5"),
    ("1.3", "3 6-7 11"),
    ("1.4", "1-2"),
    ("1.5", "1-2"),
    ("2.1", "1-3"),
    ("2.2", "1-3"),
    ("2.3", "1-4"),
    ("2.4", "1"),
    ("3.2", "1-2"),
    ("3.3", "1-4"),
    ("3.4", "1-6"),
    ("3.5", "1-5"),
    ("3.7", "1-2"),
    ("4.1", "1-3"),
    ("4.2", "1"),
    ("4.4", "1-4"),
    ("5.1", "1"),
    ("5.2", "1-3"),
    ("5.3", "1-2"),
    ("5.4", "1-3"),
    ("6.1", "1-3"),
    ("6.2", "1-12"),
    ("6.3", "1-8"),
    ("6.4", "1-6"),
    ("6.5", "1-8"),
    ("6.6", "1-4"),
    ("6.7", "1-2"),
    ("6.8", "1-4"),
    ("7.1", "1-3"),
    ("7.2", "1-4"),
    ("7.3", "1-2"),
    ("7.4", "1-5"),
    ("7.5", "1-3"),
    ("7.6", "1-2"),
    ("8.1", "1-4"),
    ("8.2", "1-4"),
    ("8.3", "1-3"),
    ("8.4", "1-2"),
    ("9.1", "1-3"),
    ("9.2", "1-4"),
    ("10.1", "1-2"),
    ("10.2", "1-3"),
    ("10.3", "1-5"),
    ("10.4", "1-16"),
    ("10.5", "1-5"),
    ("10.6", "1-2"),
    ("10.7", "1-3"),
    ("11.1", "1-4"),
    ("11.2", "1-5"),
    ("11.3", "1-5"),
    ("11.4", "1-4"),
    ("11.5", "1-2"),
    ("11.6", "1-2"),
    ("11.7", "1-2"),
    ("12.1", "1-3"),
    ("12.2", "1-2"),
    ("12.3", "1-4"),
    ("13.1", "1"),
    ("13.2", "1-5"),
    ("13.3", "1-2"),
    ("13.4", "1-5"),
    ("14.1", "1-2"),
    ("14.2", "1-4"),
    ("14.3", "1-3"),
    ("15.1", "1-3"),
    ("15.2", "1-3"),
    ("15.3", "1-7"),
    ("16.1", "1"),
    ("16.2", "1-5"),
    ("16.3", "1-4"),
    ("16.4", "1-3"),
    ("16.5", "1-4"),
];

/// The ids, such as `6.2.1`.
pub fn ids() -> impl Iterator<Item = String> {
    SECTIONS.iter().flat_map(|(section, numbers)| {
        numbers.split(' ').flat_map(numbers_of).map(move |number| format!("{section}.{number}"))
    })
}

fn numbers_of(text: &str) -> std::ops::RangeInclusive<u32> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    // A word that is no number is no requirement: the count below would be wrong.
    first.parse().unwrap_or(1)..=last.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn none_is_forgotten_or_named_twice() {
        let ids: Vec<String> = ids().collect();
        let distinct: BTreeSet<&String> = ids.iter().collect();
        assert_eq!((ids.len(), distinct.len()), (269, 269));
        for known in ["1.1.1", "6.2.12", "10.7.3", "16.5.4"] {
            assert!(distinct.contains(&known.to_owned()), "{known}");
        }
        assert!(!distinct.contains(&"2.3.5".to_owned()), "level 3 of a chapter outside");
    }
}
