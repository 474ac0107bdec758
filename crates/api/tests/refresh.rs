//! Refresh tokens: twenty at once, and whoever presents one that is not theirs. Through both doors:
//! that of the bank's app, and that of OAuth clients.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on says so"
)]

mod common;

use std::collections::HashSet;

use common::app::App;
use common::{Answer, TestBank};
use futures_util::future::join_all;
use serde_json::json;

const PHONE: &str = "+998901000001";

/// How a refresh token is exchanged.
#[derive(Clone, Copy, Debug)]
enum Way {
    Json,
    OAuth,
}

const BOTH: [Way; 2] = [Way::Json, Way::OAuth];

impl Way {
    async fn refresh(self, app: &App<'_>, token: &str) -> Answer {
        match self {
            Self::Json => app.post("/v1/token/refresh", &json!({"refresh_token": token})).await,
            Self::OAuth => app.form("/oauth/token", grant(token)).await,
        }
    }

    /// The same by somebody who proves no key.
    async fn refresh_bare(self, bank: &TestBank, token: &str) -> Answer {
        let call = match self {
            Self::Json => {
                let body = json!({"refresh_token": token});
                bank.post("/v1/token/refresh").json(&body)
            }
            Self::OAuth => {
                let kind = "application/x-www-form-urlencoded";
                bank.post("/oauth/token").body(kind, grant(token))
            }
        };
        call.send().await
    }

    /// The token is good no more.
    #[track_caller]
    fn over(self, answer: Answer) {
        match self {
            Self::Json => drop(answer.refused(401, "sign_in_required")),
            Self::OAuth => assert_eq!(answer.expect(400).at("/error"), "invalid_grant"),
        }
    }

    /// It is somebody else's.
    #[track_caller]
    fn not_theirs(self, answer: Answer) {
        match self {
            Self::Json => drop(answer.refused(401, "key_proof_invalid")),
            Self::OAuth => assert_eq!(answer.expect(400).at("/error"), "invalid_dpop_proof"),
        }
    }
}

fn grant(token: &str) -> String {
    format!("grant_type=refresh_token&refresh_token={token}")
}

async fn is_in(app: &App<'_>, tokens: &Answer) -> bool {
    let answer = app.get("/v1/me", &tokens.at("/access_token")).await;
    if !answer.status.is_success() {
        answer.refused(401, "sign_in_required");
        return false;
    }
    true
}

/// Where the customer is signed in, by one who is.
async fn sessions(app: &App<'_>, tokens: &Answer) -> usize {
    let listed = app.get("/v1/sessions", &tokens.at("/access_token")).await.expect(200).json();
    listed["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn twenty_refreshes_at_once_leave_the_client_signed_in() {
    // Whichever of the answers is the one that the client keeps.
    for kept in [0, 7, 19] {
        let bank = TestBank::open_at_site(false).await;
        let other = bank.node();
        bank.customer(PHONE, "Lola").await;
        let app = bank.app();
        let elsewhere = App { bank: &other, ..app.clone() };
        let first = app.sign_in(PHONE, None).await;
        let token = first.at("/refresh_token");
        // Through both doors of two nodes.
        let calls = (0..20).map(|n| {
            let (way, app) = (BOTH[n % 2], if n % 4 < 2 { &app } else { &elsewhere });
            way.refresh(app, &token)
        });
        let answers: Vec<_> = join_all(calls).await.into_iter().map(|a| a.expect(200)).collect();
        let given: HashSet<_> = answers.iter().map(|a| a.at("/refresh_token")).collect();
        assert_eq!(given.len(), 1, "one family goes on by one token");
        assert!(!given.contains(&token));
        for answer in &answers {
            assert!(is_in(&app, answer).await && is_in(&elsewhere, answer).await);
        }
        assert_eq!(sessions(&app, &answers[kept]).await, 1);
        // It goes on from there, on either node.
        let next = BOTH[kept % 2].refresh(&elsewhere, &answers[kept].at("/refresh_token")).await;
        let next = next.expect(200);
        assert!(is_in(&app, &next).await);
        assert!(!given.contains(&next.at("/refresh_token")));
    }
}

#[tokio::test]
async fn a_lost_answer_is_given_again_for_half_a_minute() {
    for way in BOTH {
        let bank = TestBank::open_at_site(false).await;
        bank.customer(PHONE, "Lola").await;
        let app = bank.app();
        let first = app.sign_in(PHONE, None).await.at("/refresh_token");
        way.refresh(&app, &first).await.expect(200);
        bank.clock.advance_seconds(30);
        let again = way.refresh(&app, &first).await.expect(200);
        assert!(is_in(&app, &again).await, "{way:?}");
        // From now on somebody uses it: to ask again is a replay.
        way.over(way.refresh(&app, &first).await);
        assert!(!is_in(&app, &again).await, "{way:?}");
        way.over(way.refresh(&app, &again.at("/refresh_token")).await);
    }
}

#[tokio::test]
async fn a_replay_with_the_right_key_ends_the_family_and_no_other() {
    for way in BOTH {
        let bank = TestBank::open_at_site(false).await;
        bank.customer(PHONE, "Lola").await;
        let (app, tablet) = (bank.app(), bank.app());
        let first = app.sign_in(PHONE, None).await.at("/refresh_token");
        bank.clock.advance_seconds(61);
        let other = tablet.sign_in(PHONE, None).await;
        let second = way.refresh(&app, &first).await.expect(200);
        // Nobody used what it was exchanged for, and still: an answer is not lost for so long.
        bank.clock.advance_seconds(31);
        way.over(way.refresh(&app, &first).await);
        assert!(!is_in(&app, &second).await, "{way:?}");
        way.over(way.refresh(&app, &second.at("/refresh_token")).await);
        assert!(is_in(&tablet, &other).await, "{way:?}");
        way.refresh(&tablet, &other.at("/refresh_token")).await.expect(200);
    }
}

#[tokio::test]
async fn a_thief_without_the_key_gets_nothing_and_ends_nothing() {
    for way in BOTH {
        // Where tokens without a key are given out, too: this one has a key all the same.
        let bank = TestBank::open_at_site(true).await;
        bank.customer(PHONE, "Lola").await;
        let (app, thief) = (bank.app(), bank.app());
        let first = app.sign_in(PHONE, None).await.at("/refresh_token");
        way.not_theirs(way.refresh(&thief, &first).await);
        way.not_theirs(way.refresh_bare(&bank, &first).await);
        let second = way.refresh(&app, &first).await.expect(200);
        // Nor by what is exchanged already, at once or later: or else whoever stole a token that is
        // of no use could still sign its owner out.
        for wait in [0, 31] {
            bank.clock.advance_seconds(wait);
            way.not_theirs(way.refresh(&thief, &first).await);
            way.not_theirs(way.refresh_bare(&bank, &first).await);
        }
        assert!(is_in(&app, &second).await, "{way:?}");
        let third = way.refresh(&app, &second.at("/refresh_token")).await.expect(200);
        assert!(is_in(&app, &third).await, "{way:?}");
    }
}

#[tokio::test]
async fn of_a_token_without_a_key_a_thief_ends_the_family() {
    for way in BOTH {
        let bank = TestBank::open_at_site(true).await;
        bank.customer(PHONE, "Lola").await;
        let stolen = bank.sign_in(PHONE).await.at("/refresh_token");
        let other = bank.sign_in(PHONE).await.at("/access_token");
        let owners = way.refresh_bare(&bank, &stolen).await.expect(200);
        let token = owners.at("/access_token");
        bank.get("/v1/me").token(&token).send().await.expect(200);
        // Who is the thief and who the owner is not known: neither goes on.
        way.over(way.refresh_bare(&bank, &stolen).await);
        bank.get("/v1/me").token(&token).send().await.refused(401, "sign_in_required");
        way.over(way.refresh_bare(&bank, &owners.at("/refresh_token")).await);
        bank.get("/v1/me").token(&other).send().await.expect(200);
        // And with a key of one's own nobody makes it theirs.
        let fresh = bank.sign_in(PHONE).await.at("/refresh_token");
        way.over(way.refresh(&bank.app(), &fresh).await);
        way.refresh_bare(&bank, &fresh).await.expect(200);
    }
}
