//! The staff of the demo bank: one of each role that has to do with four eyes, so that whoever
//! tries the bank can be all of them in one browser: who drafts a tariff as well as who approves
//! it. Each comes by a passkey with a link that works once.

use edge::Site;
use identity::{Identity, Invitation};
use kernel::{Result, Role};

use crate::bank::system;

/// A name, a mail address, a role.
const STAFF: [(&str, &str, Role); 5] = [
    ("Dilnoza Rahimova", "dilnoza@okto.example", Role::Administrator),
    ("Sardor Aliyev", "sardor@okto.example", Role::Security),
    ("Nodira Yusupova", "nodira@okto.example", Role::Support),
    ("Malika Saidova", "malika@okto.example", Role::Compliance),
    ("Karim Olimov", "karim@okto.example", Role::Accountant),
];

/// An employee of the demo, and how they come in.
pub struct DemoEmployee {
    pub name: &'static str,
    pub role: Role,
    /// The link with which they register a passkey; `None` once they have one.
    pub link: Option<String>,
}

/// Takes in who is missing, and gives the links that nobody used yet. One that ended is made anew.
pub async fn ensure(identity: &Identity, site: &Site) -> Result<Vec<DemoEmployee>> {
    let ctx = system("demo");
    let mut employees = Vec::new();
    for (name, email, role) in STAFF {
        let known = identity.staff_by_email(&ctx, email).await?;
        let comes_in = match known {
            Some(id) => identity.has_passkey(&ctx, id).await?,
            None => false,
        };
        let code = match known {
            _ if comes_in => None,
            Some(id) => identity.enrolment_code(&ctx, id).await?,
            None => None,
        };
        let code = if code.is_none() && !comes_in {
            let roles = [role].into_iter().collect();
            let invitation = Invitation { name, email, roles, phone: None };
            Some(identity.invite_by_operator(&ctx, invitation).await?.1)
        } else {
            code
        };
        let link = code.map(|code| format!("{site}/enrol/{}", code.expose()));
        employees.push(DemoEmployee { name, role, link });
    }
    Ok(employees)
}
