//! Proofs of the app's key that are another's, or that were used before on the other node.

use kernel::Secret;

use crate::app;
use crate::bank::{Bank, Person};
use crate::matrix::{GOES_ON, Seen};
use crate::{Row, waiting};

const ME: (&str, &str) = ("GET", "/v1/me");
const TRANSFERS: (&str, &str) = ("POST", "/v1/transfers");
const TOKEN: (&str, &str) = ("POST", "/oauth/token");
const INVALID: Option<&str> = Some("invalid_dpop_proof");

pub async fn misused(bank: &Bank, mut person: Person) -> Row {
    let (a, b, now) = (&bank.a, &bank.b, bank.clock.now());
    let mobile = &person.mobile;
    // Somebody has the tokens, and a key of their own.
    let stolen = app::shown_by_another(mobile, ME, now);
    assert_eq!(b.me_shown(&stolen).await, 401);
    let stolen = app::shown_by_another(mobile, TRANSFERS, now);
    assert_eq!(b.pay_shown(bank, &stolen, &person.payment).await, 401);
    let stolen = app::proof_by_another(TOKEN, None, now);
    assert_refused(b.refresh_shown(&mobile.refresh, Some(&stolen)).await);
    // Somebody overheard a whole request, which the first node has answered.
    let read = app::shown(mobile, ME, now);
    assert_eq!((a.me_shown(&read).await, a.me_shown(&read).await), (200, 401));
    let again = b.me_shown(&read).await;
    assert_eq!(b.me_shown(&read).await, 401, "it is read with once more, and not twice");
    let (paid, sent) = (bank.paid().await, app::shown(mobile, TRANSFERS, now));
    let payment = a.pay_shown(bank, &sent, &person.payment).await;
    assert_eq!(payment, 201);
    assert_eq!(b.pay_shown(bank, &sent, &person.payment_here).await, 401);
    assert_eq!(bank.paid().await, paid + 1);
    let exchanged = app::proof(TOKEN, None, now);
    let nonsense = Secret::new("nonsense".to_owned());
    let (_, error) = a.refresh_shown(&nonsense, Some(&exchanged)).await;
    assert_eq!(error.as_deref(), Some("invalid_grant"), "the proof itself is good");
    assert_refused(b.refresh_shown(&mobile.refresh, Some(&exchanged)).await);
    // Nothing of it ended anything.
    assert_eq!(b.me(mobile).await, 200);
    let cookie = b.page(&person.browser).await;
    assert_eq!(cookie, 200);
    assert!(person.stream_is_open());
    let (sign_in, reset) = waiting(bank, &person).await;
    let entry = if bank.lets_in(person.id).await { "yes" } else { "no" }.to_owned();
    let token = match again {
        401 => "401".to_owned(),
        read => format!("{read} to a read that comes again, once; 401 to everything else"),
    };
    let seen = Seen {
        token,
        refresh: "invalid_dpop_proof".to_owned(),
        cookie: cookie.to_string(),
        stream: "open".to_owned(),
        sign_in,
        payment: format!("{GOES_ON} ({payment})"),
        payment_here: String::new(),
        reset,
        entry,
    };
    Row::tried(seen, "the session goes on; an alert is written (`api/tests/keys.rs`)")
}

fn assert_refused((status, error): (u16, Option<String>)) {
    assert_eq!((status, error.as_deref()), (400, INVALID));
}
