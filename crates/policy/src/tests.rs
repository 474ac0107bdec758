use std::fmt::Write as _;
use std::path::Path;

use kernel::{Entropy, Role};

use super::*;

const NOW: Moment = Moment::from_micros(1_764_000_000_000_000);

fn employee(roles: &[Role]) -> Employee {
    Employee {
        id: StaffId::generate(NOW, Entropy),
        session: StaffSessionId::generate(NOW, Entropy),
        roles: roles.iter().copied().collect(),
        customer: None,
        aal: 3,
        proved_at: NOW,
    }
}

fn ask(employee: Employee, permission: Permission, object: Object) -> Decision {
    let question = Question { employee, permission, object, own_proposal: false, now: NOW };
    policies().unwrap().decide(&question).unwrap()
}

fn customer() -> CustomerId {
    CustomerId::generate(NOW, Entropy)
}

#[test]
fn the_policies_hold_together() {
    if let Err(why) = Policies::load() {
        panic!("{why}");
    }
}

#[test]
fn a_decision_names_its_policies() {
    let object = Object::Customer(customer());
    let allowed = ask(employee(&[Role::Support]), Permission::CustomerReadPhone, object);
    assert_eq!(allowed.verdict, Verdict::Allowed);
    assert_eq!(allowed.policies, ["support-helps-customers"]);
    let denied = ask(employee(&[Role::Support]), Permission::CustomerReadDocument, object);
    assert_eq!(denied, Decision { verdict: Verdict::Denied, policies: vec![] });
    let both = [Role::Support, Role::Compliance];
    let allowed = ask(employee(&both), Permission::CustomerReadPhone, object);
    assert_eq!(allowed.policies, ["compliance-knows-customers", "support-helps-customers"]);
}

#[test]
fn nobody_serves_themselves() {
    let id = customer();
    let own = Employee { customer: Some(id), ..employee(&[Role::Support, Role::Compliance]) };
    for permission in [
        Permission::CustomerRead,
        Permission::CustomerReadPhone,
        Permission::CustomerFreeze,
        Permission::CustomerUnfreezePropose,
        Permission::CaseRead,
        Permission::CaseHandle,
    ] {
        let denied = ask(own, permission, Object::Customer(id));
        assert_eq!(denied.verdict, Verdict::Denied, "{permission:?}");
        assert_eq!(denied.policies, ["not-ones-own-customer-record"], "{permission:?}");
        let other = ask(own, permission, Object::Customer(customer()));
        assert_eq!(other.verdict, Verdict::Allowed, "{permission:?}");
    }
}

#[test]
fn nobody_decides_what_they_themselves_may() {
    for (role, permission) in [
        (Role::Administrator, Permission::StaffRolesPropose),
        (Role::Security, Permission::StaffRolesApprove),
        (Role::Security, Permission::StaffSuspendPropose),
        (Role::Administrator, Permission::StaffSuspendApprove),
    ] {
        let who = employee(&[role]);
        let own = ask(who, permission, Object::Staff(who.id));
        assert_eq!(own.policies, ["not-about-oneself"], "{permission:?}");
        assert_eq!(own.verdict, Verdict::Denied, "{permission:?}");
        let other = ask(who, permission, Object::Staff(employee(&[]).id));
        assert_eq!(other.verdict, Verdict::Allowed, "{permission:?}");
    }
}

#[test]
fn nobody_reads_what_others_write_about_them() {
    let own = customer();
    let who = Employee { customer: Some(own), ..employee(&[Role::Compliance, Role::Security]) };
    for permission in
        [Permission::ApprovalRead, Permission::AuditRead, Permission::AuditReadPersonal]
    {
        let about_me = ask(who, permission, Object::Staff(who.id));
        assert_eq!(about_me.policies, ["not-about-oneself"], "{permission:?}");
        let mine = ask(who, permission, Object::Customer(own));
        assert_eq!(mine.policies, ["not-ones-own-customer-record"], "{permission:?}");
        for other in [Object::Bank, Object::Customer(customer()), Object::Staff(employee(&[]).id)] {
            assert_eq!(ask(who, permission, other).verdict, Verdict::Allowed, "{permission:?}");
        }
    }
}

#[test]
fn nobody_decides_about_their_own_proposal() {
    let (who, object) = (employee(&[Role::Compliance]), Object::Customer(customer()));
    let question = |own_proposal| Question {
        employee: who,
        permission: Permission::CustomerUnfreezeApprove,
        object,
        own_proposal,
        now: NOW,
    };
    let policies = policies().unwrap();
    assert_eq!(policies.decide(&question(false)).unwrap().verdict, Verdict::Allowed);
    let own = policies.decide(&question(true)).unwrap();
    assert_eq!(
        (own.verdict, own.policies),
        (Verdict::Denied, vec!["not-ones-own-proposal".into()])
    );
}

#[test]
fn a_weak_sign_in_does_nothing_and_an_old_one_little() {
    let object = Object::Customer(customer());
    let weak = Employee { aal: 1, ..employee(&[Role::Support]) };
    let denied = ask(weak, Permission::CustomerRead, object);
    assert_eq!(denied.policies, ["only-with-two-factors"]);
    let old = |seconds: i64, roles: &[Role]| Employee {
        proved_at: NOW.plus_seconds(-seconds),
        ..employee(roles)
    };
    let propose = Permission::CustomerUnfreezePropose;
    let support = &[Role::Support];
    assert_eq!(ask(old(FRESH_PROOF_SECONDS, support), propose, object).verdict, Verdict::Allowed);
    assert_eq!(ask(old(901, support), propose, object).verdict, Verdict::ProofTooOld);
    assert_eq!(ask(old(901, support), Permission::CustomerRead, object).verdict, Verdict::Allowed);
    // Whoever may not is not sent for a proof.
    assert_eq!(ask(old(901, &[Role::Auditor]), propose, object).verdict, Verdict::Denied);
    assert_eq!(ask(old(901, &[Role::Accountant]), propose, object).verdict, Verdict::Denied);
}

#[test]
fn a_question_about_the_wrong_thing_is_a_mistake() {
    let question = Question {
        employee: employee(&[Role::Support]),
        permission: Permission::CustomerRead,
        object: Object::Bank,
        own_proposal: false,
        now: NOW,
    };
    assert!(policies().unwrap().decide(&question).is_err());
}

/// What is proposed with the one is decided with the other.
fn pairs() -> Vec<(Permission, Permission)> {
    let name = |permission: &Permission| permission.staff_name().unwrap().to_owned();
    let proposing = Permission::STAFF.iter().filter(|p| name(p).ends_with(".propose"));
    let pairs: Vec<_> = proposing
        .map(|propose| {
            let wanted = name(propose).replace(".propose", ".approve");
            let approve = Permission::STAFF.iter().find(|p| name(p) == wanted).unwrap();
            (*propose, *approve)
        })
        .collect();
    assert!(pairs.len() >= 8);
    pairs
}

#[test]
fn no_roles_together_both_propose_and_approve() {
    let policies = policies().unwrap();
    for bits in 0..1_u32 << Role::ALL.len() {
        let roles: Roles = Role::ALL
            .into_iter()
            .enumerate()
            .filter(|(n, _)| bits >> n & 1 == 1)
            .map(|(_, r)| r)
            .collect();
        let permissions = policies.permissions(roles).unwrap();
        for (propose, approve) in pairs() {
            let both = permissions.has(propose) && permissions.has(approve);
            assert!(!both, "{roles:?}: {propose:?} and {approve:?}");
        }
    }
    for (propose, approve) in pairs() {
        for permission in [propose, approve] {
            let somebody = Role::ALL
                .into_iter()
                .any(|role| policies.permissions(Roles::NONE.with(role)).unwrap().has(permission));
            assert!(somebody, "nobody has {permission:?}");
        }
    }
}

#[test]
fn without_roles_nothing_is_allowed_and_customers_permissions_are_no_question() {
    let policies = policies().unwrap();
    assert_eq!(policies.permissions(Roles::NONE).unwrap(), Permissions::NONE);
    let question = Question {
        permission: Permission::TransferCreate,
        ..at_best(Roles::NONE, Permission::StaffRead)
    };
    assert!(policies.decide(&question).is_err());
}

/// `docs/generated/permissions.md`: who may what.
#[test]
fn the_table_of_permissions_is_written() {
    let policies = policies().unwrap();
    let mut page = String::from(
        "# Who of the staff may what\n\n\
         Made from `policies/roles.cedar` and `policies/limits.cedar` by a test of the crate \
         `policy`. A role is shown alone; what two roles of one employee add up to is never to \
         propose and approve the same thing.\n\n| permission |",
    );
    for role in Role::ALL {
        write!(page, " {role} |").unwrap();
    }
    page.push_str("\n|---|");
    page.push_str(&"---|".repeat(Role::ALL.len()));
    page.push('\n');
    for permission in Permission::STAFF {
        write!(page, "| `{}` |", permission.staff_name().unwrap()).unwrap();
        for role in Role::ALL {
            let permissions = policies.permissions(Roles::NONE.with(role)).unwrap();
            page.push_str(if permissions.has(*permission) { " yes |" } else { " |" });
        }
        page.push('\n');
    }
    page.push_str("\n## Limits\n\nThese override every permission:\n\n");
    let mut limits: Vec<String> = policies
        .set
        .policies()
        .filter(|policy| policy.effect() == cedar_policy::Effect::Forbid)
        .map(|policy| format!("- `{}`\n", policy.id()))
        .collect();
    limits.sort();
    page.push_str(&limits.concat());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/generated/permissions.md");
    if std::env::var_os("OKTO_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap_or_default(),
        page,
        "docs/generated/permissions.md is out of date: run this test with OKTO_UPDATE=1"
    );
}
