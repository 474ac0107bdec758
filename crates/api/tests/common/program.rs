//! A program for codes (RFC 6238), as customers have one on their telephone.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use kernel::Moment;
use totp_rs::{Algorithm, Builder, Secret};

/// One, with its secret in base32.
pub struct Program(pub String);

impl Program {
    pub fn code(&self, now: Moment) -> String {
        let secret = Secret::try_from_base32(&self.0).unwrap();
        let totp = Builder::new().with_algorithm(Algorithm::SHA1).with_secret(secret);
        let seconds = u64::try_from(now.micros() / 1_000_000).unwrap();
        totp.build().unwrap().generate(seconds).to_string()
    }
}
