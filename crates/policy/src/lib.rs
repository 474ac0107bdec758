//! Who of the staff may what: the policies in `policies/`, written in Cedar, compiled into the
//! program and checked against their schema when it starts.
//!
//! A decision is about an employee, a permission and what it is used on. It carries the ids of the
//! policies that led to it, for the audit log. What is not allowed by a role is refused, and what
//! is forbidden by a limit is refused whatever the roles allow.
#![deny(missing_docs)]

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use cedar_policy::{
    Authorizer, Context, Decision as CedarDecision, Entities, Entity, EntityUid, Policy, PolicyId,
    PolicySet, Request, RestrictedExpression, Schema, ValidationMode, Validator,
};
use kernel::{
    CustomerId, Employee, Error, Moment, Permission, Permissions, Result, Roles, StaffId,
    StaffSessionId,
};

const SCHEMA: &str = include_str!("../../../policies/schema.cedarschema");
const POLICIES: [&str; 2] =
    [include_str!("../../../policies/roles.cedar"), include_str!("../../../policies/limits.cedar")];
/// The limit that a fresh use of the passkey lifts.
const FRESH_PROOF: &str = "only-with-a-fresh-proof";
/// How old the last use of the passkey may be where a fresh one is needed: the limit of that name.
pub const FRESH_PROOF_SECONDS: i64 = 900;
const DOING: &str = "deciding by the policies";

/// What a permission is used on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Object {
    /// Nobody in particular.
    Bank,
    /// A customer.
    Customer(CustomerId),
    /// An employee.
    Staff(StaffId),
}

/// A question to the policies.
#[derive(Clone, Copy, Debug)]
pub struct Question {
    /// Who.
    pub employee: Employee,
    /// May what.
    pub permission: Permission,
    /// On what.
    pub object: Object,
    /// Whether it is about something that the employee proposed.
    pub own_proposal: bool,
    /// When.
    pub now: Moment,
}

/// How a question is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// They may.
    Allowed,
    /// They may not.
    Denied,
    /// They may, once they used their passkey again.
    ProofTooOld,
}

/// An answer with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The answer.
    pub verdict: Verdict,
    /// The ids of the policies that led to it, in alphabetical order: of the permissions, or of the
    /// limits. None when no role allows it.
    pub policies: Vec<String>,
}

/// The policies of the bank.
pub struct Policies {
    schema: Schema,
    set: PolicySet,
    by_roles: Mutex<HashMap<Roles, Permissions>>,
}

/// The policies of this program. An error when they do not hold together, which a test excludes.
pub fn policies() -> Result<&'static Policies> {
    static POLICIES: LazyLock<Result<Policies, String>> = LazyLock::new(Policies::load);
    POLICIES.as_ref().map_err(|why| Error::broken("reading the policies", why.clone()))
}

impl Policies {
    /// Reads and checks them.
    fn load() -> Result<Self, String> {
        let (schema, warnings) =
            Schema::from_cedarschema_str(SCHEMA).map_err(|e| format!("the schema: {e:?}"))?;
        if let Some(warning) = { warnings }.next() {
            return Err(format!("the schema: {warning}"));
        }
        let mut set = PolicySet::new();
        for text in POLICIES {
            let read: PolicySet = text.parse().map_err(|e| format!("{e:?}"))?;
            for policy in read.policies() {
                set.add(named(policy)?).map_err(|e| e.to_string())?;
            }
        }
        let policies = Self { schema, set, by_roles: Mutex::default() };
        policies.check()?;
        Ok(policies)
    }

    /// Finds policies that do not fit the schema, or say nothing, and permissions of the program
    /// that are no action of the schema or the other way around.
    fn check(&self) -> Result<(), String> {
        let checked =
            Validator::new(self.schema.clone()).validate(&self.set, ValidationMode::Strict);
        if !checked.validation_passed_without_warnings() {
            return Err(checked.to_string());
        }
        let known: HashSet<String> = Permission::STAFF
            .iter()
            .filter_map(|permission| permission.staff_name())
            .map(str::to_owned)
            .collect();
        let groups: HashSet<&EntityUid> = self.schema.action_groups().collect();
        let actions: HashSet<String> = self
            .schema
            .actions()
            .filter(|action| !groups.contains(action))
            .map(|action| action.id().unescaped().to_owned())
            .collect();
        match known.symmetric_difference(&actions).next() {
            Some(only) => Err(format!("{only} is not both a permission and an action")),
            None => Ok(()),
        }
    }

    /// Whether an employee may do something, and by which policies.
    pub fn decide(&self, question: &Question) -> Result<Decision> {
        let decision = self.ask(question)?;
        if decision.verdict != Verdict::Denied || decision.policies != [FRESH_PROOF] {
            return Ok(decision);
        }
        // Only the age of the proof stands against it, if a role allows it at all.
        let employee = Employee { proved_at: question.now, ..question.employee };
        let fresh = self.ask(&Question { employee, ..*question })?;
        match fresh.verdict {
            Verdict::Allowed => Ok(Decision { verdict: Verdict::ProofTooOld, ..decision }),
            Verdict::Denied | Verdict::ProofTooOld => Ok(fresh),
        }
    }

    /// What roles allow at best: on nobody that one is, right after the passkey was used.
    pub fn permissions(&self, roles: Roles) -> Result<Permissions> {
        let known = self.by_roles.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(permissions) = known.get(&roles) {
            return Ok(*permissions);
        }
        drop(known);
        let mut permissions = Permissions::NONE;
        for permission in Permission::STAFF {
            if self.ask(&at_best(roles, *permission))?.verdict == Verdict::Allowed {
                permissions = permissions.with(*permission);
            }
        }
        let mut known = self.by_roles.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(roles, permissions);
        Ok(permissions)
    }

    fn ask(&self, question: &Question) -> Result<Decision> {
        let (request, entities) = self.request(question)?;
        let response = Authorizer::new().is_authorized(&request, &self.set, &entities);
        if let Some(error) = response.diagnostics().errors().next() {
            return Err(Error::broken(DOING, error.to_string()));
        }
        let verdict = match response.decision() {
            CedarDecision::Allow => Verdict::Allowed,
            CedarDecision::Deny => Verdict::Denied,
        };
        let mut policies: Vec<_> =
            response.diagnostics().reason().map(ToString::to_string).collect();
        policies.sort();
        Ok(Decision { verdict, policies })
    }

    fn request(&self, question: &Question) -> Result<(Request, Entities)> {
        let employee = &question.employee;
        let action = question.permission.staff_name();
        let action =
            action.ok_or(Error::invariant("the policies know permissions of the staff"))?;
        let principal = uid("Staff", &employee.id.to_string())?;
        let resource = match question.object {
            Object::Bank => uid("Bank", "okto")?,
            Object::Customer(id) => uid("Customer", &id.to_string())?,
            Object::Staff(id) => uid("Staff", &id.to_string())?,
        };
        let age = question.now.micros_since(employee.proved_at).div_euclid(1_000_000);
        let long = RestrictedExpression::new_long;
        let context = Context::from_pairs([
            ("aal".to_owned(), long(i64::from(employee.aal))),
            ("proof_age_seconds".to_owned(), long(age)),
            ("own_proposal".to_owned(), RestrictedExpression::new_bool(question.own_proposal)),
        ]);
        let context = context.map_err(|e| Error::broken(DOING, e))?;
        let entities = self.entities(&principal, employee)?;
        let action = uid("Action", action)?;
        let schema = Some(&self.schema);
        let request = Request::new(principal, action, resource, context, schema)
            .map_err(|e| Error::broken(DOING, e))?;
        Ok((request, entities))
    }

    fn entities(&self, principal: &EntityUid, employee: &Employee) -> Result<Entities> {
        let mut attributes = HashMap::new();
        if let Some(customer) = employee.customer {
            let customer = uid("Customer", &customer.to_string())?;
            let customer = RestrictedExpression::new_entity_uid(customer);
            attributes.insert("customer".to_owned(), customer);
        }
        let roles: HashSet<EntityUid> =
            employee.roles.iter().map(|role| uid("Role", role.as_str())).collect::<Result<_>>()?;
        let staff = Entity::new(principal.clone(), attributes, roles);
        let staff = staff.map_err(|e| Error::broken(DOING, e))?;
        Entities::from_entities([staff], Some(&self.schema)).map_err(|e| Error::broken(DOING, e))
    }
}

/// A policy under the name that its author gave it.
fn named(policy: &Policy) -> Result<Policy, String> {
    let name = policy.annotation("id").ok_or_else(|| format!("a policy has no @id: {policy}"))?;
    Ok(policy.new_id(PolicyId::new(name)))
}

fn uid(kind: &str, id: &str) -> Result<EntityUid> {
    let kind = kind.parse().map_err(|e| Error::broken(DOING, format!("{e:?}")))?;
    Ok(EntityUid::from_type_name_and_id(kind, cedar_policy::EntityId::new(id)))
}

/// The question whether a permission can be used at all.
fn at_best(roles: Roles, permission: Permission) -> Question {
    let nobody = StaffId::from_uuid(uuid::Uuid::nil());
    let employee = Employee {
        id: nobody,
        session: StaffSessionId::from_uuid(uuid::Uuid::nil()),
        roles,
        customer: None,
        aal: 3,
        proved_at: Moment::EPOCH,
    };
    let object = object_of(permission, uuid::Uuid::max());
    Question { employee, permission, object, own_proposal: false, now: Moment::EPOCH }
}

/// What a permission is used on, by its name: the schema says the same, and refuses a question that
/// differs.
fn object_of(permission: Permission, id: uuid::Uuid) -> Object {
    use Permission as P;
    match permission {
        P::CustomerRead
        | P::CustomerReadPhone
        | P::CustomerReadEmail
        | P::CustomerReadBirthDate
        | P::CustomerReadDocument
        | P::CustomerReadSessions
        | P::CustomerEndSessions
        | P::CustomerFreeze
        | P::CustomerSeeDocument
        | P::CustomerUnfreezePropose
        | P::CustomerUnfreezeApprove
        | P::CustomerClosePropose
        | P::CustomerCloseApprove
        | P::CustomerErasePropose
        | P::CustomerEraseApprove
        | P::CustomerRecoverPropose
        | P::CustomerRecoverApprove
        | P::CustomerPhonePropose
        | P::CustomerPhoneApprove
        | P::TransferRefundPropose
        | P::TransferRefundApprove
        | P::LimitTemporaryPropose
        | P::LimitTemporaryApprove => Object::Customer(CustomerId::from_uuid(id)),
        P::StaffRolesPropose
        | P::StaffRolesApprove
        | P::StaffSuspendPropose
        | P::StaffSuspendApprove => Object::Staff(StaffId::from_uuid(id)),
        _ => Object::Bank,
    }
}

#[cfg(test)]
mod tests;
