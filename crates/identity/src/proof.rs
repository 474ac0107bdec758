use kernel::{Aal, DeviceId, Method, Methods};

/// What somebody showed to be let in: what a session is opened with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proof {
    /// How sure the bank is.
    pub aal: Aal,
    /// How it was proven.
    pub amr: Methods,
    /// The bound device it was proven on.
    pub device: Option<DeviceId>,
}

impl Proof {
    /// One factor.
    pub fn one(method: Method) -> Self {
        Self { aal: Aal::One, amr: Methods::of(&[method]), device: None }
    }

    /// Two factors.
    pub fn two(methods: &[Method]) -> Self {
        let amr = Methods::of(methods).with(Method::MultiFactor);
        Self { aal: Aal::Two, amr, device: None }
    }

    /// The same, on a bound device.
    #[must_use]
    pub const fn on(self, device: DeviceId) -> Self {
        Self { device: Some(device), ..self }
    }
}
