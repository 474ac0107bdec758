//! What an employee gives a customer in person. It is read from paper or a screen and typed, so it
//! has neither letters nor digits that look alike.

use kernel::{CustomerId, Entropy, KeyRing, KeyUse, Moment, Result, Secret};
use store::{Tx, broken};

use super::rules::ASSISTED_SECONDS;
use super::sql;

/// Crockford's alphabet: 32 signs, 5 bits each.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Fifty bits, at five tries for each reset.
const SIGNS: usize = 10;

/// A new code, such as `7K3MQ-9ZX0T`.
pub(super) fn generate(entropy: Entropy) -> Secret<String> {
    let random: [u8; SIGNS] = entropy.bytes();
    let mut code = String::with_capacity(SIGNS.saturating_add(1));
    for (place, byte) in random.iter().enumerate() {
        if place == SIGNS / 2 {
            code.push('-');
        }
        let sign = ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        code.push(char::from(sign));
    }
    Secret::new(code)
}

/// What is stored of a code. How it was typed does not matter.
pub(super) fn hash(keys: &KeyRing, user: CustomerId, code: &Secret<String>) -> [u8; 32] {
    let typed: String = code
        .expose()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect();
    keys.sign(KeyUse::Guard, &[b"assisted", user.uuid().as_bytes(), typed.as_bytes()])
}

/// Keeps a code in the place of an earlier one. False when there is no such active user.
pub(super) async fn give(
    tx: &mut Tx,
    user: CustomerId,
    hash: &[u8; 32],
    now: Moment,
) -> Result<bool> {
    sql::give_assisted(tx, user, hash, (now, now.plus_seconds(ASSISTED_SECONDS)))
        .await
        .map_err(broken("giving out a recovery code"))
}

/// Uses a code up. False when it is not the user's, or not any more.
pub(super) async fn take(
    tx: &mut Tx,
    user: CustomerId,
    hash: &[u8; 32],
    now: Moment,
) -> Result<bool> {
    sql::take_assisted(tx, user, hash, now).await.map_err(broken("using a recovery code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_recognised_however_it_is_typed() {
        let keys = KeyRing::new(Secret::new([7; 32]));
        let user = CustomerId::from_uuid(uuid::Uuid::from_u128(1));
        let same = |one: &str, other: &str| {
            hash(&keys, user, &Secret::new(one.to_owned()))
                == hash(&keys, user, &Secret::new(other.to_owned()))
        };
        assert!(same("7K3MQ-9ZX01", "7k3mq 9zxol"));
        assert!(!same("7K3MQ-9ZX01", "7K3MQ-9ZX02"));
        let code = generate(Entropy);
        assert_eq!(code.expose().len(), SIGNS + 1);
        assert_ne!(code.expose(), generate(Entropy).expose());
        assert!(same(code.expose(), &code.expose().to_lowercase()));
    }
}
