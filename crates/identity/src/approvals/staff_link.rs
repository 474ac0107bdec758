//! A new link for somebody who was taken in and has not come in: the mail server refused the first
//! one, or nobody used it in time.

use kernel::{Code, Ctx, Permission, Result};
use policy::Object;
use store::Tx;

use super::action::{Action, Approved, Preview, Shown};
use super::kinds::{LIFE_SECONDS, OnStaff};
use super::rules::{Change, Terms};
use crate::staff::{self, LinkMail};
use crate::{Identity, StaffStatus};

/// Mails a new link to somebody who is invited. Whoever works already has a passkey, and is not let
/// in by mail again. The mail goes to the address that was approved with the invitation.
pub struct StaffLink(pub(super) Identity);

impl Action for StaffLink {
    const TERMS: Terms = Terms {
        kind: "staff.link",
        propose: Permission::StaffInvitePropose,
        approve: Permission::StaffInviteApprove,
        quorum: 1,
        life_seconds: LIFE_SECONDS,
    };
    type Payload = OnStaff;

    fn object(_: &OnStaff) -> Object {
        // As the invitation: whoever may propose and decide about it may about its link.
        Object::Bank
    }

    fn apart(payload: &OnStaff) -> Option<[u8; 32]> {
        let mut apart = [0; 32];
        apart.split_at_mut(16).0.copy_from_slice(payload.staff.uuid().as_bytes());
        Some(apart)
    }

    async fn preview(&self, tx: &mut Tx, _: &Ctx, payload: &OnStaff) -> Result<Preview> {
        let standing = staff::sql::lock(tx, payload.staff).await?.ok_or(Code::NotFound)?;
        if standing.status != StaffStatus::Invited {
            return Err(Code::NothingToChange.into());
        }
        let name = staff::sql::name_of(tx, payload.staff).await?.ok_or(Code::NotFound)?;
        let changes = vec![
            Change::new("name", Some(&name), Some(&name)),
            Change::new("roles", None, Some(&staff::written(standing.roles))),
            Change::new("link", None, Some(LinkMail::Waits.as_str())),
        ];
        Ok(Preview { subject: payload.staff.uuid(), changes })
    }

    async fn execute(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        approved: Approved<'_, OnStaff>,
    ) -> Result<Shown> {
        let payload = approved.payload;
        self.0.enrol_by_mail(tx, ctx, payload.staff).await.map(|()| None)
    }
}
