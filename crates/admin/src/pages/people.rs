//! Customers and colleagues as they stand on a page: by name where the employee may know it, with a
//! link where they may follow it.

use std::collections::HashMap;

use identity::approvals::ApprovalSummary as Summary;
use kernel::{ApprovalId, CaseId, CustomerId, Permission, Permissions, Result, StaffId};
use maud::{Markup, html};
use policy::Object;

use super::common::short;
use crate::Admin;
use crate::view::View;

/// The people of one page.
pub(crate) struct People {
    staff: HashMap<StaffId, String>,
    customers: HashMap<CustomerId, String>,
    may: Permissions,
}

impl People {
    /// Every colleague, and these customers.
    pub async fn of(admin: &Admin, view: &View, mut customers: Vec<CustomerId>) -> Result<Self> {
        customers.sort();
        customers.dedup();
        let customers = if view.may(Permission::CustomerRead) && !customers.is_empty() {
            admin.desk().names(&view.ctx, &customers).await?
        } else {
            HashMap::new()
        };
        Ok(Self {
            staff: admin.identity().staff_names(&view.ctx).await?,
            customers,
            may: view.ctx.permissions,
        })
    }

    /// The same, with the customers that proposals are about.
    pub async fn about(admin: &Admin, view: &View, proposals: &[&[Summary]]) -> Result<Self> {
        let mut customers = Vec::new();
        for proposal in proposals.iter().copied().flatten() {
            if let Object::Customer(id) = proposal.object {
                customers.push(id);
            }
        }
        Self::of(admin, view, customers).await
    }

    /// The name of a colleague; the id of one who is not known any more.
    pub fn colleague(&self, id: StaffId) -> String {
        self.staff.get(&id).cloned().unwrap_or_else(|| short(&id.to_string()))
    }

    /// The name of a customer; the id of one whose name the employee does not know, or nobody does.
    pub fn customer(&self, id: CustomerId) -> String {
        self.customers.get(&id).cloned().unwrap_or_else(|| short(&id.to_string()))
    }

    /// A colleague, with the way to their page.
    pub fn colleague_link(&self, id: StaffId) -> Markup {
        linked(self.may.has(Permission::StaffRead), &format!("/staff/{id}"), &self.colleague(id))
    }

    /// A customer, with the way to their page.
    pub fn customer_link(&self, id: CustomerId) -> Markup {
        linked(
            self.may.has(Permission::CustomerRead),
            &format!("/customers/{id}"),
            &self.customer(id),
        )
    }

    /// Something else that has an id, with the way to it when it has a page.
    pub fn thing_link(&self, id: &str) -> Markup {
        let place = if self.may.has(Permission::CaseRead) && id.parse::<CaseId>().is_ok() {
            Some("cases")
        } else if self.may.has(Permission::ApprovalRead) && id.parse::<ApprovalId>().is_ok() {
            Some("approvals")
        } else {
            None
        };
        html! {
            @match place {
                Some(place) => a.mono href={ "/" (place) "/" (id) } { (short(id)) },
                None => span.mono { (short(id)) },
            }
        }
    }

    /// What something is about, in a line; nothing when it is about nobody in particular.
    pub fn name(&self, object: Object) -> String {
        match object {
            Object::Bank => String::new(),
            Object::Customer(id) => self.customer(id),
            Object::Staff(id) => self.colleague(id),
        }
    }

    /// The same with the way to it, and its whole id.
    pub fn whole(&self, object: Object) -> Option<Markup> {
        let (link, id) = match object {
            Object::Bank => return None,
            Object::Customer(id) => (self.customer_link(id), id.to_string()),
            Object::Staff(id) => (self.colleague_link(id), id.to_string()),
        };
        Some(html! { (link) span.sub.mono { (id) } })
    }
}

fn linked(may: bool, href: &str, text: &str) -> Markup {
    html! { @if may { a href=(href) { (text) } } @else { (text) } }
}
