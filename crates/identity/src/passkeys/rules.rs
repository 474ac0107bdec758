use kernel::{CustomerId, Error, Result, StaffId};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, Passkey, PasskeyAuthentication, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

/// How long a challenge may be answered: WebAuthn recommends five minutes, so that nobody who needs
/// longer is shut out.
pub(super) const CHALLENGE_SECONDS: i64 = 300;
/// Passkeys of one owner.
pub(super) const PASSKEYS_MAX: usize = 10;
/// The longest name of a passkey, in characters.
const NAME_MAX_CHARS: usize = 60;
/// Begins what the challenge is a hash of, so that it is no hash of anything else.
const CONTEXT: &[u8] = b"okto passkey challenge 1\0";

/// Whose site a passkey is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// The customers'.
    Customers,
    /// The employees'.
    Staff,
}

impl Realm {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Customers => "customer",
            Self::Staff => "staff",
        }
    }
}

/// Whose passkey it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// A customer's.
    Customer(CustomerId),
    /// An employee's.
    Staff(StaffId),
}

impl Owner {
    /// The site on which the owner signs in.
    pub const fn realm(self) -> Realm {
        match self {
            Self::Customer(_) => Realm::Customers,
            Self::Staff(_) => Realm::Staff,
        }
    }

    /// The id without its kind.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Customer(id) => id.uuid(),
            Self::Staff(id) => id.uuid(),
        }
    }

    pub(super) const fn of(realm: Realm, id: Uuid) -> Self {
        match realm {
            Realm::Customers => Self::Customer(CustomerId::from_uuid(id)),
            Realm::Staff => Self::Staff(StaffId::from_uuid(id)),
        }
    }
}

/// What a challenge is for. An answer to one is no answer to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A new passkey of its owner.
    Register(Owner),
    /// Somebody comes in; the passkey says who.
    SignIn(Realm),
    /// The owner agrees to what has this hash.
    Sign(Owner, [u8; 32]),
}

impl Purpose {
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Register(_) => "register",
            Self::SignIn(_) => "sign_in",
            Self::Sign(..) => "sign",
        }
    }

    pub const fn realm(&self) -> Realm {
        match self {
            Self::Register(owner) | Self::Sign(owner, _) => owner.realm(),
            Self::SignIn(realm) => *realm,
        }
    }

    pub const fn owner(&self) -> Option<Owner> {
        match self {
            Self::Register(owner) | Self::Sign(owner, _) => Some(*owner),
            Self::SignIn(_) => None,
        }
    }

    pub const fn payload(&self) -> Option<&[u8; 32]> {
        match self {
            Self::Sign(_, hash) => Some(hash),
            Self::Register(_) | Self::SignIn(_) => None,
        }
    }

    /// The challenge that the authenticator signs: SHA-256 over the random part and all that the
    /// challenge is for. Whoever has the random part can show later what was signed.
    pub fn challenge(&self, random: &[u8; 32]) -> [u8; 32] {
        let owner = self.owner().map_or(Uuid::nil(), Owner::uuid);
        Sha256::new()
            .chain_update(CONTEXT)
            .chain_update(self.as_str())
            .chain_update([0])
            .chain_update(self.realm().as_str())
            .chain_update([0])
            .chain_update(owner.as_bytes())
            .chain_update(random)
            .chain_update(self.payload().unwrap_or(&[0; 32]))
            .finalize()
            .into()
    }
}

/// The name of a passkey, without spaces around it. `None` when it is empty, too long or has
/// characters that cannot be seen.
pub(super) fn name(text: &str) -> Option<String> {
    let name = text.trim();
    let good = !name.is_empty()
        && name.chars().count() <= NAME_MAX_CHARS
        && !name.chars().any(char::is_control);
    good.then(|| name.to_owned())
}

/// A site as authenticators know it (a WebAuthn relying party).
#[derive(Clone, Debug)]
pub struct RelyingParty(Webauthn);

impl RelyingParty {
    /// A site named `name`, whose passkeys are bound to the domain `id`, used from these origins
    /// only: the address of the site, and those of apps. The domain can never change, or all
    /// passkeys are lost.
    pub fn new(name: &str, id: &str, origins: &[&str]) -> Result<Self> {
        const DOING: &str = "setting up the site that passkeys are for";
        let urls: Vec<Url> = origins
            .iter()
            .map(|text| Url::parse(text))
            .collect::<Result<_, _>>()
            .map_err(|e| Error::broken(DOING, e))?;
        let (first, others) = urls.split_first().ok_or(Error::invariant(DOING))?;
        let builder = WebauthnBuilder::new(id, first).map_err(|e| Error::broken(DOING, e))?;
        others
            .iter()
            .fold(builder.rp_name(name), WebauthnBuilder::append_allowed_origin)
            .build()
            .map(Self)
            .map_err(|e| Error::broken(DOING, e))
    }

    /// The address of the site, without a slash at its end.
    pub(crate) fn origin(&self) -> String {
        let first = self.0.get_allowed_origins().first();
        first.map_or_else(String::new, |url| url.as_str().trim_end_matches('/').to_owned())
    }

    /// What the browser needs to make a passkey that is found without a name and checks its user.
    pub(super) fn registration_options(
        &self,
        owner: Owner,
        names: Names<'_>,
        (known, challenge): (Vec<CredentialID>, [u8; 32]),
    ) -> Result<Value> {
        const DOING: &str = "writing the options of a new passkey";
        let (mut options, _) = self
            .0
            .start_passkey_registration(owner.uuid(), names.account, names.person, Some(known))
            .map_err(|e| Error::broken(DOING, e))?;
        options.public_key.challenge = challenge.to_vec();
        let mut options = serde_json::to_value(options).map_err(|e| Error::broken(DOING, e))?;
        let selection = options
            .pointer_mut("/publicKey/authenticatorSelection")
            .and_then(Value::as_object_mut)
            .ok_or(Error::invariant(DOING))?;
        selection.insert("residentKey".to_owned(), Value::from("required"));
        selection.insert("requireResidentKey".to_owned(), Value::from(true));
        Ok(options)
    }

    /// The new passkey in an answer to a challenge. The inner error says what is wrong with it.
    pub(super) fn register(
        &self,
        owner: Owner,
        challenge: &[u8; 32],
        answer: &RegisterPublicKeyCredential,
    ) -> Result<std::result::Result<Passkey, WebauthnError>> {
        const DOING: &str = "setting up the check of a new passkey";
        let (_, state) = self
            .0
            .start_passkey_registration(owner.uuid(), "-", "-", None)
            .map_err(|e| Error::broken(DOING, e))?;
        let state: PasskeyRegistration = expecting(&state, "/rs/challenge", challenge)?;
        Ok(self.0.finish_passkey_registration(answer, &state))
    }

    /// What the browser needs to use a passkey; any of this site when none are named.
    pub(super) fn assertion_options(&self, of: &[Passkey], challenge: [u8; 32]) -> Result<Value> {
        const DOING: &str = "writing the options of a passkey's use";
        let (mut options, _) =
            self.0.start_passkey_authentication(of).map_err(|e| Error::broken(DOING, e))?;
        options.public_key.challenge = challenge.to_vec();
        serde_json::to_value(options).map_err(|e| Error::broken(DOING, e))
    }

    /// Checks an answer by the passkey. The inner error says what is wrong with it.
    pub(super) fn assert(
        &self,
        passkey: &Passkey,
        challenge: &[u8; 32],
        answer: &PublicKeyCredential,
    ) -> Result<std::result::Result<AuthenticationResult, WebauthnError>> {
        const DOING: &str = "setting up the check of a passkey";
        let (_, state) = self
            .0
            .start_passkey_authentication(std::slice::from_ref(passkey))
            .map_err(|e| Error::broken(DOING, e))?;
        let state: PasskeyAuthentication = expecting(&state, "/ast/challenge", challenge)?;
        Ok(self.0.finish_passkey_authentication(answer, &state))
    }
}

/// What the authenticator said of a new passkey.
#[derive(Clone, Copy, Debug, serde::Deserialize)]
pub(super) struct Said {
    #[serde(rename = "counter")]
    pub sign_count: u32,
    /// Whether it may be in more than one place.
    #[serde(rename = "backup_eligible")]
    pub may_sync: bool,
    /// Whether it is.
    #[serde(rename = "backup_state")]
    pub synced: bool,
}

/// What stands in a passkey beside its key. The library keeps it to itself, but for writing.
pub(super) fn said(passkey: &Passkey) -> Result<Said> {
    #[derive(serde::Deserialize)]
    struct Written {
        cred: Said,
    }
    serde_json::to_value(passkey)
        .and_then(serde_json::from_value::<Written>)
        .map(|written| written.cred)
        .map_err(|e| Error::broken("reading what a passkey says", e))
}

/// Whether a new passkey can be found without a name. The browser says so, unsigned: one that lies
/// only makes a passkey that its owner cannot use.
pub(super) fn is_discoverable(answer: &Value) -> bool {
    answer.pointer("/clientExtensionResults/credProps/rk") != Some(&Value::from(false))
}

/// How an authenticator names its owner to whoever chooses among several.
#[derive(Clone, Copy, Debug)]
pub struct Names<'a> {
    /// The account, such as a masked phone number.
    pub account: &'a str,
    /// The person.
    pub person: &'a str,
}

/// The sites of the bank.
#[derive(Clone, Debug)]
pub struct RelyingParties {
    /// Where customers sign in.
    pub customers: RelyingParty,
    /// Where employees sign in.
    pub staff: RelyingParty,
}

impl RelyingParties {
    /// The sites of a machine that serves only itself, at these ports.
    pub fn local(customers: u16, staff: u16) -> Result<Self> {
        let site = |name, port| {
            RelyingParty::new(name, "localhost", &[&format!("http://localhost:{port}")])
        };
        Ok(Self { customers: site("Okto", customers)?, staff: site("Okto Staff", staff)? })
    }

    pub(super) const fn of(&self, realm: Realm) -> &RelyingParty {
        match realm {
            Realm::Customers => &self.customers,
            Realm::Staff => &self.staff,
        }
    }
}

/// The library's state of a ceremony, with the bank's challenge in place of the one that the
/// library drew.
fn expecting<S>(state: &S, place: &str, challenge: &[u8; 32]) -> Result<S>
where
    S: serde::Serialize + serde::de::DeserializeOwned,
{
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    const DOING: &str = "putting the challenge in place";
    let mut state = serde_json::to_value(state).map_err(|e| Error::broken(DOING, e))?;
    let expected = state.pointer_mut(place).ok_or(Error::invariant(DOING))?;
    *expected = Value::from(URL_SAFE_NO_PAD.encode(challenge));
    serde_json::from_value(state).map_err(|e| Error::broken(DOING, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_for_one_purpose() {
        let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let customer = Owner::Customer(CustomerId::from_uuid(one));
        let purposes = [
            Purpose::Register(customer),
            Purpose::Register(Owner::Staff(StaffId::from_uuid(one))),
            Purpose::SignIn(Realm::Customers),
            Purpose::SignIn(Realm::Staff),
            Purpose::Sign(customer, [1; 32]),
            Purpose::Sign(customer, [2; 32]),
            Purpose::Sign(Owner::Customer(CustomerId::from_uuid(other)), [1; 32]),
        ];
        let challenges: std::collections::HashSet<_> = purposes
            .iter()
            .flat_map(|purpose| [purpose.challenge(&[7; 32]), purpose.challenge(&[8; 32])])
            .collect();
        assert_eq!(challenges.len(), 2 * purposes.len());
    }

    #[test]
    fn names_of_passkeys() {
        assert_eq!(name("  Telefon "), Some("Telefon".to_owned()));
        assert_eq!(name(&"ў".repeat(60)).unwrap().chars().count(), 60);
        for bad in ["", " ", "a\nb", &"x".repeat(61)] {
            assert_eq!(name(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn a_site_is_bound_to_its_domain() {
        assert!(RelyingParty::new("Okto", "okto.uz", &["https://my.okto.uz"]).is_ok());
        assert!(RelyingParty::new("Okto", "localhost", &["http://localhost:8081"]).is_ok());
        for (id, origins) in [
            ("okto.uz", &["https://my.okto.example"][..]),
            ("127.0.0.1", &["http://127.0.0.1:8081"]),
            ("okto.uz", &["no address"]),
            ("okto.uz", &[]),
        ] {
            assert!(RelyingParty::new("Okto", id, origins).is_err(), "{id} {origins:?}");
        }
    }

    #[test]
    fn a_new_passkey_is_found_without_a_name_and_checks_its_user() {
        let site = RelyingParty::new("Okto", "localhost", &["http://localhost:8081"]).unwrap();
        let owner = Owner::Customer(CustomerId::from_uuid(Uuid::from_u128(1)));
        let names = Names { account: "+998 90 *** ** 67", person: "Jasur" };
        let options = site.registration_options(owner, names, (vec![], [1; 32])).unwrap();
        let selection = &options["publicKey"]["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "required");
        assert_eq!(selection["requireResidentKey"], true);
        assert_eq!(selection["userVerification"], "required");
        assert_eq!(
            options["publicKey"]["challenge"],
            "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
        );
        let options = site.assertion_options(&[], [1; 32]).unwrap();
        assert_eq!(options["publicKey"]["userVerification"], "required");
        assert!(options.get("mediation").is_none());
    }
}
