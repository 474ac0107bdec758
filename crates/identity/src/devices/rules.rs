use kernel::{Moment, holds_card_number};

/// How long a new device cools off. The Association of Banks in Singapore asks its members for at
/// least as much before a new soft token works.
const COOLING_SECONDS: i64 = 12 * 3_600;
/// How young a user is whose very first device is taken at its word: they have nothing to lose yet.
const NEW_USER_SECONDS: i64 = 3_600;
/// The longest name of a device.
pub(super) const NAME_MAX_CHARS: usize = 60;

/// What is known of a user when a device is bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct Past {
    pub created_at: Moment,
    /// Whether any device was ever bound.
    pub had_device: bool,
}

/// Until when a device that is bound now cools off. `None` for one that is active at once.
pub(super) fn cooling_until(past: Past, now: Moment) -> Option<Moment> {
    let new = now <= past.created_at.plus_seconds(NEW_USER_SECONDS);
    let at_once = new && !past.had_device;
    (!at_once).then(|| now.plus_seconds(COOLING_SECONDS))
}

/// The name of a device, without what no name has. `None` when nothing is left, or when it holds
/// the number of a card: whoever binds a device is not turned away for how it is called.
pub(super) fn name(text: &str) -> Option<String> {
    let words = text.split(|c: char| c.is_control() || c.is_whitespace());
    let words: Vec<_> = words.filter(|word| !word.is_empty()).collect();
    let kept: String = words.join(" ").chars().take(NAME_MAX_CHARS).collect();
    (!kept.is_empty() && !holds_card_number(text)).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    #[test]
    fn only_the_first_device_of_a_new_user_is_active_at_once() {
        let twelve_hours = Some(43_200);
        for (age, had_device, expected) in [
            (0, false, None),
            (3_600, false, None),
            (3_601, false, twelve_hours),
            (0, true, twelve_hours),
            (86_400, true, twelve_hours),
        ] {
            let now = AT.plus_seconds(age);
            let until = cooling_until(Past { created_at: AT, had_device }, now);
            assert_eq!(until, expected.map(|s| now.plus_seconds(s)), "{age} {had_device}");
        }
    }

    #[test]
    fn names_are_one_short_line() {
        assert_eq!(name("  Mening\n telefonim ").as_deref(), Some("Mening telefonim"));
        assert_eq!(name(" \u{7}\n"), None);
        assert_eq!(name("Karta 8600 1234 1234 1239"), None);
        assert_eq!(name(&"o".repeat(100)).unwrap().chars().count(), NAME_MAX_CHARS);
    }
}
