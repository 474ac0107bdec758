//! Lists of proposals and cases: whatever waits is in one of their pages, and counted.

use identity::Invitation;
use identity::approvals::{Listed, Say};
use identity::cases::{self, FROZEN_BY_BANK};
use kernel::{ApprovalId, Role, Roles};

use crate::common::phone;
use crate::office::{Colleague, Office};

/// Every page of a list, each of fifty at most.
async fn whole(office: &Office, who: &Colleague, listed: Listed) -> Vec<ApprovalId> {
    let ctx = office.ctx(who).await;
    let (mut all, mut before): (Vec<ApprovalId>, Option<ApprovalId>) = (Vec::new(), None);
    loop {
        let page = office.approvals.list(&ctx, listed, before).await.unwrap();
        assert!(page.proposals.len() <= 50);
        all.extend(page.proposals.iter().map(|proposal| proposal.id));
        before = all.last().copied();
        if !page.more {
            return all;
        }
    }
}

async fn counted(office: &Office, who: &Colleague) -> (usize, usize) {
    let waiting = office.approvals.waiting(&office.ctx(who).await).await.unwrap();
    (usize::try_from(waiting.inbox).unwrap(), usize::try_from(waiting.own).unwrap())
}

#[tokio::test]
async fn however_much_is_proposed_everything_that_waits_is_found_and_counted() {
    let office = Office::open().await;
    let boss = office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
    let mut guard = office.hire("Sardor Aliyev", &[Role::Security]).await;
    let other_guard = office.hire("Malika Saidova", &[Role::Security]).await;
    let ctx = office.ctx(&boss).await;
    let both: Roles = [Role::Security, Role::Compliance].into_iter().collect();
    let about_guard = office.approvals.propose_roles(&ctx, guard.id, both, "moves").await.unwrap();
    let mut proposed = vec![about_guard];
    for n in 0..110 {
        office.bank.clock.advance_seconds(1);
        let email = format!("new{n}@okto.example");
        let roles = Roles::NONE.with(Role::Support);
        let phone = format!("+9989011{n:05}");
        let phone = Some(phone.as_str());
        let new = Invitation { name: "Somebody New", email: &email, roles, phone };
        proposed.push(office.approvals.propose_invitation(&ctx, new, "grows").await.unwrap());
    }
    proposed.reverse();

    // The oldest is the last one of the last page, not gone.
    assert_eq!(whole(&office, &other_guard, Listed::Inbox).await, proposed);
    assert_eq!(counted(&office, &other_guard).await, (111, 0));
    assert_eq!(whole(&office, &boss, Listed::Own).await, proposed);
    assert_eq!(counted(&office, &boss).await, (0, 111), "nobody decides about their own");
    assert!(whole(&office, &boss, Listed::Inbox).await.is_empty());
    // What is about oneself waits for others.
    assert_eq!(whole(&office, &guard, Listed::Inbox).await, proposed[..110]);
    assert_eq!(counted(&office, &guard).await, (110, 0));
    // What was decided about does not wait any more.
    office.decide(&mut guard, proposed[0], Say::Reject).await.unwrap();
    assert_eq!(counted(&office, &guard).await, (109, 0));
    assert_eq!(whole(&office, &guard, Listed::Inbox).await.len(), 109);
    // Neither does what is over.
    office.bank.clock.advance_seconds(3 * 86_400);
    guard.session = Some(office.sign_in(&mut guard.device).await.unwrap());
    assert_eq!(counted(&office, &guard).await, (0, 0));
    assert!(whole(&office, &guard, Listed::Inbox).await.is_empty());
}

#[tokio::test]
async fn every_case_is_on_one_of_the_pages() {
    let office = Office::open().await;
    let clerk = office.hire("Nodira Yusupova", &[Role::Support]).await;
    let customer = office.bank.user(&phone(1_234_567)).await;
    let ctx = office.ctx(&clerk).await;
    let mut opened = Vec::new();
    for n in 0..101 {
        // Some at the same moment.
        office.bank.clock.advance_seconds(n % 2);
        let (mut tx, facts) = (office.bank.begin().await, serde_json::json!({}));
        let now = office.bank.ctx();
        let case = office.identity.open_case(&mut tx, &now, FROZEN_BY_BANK, (customer, facts));
        opened.push(case.await.unwrap());
        store::commit(tx).await.unwrap();
    }
    // Of the same moment, in the order of their ids.
    opened.sort();
    let whole = async |listed| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = office.identity.list_cases(&ctx, listed, after).await.unwrap();
            assert!(page.cases.len() <= 50);
            all.extend(page.cases.iter().map(|case| case.id));
            after = all.last().copied();
            if !page.more {
                return all;
            }
        }
    };
    assert_eq!(whole(cases::Listed::Open).await, opened);
    assert_eq!(office.identity.open_cases(&ctx).await.unwrap(), 101);
    for case in opened.iter().take(60) {
        let closing = (cases::Outcome::NoAction, "nothing to do");
        office.identity.close_case(&ctx, *case, closing).await.unwrap();
    }
    assert_eq!(office.identity.open_cases(&ctx).await.unwrap(), 41);
    assert_eq!(whole(cases::Listed::Open).await, opened[60..]);
    let mut closed = whole(cases::Listed::Closed).await;
    closed.sort();
    let mut expected = opened[..60].to_vec();
    expected.sort();
    assert_eq!(closed, expected);
}
