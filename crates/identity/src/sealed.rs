//! Contacts as they are stored: sealed under the key of the user, and found by a blind index.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{
    BlindIndex, ChallengeId, CustomerId, EmailAddress, Error, KeyRing, KeyUse, Phone, Result,
    SealedAt, Secret, SubjectKey,
};

/// The blind index of a contact: what the database knows it by.
pub(crate) type Index = [u8; 32];

/// A user without a data key: one is made together with the user, and goes only when the user is
/// erased.
pub(crate) const NO_KEY: Error = Error::invariant("a user has no data key");

/// Which column of a user is sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// The phone that signs in.
    Phone,
    /// The mailbox.
    Email,
}

impl Column {
    const fn place(self, user: CustomerId) -> SealedAt<'static> {
        let column = match self {
            Self::Phone => "auth_user.phone_sealed",
            Self::Email => "auth_user.email_sealed",
        };
        SealedAt { column, row: user.uuid() }
    }
}

/// The blind index of a phone.
pub(crate) fn phone_index(keys: &KeyRing, phone: &Phone) -> Index {
    keys.blind(BlindIndex::Phone, phone.expose())
}

/// Seals a value for a column of a user.
pub(crate) fn seal(key: &SubjectKey, column: Column, user: CustomerId, value: &str) -> Vec<u8> {
    key.seal(column.place(user), value.as_bytes())
}

/// The value of a column of a user.
pub(crate) fn open(
    key: &SubjectKey,
    column: Column,
    user: CustomerId,
    sealed: &[u8],
) -> Result<Secret<String>> {
    key.open_text(column.place(user), sealed)
        .ok_or(Error::invariant("a sealed contact does not open"))
}

/// The phone of a user.
pub(crate) fn open_phone(key: &SubjectKey, user: CustomerId, sealed: &[u8]) -> Result<Phone> {
    read_phone(open(key, Column::Phone, user, sealed)?.expose())
}

/// Reads a phone that the bank wrote.
pub(crate) fn read_phone(text: &str) -> Result<Phone> {
    Phone::parse(text).ok_or(Error::invariant("a stored phone number cannot be read"))
}

/// Reads an e-mail address that the bank wrote.
pub(crate) fn read_email(text: &str) -> Result<EmailAddress> {
    EmailAddress::parse(text).ok_or(Error::invariant("a stored e-mail address cannot be read"))
}

/// Where a code goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Contact {
    /// A phone, by SMS.
    Phone(Phone),
    /// A mailbox.
    Email(EmailAddress),
}

impl Contact {
    /// How it is called in the database.
    pub const fn channel(&self) -> &'static str {
        match self {
            Self::Phone(_) => "sms",
            Self::Email(_) => "email",
        }
    }

    /// Its text. Personal data.
    pub fn expose(&self) -> &str {
        match self {
            Self::Phone(phone) => phone.expose(),
            Self::Email(email) => email.expose(),
        }
    }

    /// The phone; anything else is none.
    pub fn phone(self) -> Result<Phone> {
        match self {
            Self::Phone(phone) => Ok(phone),
            Self::Email(_) => Err(Error::invariant("a mailbox stands where a phone must be")),
        }
    }

    /// The mailbox; anything else is none.
    pub fn email(self) -> Result<EmailAddress> {
        match self {
            Self::Email(email) => Ok(email),
            Self::Phone(_) => Err(Error::invariant("a phone stands where a mailbox must be")),
        }
    }

    /// What the database knows it by.
    pub fn index(&self, keys: &KeyRing) -> Index {
        match self {
            Self::Phone(phone) => phone_index(keys, phone),
            Self::Email(email) => keys.blind(BlindIndex::Email, email.expose()),
        }
    }

    /// Seals it for a challenge, which may be somebody's who has no key of their own.
    pub fn seal(&self, keys: &KeyRing, challenge: ChallengeId) -> String {
        let context = challenge.uuid();
        keys.seal(KeyUse::Contact, context.as_bytes(), self.expose().as_bytes())
    }

    /// Seals it for a message to somebody whose contact it was, under their own key: when they are
    /// erased, no job that is left over tells it.
    pub fn seal_for(&self, key: &SubjectKey, user: CustomerId) -> String {
        let text = format!("{}:{}", self.channel(), self.expose());
        URL_SAFE_NO_PAD.encode(key.seal(notice_place(user), text.as_bytes()))
    }

    /// What was sealed for a message.
    pub fn open_for(key: &SubjectKey, user: CustomerId, sealed: &str) -> Result<Self> {
        const UNREADABLE: Error = Error::invariant("the contact of a notice does not open");
        let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| UNREADABLE)?;
        let plain = key.open(notice_place(user), &sealed).ok_or(UNREADABLE)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| UNREADABLE)?;
        match text.split_once(':').ok_or(UNREADABLE)? {
            ("sms", phone) => read_phone(phone).map(Self::Phone),
            ("email", email) => read_email(email).map(Self::Email),
            _ => Err(UNREADABLE),
        }
    }

    /// The contact of a challenge.
    pub fn open(
        keys: &KeyRing,
        challenge: ChallengeId,
        (channel, sealed): (&str, &str),
    ) -> Result<Self> {
        const UNREADABLE: Error = Error::invariant("the contact of a challenge does not open");
        let plain =
            keys.unseal(KeyUse::Contact, challenge.uuid().as_bytes(), sealed).ok_or(UNREADABLE)?;
        let text = std::str::from_utf8(plain.expose()).map_err(|_| UNREADABLE)?;
        match channel {
            "sms" => read_phone(text).map(Self::Phone),
            "email" => read_email(text).map(Self::Email),
            _ => Err(UNREADABLE),
        }
    }
}

const fn notice_place(user: CustomerId) -> SealedAt<'static> {
    SealedAt { column: "job.notice", row: user.uuid() }
}
