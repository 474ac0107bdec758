use std::fmt;

use crate::{DeviceId, Moment};

/// How sure the bank is of who somebody is (NIST SP 800-63B).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Aal {
    /// One factor.
    One,
    /// Two factors of different kinds.
    Two,
    /// Two factors, one of them a key that cannot be copied.
    Three,
}

impl Aal {
    /// As it is stored.
    pub const fn number(self) -> i16 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Three => 3,
        }
    }

    /// What was stored.
    pub const fn from_number(number: i16) -> Option<Self> {
        match number {
            1 => Some(Self::One),
            2 => Some(Self::Two),
            3 => Some(Self::Three),
            _ => None,
        }
    }
}

macro_rules! methods {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        /// A way to prove who one is, in the words of RFC 8176.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Method {$($(#[$doc])* $name,)*}

        impl Method {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word of the standard.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The method of a word.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|m| m.as_str() == text)
            }
        }
    };
}

methods! {
    /// A password.
    Password = "pwd";
    /// A code sent by SMS.
    Sms = "sms";
    /// A code that the customer's own program or list made.
    Otp = "otp";
    /// A key that its hardware keeps.
    HardwareKey = "hwk";
    /// A key that a program keeps.
    SoftwareKey = "swk";
    /// A short number, good on one device.
    Pin = "pin";
    /// The person touched or looked at the device.
    Presence = "user";
    /// More than one factor.
    MultiFactor = "mfa";
}

/// A set of methods.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct Methods(u16);

impl Methods {
    /// None.
    pub const NONE: Self = Self(0);

    /// These.
    pub fn of(methods: &[Method]) -> Self {
        methods.iter().fold(Self::NONE, |set, m| set.with(*m))
    }

    /// This set and one more.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum, in const")]
    pub const fn with(self, method: Method) -> Self {
        Self(self.0 | 1_u16.wrapping_shl(method as u32))
    }

    /// This set and another.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it has a method.
    pub const fn has(self, method: Method) -> bool {
        self.0 & Self::NONE.with(method).0 != 0
    }

    /// The words of the standard, in a fixed order.
    pub fn words(self) -> Vec<&'static str> {
        Method::ALL.iter().filter(|m| self.has(**m)).map(|m| m.as_str()).collect()
    }
}

impl fmt::Debug for Methods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join("+"))
    }
}

/// What the bank knows of how the user of a session proved who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assurance {
    /// How sure the bank is.
    pub aal: Aal,
    /// How it was proven.
    pub methods: Methods,
    /// When it was proven.
    pub proven_at: Moment,
    /// The bound device that the session is on.
    pub device: Option<DeviceId>,
    /// Until when the device or the user cools off, as known when the session was recognised. It
    /// may lie in the past.
    pub cooling_until: Option<Moment>,
}

impl Assurance {
    /// Whether only small payments may be made.
    pub fn cools_off(&self, now: Moment) -> bool {
        self.cooling_until.is_some_and(|until| now < until)
    }

    /// Whether at least `aal` was proven in the last so many seconds.
    pub fn is_fresh(&self, aal: Aal, within_seconds: i64, now: Moment) -> bool {
        self.aal >= aal && now <= self.proven_at.plus_seconds(within_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Moment = Moment::from_micros(1_763_800_000_000_000);

    #[test]
    fn methods_are_a_set_of_words() {
        let set = Methods::of(&[Method::MultiFactor, Method::Password, Method::Sms]);
        assert_eq!(set.words(), ["pwd", "sms", "mfa"]);
        assert!(set.has(Method::Sms) && !set.has(Method::Otp));
        for method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(*method));
        }
        assert_eq!(Method::parse("fpt"), None);
    }

    #[test]
    fn levels_read_back_and_are_ordered() {
        for aal in [Aal::One, Aal::Two, Aal::Three] {
            assert_eq!(Aal::from_number(aal.number()), Some(aal));
        }
        assert_eq!(Aal::from_number(0), None);
        assert!(Aal::One < Aal::Two && Aal::Two < Aal::Three);
    }

    #[test]
    fn a_proof_grows_old() {
        let known = Assurance {
            aal: Aal::Two,
            methods: Methods::NONE,
            proven_at: AT,
            device: None,
            cooling_until: Some(AT.plus_seconds(60)),
        };
        assert!(known.is_fresh(Aal::Two, 300, AT.plus_seconds(300)));
        assert!(!known.is_fresh(Aal::Two, 300, AT.plus_seconds(301)));
        assert!(!known.is_fresh(Aal::Three, 300, AT));
        assert!(known.cools_off(AT.plus_seconds(59)) && !known.cools_off(AT.plus_seconds(60)));
    }
}
