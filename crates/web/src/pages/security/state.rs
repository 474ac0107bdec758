//! How well a customer is protected, in one sentence, with one suggestion.

use ui::Tone;

/// Recovery codes that are few enough to say so.
pub(super) const FEW_CODES: i64 = 3;

/// What protects a customer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Protection {
    /// There is a passkey or a program for codes.
    pub strong: bool,
    /// Recovery codes that are left.
    pub recovery_codes: i64,
    /// There is an e-mail address that was confirmed.
    pub email: bool,
}

/// What to say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Besides the password there is a SIM card only.
    OnlySms,
    /// There is no way back for who loses the device.
    NoWayBack,
    /// The bank has one way only to warn of somebody else.
    OneContact,
    /// Nothing is missing.
    Good,
}

impl Verdict {
    /// The gravest thing that is true.
    pub const fn of(protection: Protection) -> Self {
        if !protection.strong {
            Self::OnlySms
        } else if protection.recovery_codes < FEW_CODES {
            Self::NoWayBack
        } else if !protection.email {
            Self::OneContact
        } else {
            Self::Good
        }
    }

    /// What kind of news it is.
    pub const fn tone(self) -> Tone {
        match self {
            Self::OnlySms => Tone::Warn,
            Self::NoWayBack | Self::OneContact => Tone::Info,
            Self::Good => Tone::Good,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gravest_is_said_first() {
        let good = Protection { strong: true, recovery_codes: 10, email: true };
        for (protection, expected) in [
            (good, Verdict::Good),
            (Protection { email: false, ..good }, Verdict::OneContact),
            (Protection { recovery_codes: 2, email: false, ..good }, Verdict::NoWayBack),
            (Protection { recovery_codes: 3, ..good }, Verdict::Good),
            (Protection { strong: false, recovery_codes: 0, ..good }, Verdict::OnlySms),
        ] {
            assert_eq!(Verdict::of(protection), expected, "{protection:?}");
        }
        assert_eq!(Verdict::of(good).tone(), Tone::Good);
    }
}
