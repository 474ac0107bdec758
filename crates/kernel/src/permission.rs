/// What an actor may do. Each use case begins by requiring one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Permission {
    /// Read and end one's own session.
    SessionUse,
    /// Read one's own profile.
    ProfileRead,
    /// Open an account for oneself.
    AccountOpen,
    /// Read one's own accounts, balances and statements.
    AccountRead,
    /// Preview and send money from one's own account.
    TransferCreate,
    /// Read one's own operations.
    OperationRead,
    /// Take cash in at the desk.
    CashIn,
    /// Change one's own profile: the language, the name.
    ProfileChange,
    /// Name one's own accounts.
    AccountName,
    /// Say what one's own operations were for.
    OperationCategorise,
    /// See, add, name and remove one's own passkeys, and sign with them.
    PasskeyManage,
    /// Change what one proves who one is with: programs, PINs, recovery codes.
    SecurityChange,
    /// Confirm one's own acts.
    ConfirmationUse,
    /// Carry out transfers in a customer's name that the customer did not confirm. No session has
    /// it: the bank makes the history of its demo customers with it.
    ConfirmationWaive,
    /// Take in employees without a second person: for the operator's command line alone, which can
    /// do anything with the database anyway.
    StaffBootstrap,
    /// See and end one's own sessions as an employee.
    StaffSessionUse,

    // What follows is the staff's. Who of them may what is written in `policies/`.
    /// Find customers by phone, e-mail, document, name or id.
    CustomerSearch,
    /// See that somebody is a customer, their name, and what state they are in.
    CustomerRead,
    /// See a customer's phone in full.
    CustomerReadPhone,
    /// See a customer's e-mail in full.
    CustomerReadEmail,
    /// See when a customer was born.
    CustomerReadBirthDate,
    /// See a customer's identity document in full.
    CustomerReadDocument,
    /// See a customer's sessions and devices.
    CustomerReadSessions,
    /// End sessions of a customer and take devices from them.
    CustomerEndSessions,
    /// Freeze a customer: nothing leaves their accounts.
    CustomerFreeze,
    /// Note that a customer's identity document was seen, and take it back.
    CustomerSeeDocument,
    /// Propose to lift a freeze.
    CustomerUnfreezePropose,
    /// Decide about it.
    CustomerUnfreezeApprove,
    /// Propose to end the bank's relation with a customer.
    CustomerClosePropose,
    /// Decide about it.
    CustomerCloseApprove,
    /// Propose to erase the personal data of a customer.
    CustomerErasePropose,
    /// Decide about it.
    CustomerEraseApprove,
    /// Propose to let in a customer who has lost everything that they sign in with.
    CustomerRecoverPropose,
    /// Decide about it.
    CustomerRecoverApprove,
    /// Propose another phone for a customer who came to the bank.
    CustomerPhonePropose,
    /// Decide about it.
    CustomerPhoneApprove,
    /// See matters that somebody has to look into.
    CaseRead,
    /// Take and close such matters.
    CaseHandle,
    /// See who works here, and with which roles.
    StaffRead,
    /// Propose to take in an employee.
    StaffInvitePropose,
    /// Decide about it.
    StaffInviteApprove,
    /// Propose other roles for an employee.
    StaffRolesPropose,
    /// Decide about it.
    StaffRolesApprove,
    /// Propose to suspend an employee, or to let them work again.
    StaffSuspendPropose,
    /// Decide about it.
    StaffSuspendApprove,
    /// See what was proposed and how it was decided.
    ApprovalRead,
    /// Read the audit log.
    AuditRead,
    /// Read the personal data in the audit log.
    AuditReadPersonal,
    /// Propose to end every session of every customer.
    GlobalKillPropose,
    /// Decide about it.
    GlobalKillApprove,
    /// See what the bank goes by: tariffs, limits, rates, the mapping of accounts.
    TermsRead,
    /// Draft and propose another edition of it.
    TermsPropose,
    /// Decide about it.
    TermsApprove,
    /// Propose to give a transfer of a customer's back, whole or in part.
    TransferRefundPropose,
    /// Decide about it.
    TransferRefundApprove,
    /// See a customer's limits, and propose to move one for a time.
    LimitTemporaryPropose,
    /// Decide about it.
    LimitTemporaryApprove,
    /// See what the general ledger was told, the days that are closed, and where books differ.
    BooksRead,
    /// Have what the core banking system refused sent to it again.
    BooksSendAgain,
    /// Give a difference between books to somebody to look into.
    BreakHandle,
    /// Propose to resolve a difference between books.
    BreakResolvePropose,
    /// Decide about it.
    BreakResolveApprove,
}

/// A set of permissions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Permissions(u128);

impl Permissions {
    /// None.
    pub const NONE: Self = Self(0);

    /// What every signed-in customer may do, always with their own things only.
    pub const CUSTOMER: Self = Self::NONE
        .with(Permission::SessionUse)
        .with(Permission::ProfileRead)
        .with(Permission::AccountOpen)
        .with(Permission::AccountRead)
        .with(Permission::TransferCreate)
        .with(Permission::OperationRead)
        .with(Permission::ProfileChange)
        .with(Permission::AccountName)
        .with(Permission::OperationCategorise)
        .with(Permission::PasskeyManage)
        .with(Permission::SecurityChange)
        .with(Permission::ConfirmationUse);

    /// What the operator's command line may do.
    pub const OPERATOR: Self =
        Self::CUSTOMER.with(Permission::CashIn).with(Permission::StaffBootstrap);

    /// What every employee may do, whatever their roles.
    pub const EMPLOYEE: Self =
        Self::NONE.with(Permission::PasskeyManage).with(Permission::StaffSessionUse);

    /// What a set of permissions adds to this one.
    #[must_use]
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// This set and one more.
    #[must_use]
    #[expect(clippy::as_conversions, reason = "the discriminant of a fieldless enum, in const")]
    pub const fn with(self, permission: Permission) -> Self {
        Self(self.0 | 1_u128.wrapping_shl(permission as u32))
    }

    /// Whether the set has a permission.
    pub const fn has(self, permission: Permission) -> bool {
        self.0 & Self::NONE.with(permission).0 != 0
    }
}

macro_rules! staff_permissions {
    ($($permission:ident = $name:literal,)*) => {
        impl Permission {
            /// Those of the staff, in the order in which they are shown.
            pub const STAFF: &[Self] = &[$(Self::$permission),*];

            /// The name of a permission of the staff: that of its action in the policies, and in
            /// the audit log. `None` for those of customers.
            pub const fn staff_name(self) -> Option<&'static str> {
                match self {
                    $(Self::$permission => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

staff_permissions! {
    CustomerSearch = "customer.search",
    CustomerRead = "customer.read",
    CustomerReadPhone = "customer.read_phone",
    CustomerReadEmail = "customer.read_email",
    CustomerReadBirthDate = "customer.read_birth_date",
    CustomerReadDocument = "customer.read_document",
    CustomerReadSessions = "customer.read_sessions",
    CustomerEndSessions = "customer.end_sessions",
    CustomerFreeze = "customer.freeze",
    CustomerSeeDocument = "customer.see_document",
    CustomerUnfreezePropose = "customer.unfreeze.propose",
    CustomerUnfreezeApprove = "customer.unfreeze.approve",
    CustomerClosePropose = "customer.close.propose",
    CustomerCloseApprove = "customer.close.approve",
    CustomerErasePropose = "customer.erase.propose",
    CustomerEraseApprove = "customer.erase.approve",
    CustomerRecoverPropose = "customer.recover.propose",
    CustomerRecoverApprove = "customer.recover.approve",
    CustomerPhonePropose = "customer.phone.propose",
    CustomerPhoneApprove = "customer.phone.approve",
    CaseRead = "case.read",
    CaseHandle = "case.handle",
    StaffRead = "staff.read",
    StaffInvitePropose = "staff.invite.propose",
    StaffInviteApprove = "staff.invite.approve",
    StaffRolesPropose = "staff.roles.propose",
    StaffRolesApprove = "staff.roles.approve",
    StaffSuspendPropose = "staff.suspend.propose",
    StaffSuspendApprove = "staff.suspend.approve",
    ApprovalRead = "approval.read",
    AuditRead = "audit.read",
    AuditReadPersonal = "audit.read_personal",
    GlobalKillPropose = "global_kill.propose",
    GlobalKillApprove = "global_kill.approve",
    TermsRead = "terms.read",
    TermsPropose = "terms.propose",
    TermsApprove = "terms.approve",
    TransferRefundPropose = "transfer.refund.propose",
    TransferRefundApprove = "transfer.refund.approve",
    LimitTemporaryPropose = "limit.temporary.propose",
    LimitTemporaryApprove = "limit.temporary.approve",
    BooksRead = "books.read",
    BooksSendAgain = "books.send_again",
    BreakHandle = "break.handle",
    BreakResolvePropose = "break.resolve.propose",
    BreakResolveApprove = "break.resolve.approve",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn permissions_are_a_set() {
        assert!(Permissions::CUSTOMER.has(Permission::TransferCreate));
        assert!(!Permissions::CUSTOMER.has(Permission::CashIn));
        assert!(!Permissions::NONE.has(Permission::SessionUse));
        let last = Permissions::NONE.with(Permission::BreakResolveApprove);
        assert!(last.has(Permission::BreakResolveApprove) && !last.has(Permission::SessionUse));
    }

    #[test]
    fn customers_and_the_operator_have_nothing_of_the_staff() {
        for permission in Permission::STAFF {
            assert!(!Permissions::OPERATOR.has(*permission), "{permission:?}");
        }
    }

    #[test]
    fn names_of_the_staffs_permissions_are_different() {
        let names: std::collections::HashSet<_> =
            Permission::STAFF.iter().map(|permission| permission.staff_name().unwrap()).collect();
        assert_eq!(names.len(), Permission::STAFF.len());
        assert_eq!(Permission::TransferCreate.staff_name(), None);
    }
}
