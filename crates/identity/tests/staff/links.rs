//! The mail that brings a new employee their link, and what is done when it does not.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use identity::approvals::{OnStaff, StaffLink};
use identity::ports::{Email, EmailSender, Handed};
use identity::{Invitation, Link, LinkMail, StaffMember, enrolments};
use kernel::{Code, Result, Role, Roles, StaffId};
use store::jobs::Runner;
use tokio::sync::watch;

use crate::common::{phone, refused};
use crate::office::{Colleague, Office};

/// A mail server, which takes letters or not.
#[derive(Default)]
struct Server {
    refuses: AtomicBool,
    asked: AtomicUsize,
}

impl EmailSender for Server {
    fn send<'a>(
        &'a self,
        _: &'a Email,
    ) -> Pin<Box<dyn Future<Output = Result<Handed>> + Send + 'a>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        let refuses = self.refuses.load(Ordering::SeqCst);
        Box::pin(async move { Ok(if refuses { Handed::Refused } else { Handed::Taken }) })
    }
}

impl Office {
    async fn member(&self, who: &Colleague, id: StaffId) -> StaffMember {
        let ctx = self.ctx(who).await;
        self.identity.staff_member(&ctx, id).await.unwrap()
    }

    #[expect(clippy::panic, reason = "a test fails by panicking")]
    async fn mail_becomes(&self, who: &Colleague, id: StaffId, wanted: LinkMail) -> Link {
        for _ in 0..500 {
            let link = self.member(who, id).await.link.unwrap();
            if link.mail == Some(wanted) {
                return link;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the mail never became {wanted:?}");
    }
}

#[tokio::test]
async fn a_link_that_the_mail_server_refuses_is_seen_and_sent_again() {
    let office = Office::open().await;
    let boss = office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
    let mut guard = office.hire("Sardor Aliyev", &[Role::Security]).await;
    let server = Arc::new(Server::default());
    server.refuses.store(true, Ordering::SeqCst);
    let sender: Arc<dyn EmailSender> = server.clone();
    let clock = office.bank.ctx().clock;
    let runner = Runner::new(office.bank.store(), clock.clone());
    let runner = enrolments::jobs::register(runner, &office.identity, &clock, &sender);
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(runner.run(stopped));

    let ctx = office.ctx(&boss).await;
    let number = phone(80);
    let invitation = Invitation {
        name: "Jamshid Olimov",
        email: "jamshid@okto.exmaple",
        roles: Roles::NONE.with(Role::Support),
        phone: Some(number.expose()),
    };
    let id = office.approvals.propose_invitation(&ctx, invitation, "a new one").await.unwrap();
    office.approve(&mut guard, id).await.unwrap();
    let all = office.identity.staff(&ctx).await.unwrap();
    let new = all.iter().find(|member| member.name.starts_with("Jamshid")).unwrap().id;
    let refused_link = office.mail_becomes(&boss, new, LinkMail::Refused).await;
    assert_eq!(office.audited("staff.enrolment_mail", false).await, 1);

    server.refuses.store(false, Ordering::SeqCst);
    office.bank.clock.advance_seconds(60);
    let about = OnStaff { staff: new };
    let again = office.approvals.propose::<StaffLink>(&ctx, &about, "a full mailbox").await;
    let again = again.unwrap();
    let twice = office.approvals.propose::<StaffLink>(&ctx, &about, "once more").await;
    assert_eq!(refused(twice).0, Code::ApprovalOpen);
    office.approve(&mut guard, again).await.unwrap();
    let link = office.mail_becomes(&boss, new, LinkMail::Sent).await;
    assert!(link.until > refused_link.until);
    assert_eq!(office.audited("staff.enrolment_mail", true).await, 1);
    assert_eq!(server.asked.load(Ordering::SeqCst), 2);

    // Whoever works is let in by their passkey, and by no mail.
    assert_eq!(office.member(&boss, guard.id).await.link, None);
    let active = OnStaff { staff: guard.id };
    let refused_one = office.approvals.propose::<StaffLink>(&ctx, &active, "lost it").await;
    assert_eq!(refused(refused_one).0, Code::NothingToChange);
}

#[tokio::test]
async fn an_invitation_that_is_refused_leaves_nothing() {
    let office = Office::open().await;
    let boss = office.hire("Dilnoza Rahimova", &[Role::Administrator]).await;
    let ctx = office.ctx(&boss).await;
    let number = phone(80);
    let invitation = Invitation {
        name: "Jamshid Olimov",
        email: "jamshid@okto.example",
        roles: Roles::NONE.with(Role::Support),
        phone: Some(number.expose()),
    };
    let keys = async || -> i64 {
        sqlx::query_scalar("SELECT count(*) FROM subject_key")
            .fetch_one(office.bank.store().pool())
            .await
            .unwrap()
    };
    let before = keys().await;
    office.approvals.propose_invitation(&ctx, invitation, "a new one").await.unwrap();
    assert_eq!(keys().await, before + 1);
    let twice = office.approvals.propose_invitation(&ctx, invitation, "again").await;
    assert_eq!(refused(twice).0, Code::ApprovalOpen);
    assert_eq!(keys().await, before + 1);
    let nameless = Invitation { phone: None, email: "other@okto.example", ..invitation };
    let refused_one = office.approvals.propose_invitation(&ctx, nameless, "again").await;
    assert_eq!(refused(refused_one).0, Code::PhoneMalformed);
}
