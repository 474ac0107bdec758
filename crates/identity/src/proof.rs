use kernel::{Aal, DeviceId, Method, Methods};

use crate::tokens::Hash;

/// What somebody showed to be let in: what a session is opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// How sure the bank is.
    pub aal: Aal,
    /// How it was proven.
    pub amr: Methods,
    /// The bound device it was proven on.
    pub device: Option<DeviceId>,
    /// The thumbprint of the key that the tokens of the session are to be bound to (RFC 9449).
    pub key: Option<Hash>,
}

impl Proof {
    /// One factor.
    pub fn one(method: Method) -> Self {
        Self { aal: Aal::One, amr: Methods::of(&[method]), device: None, key: None }
    }

    /// Two factors.
    pub fn two(methods: &[Method]) -> Self {
        let amr = Methods::of(methods).with(Method::MultiFactor);
        Self { aal: Aal::Two, amr, device: None, key: None }
    }

    /// The same, on a bound device.
    #[must_use]
    pub const fn on(self, device: DeviceId) -> Self {
        Self { device: Some(device), ..self }
    }

    /// The same, for tokens that are bound to a key.
    #[must_use]
    pub const fn with_key(self, thumbprint: Hash) -> Self {
        Self { key: Some(thumbprint), ..self }
    }
}
