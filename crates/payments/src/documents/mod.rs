//! Statements on paper, which anybody who holds one can check with the bank.
//!
//! A document is a row that keeps what the paper says. Its lines are read from the books again: the
//! transfers of an account come in strictly increasing moments, so the lines before a moment that
//! was reached do not change, and their hash tells whether they did.

mod events;
pub mod rules;
mod sql;

use std::fmt;
use std::net::IpAddr;

use identity::RefusedAct;
use kernel::{
    AccountId, Asset, Code, Ctx, CustomerId, Day, Error, Moment, Money, OperationId, Permission,
    Refusal, Result,
};
use ledger::AccountRecord;
use ledger::statements::Statement;
use serde_json::json;
use store::audit::{self, Entry};
use store::outbox;
use store::rates::{self, Rate};

use crate::accounts::READ;
use crate::history::rules::check_period;
use crate::{Payments, StatementView};

pub use rules::DocumentCode;
pub(crate) use sql::blank_holder;

/// What the audit log calls making a document.
const ISSUED: &str = "statement.issued";
/// More papers than anybody needs on one day; each is a row that stays.
const ISSUE_RATE: Rate = Rate { scope: "statement_document/day", max: 50, window_seconds: 86_400 };
/// A verification reads a whole statement for somebody unknown. A clerk with a pile of papers needs
/// fewer; a code is too long to be found by trying at any rate.
const VERIFY_RATES: [Rate; 2] = [
    Rate { scope: "document_verify/minute", max: 20, window_seconds: 60 },
    Rate { scope: "document_verify/day", max: 300, window_seconds: 86_400 },
];

/// A document that a customer asks for.
#[derive(Clone, Copy, Debug)]
pub struct IssueStatement {
    /// What tells one request that is sent twice from two requests.
    pub key: OperationId,
    /// One of their accounts.
    pub account: AccountId,
    /// First day of the period.
    pub from: Day,
    /// Last day of the period.
    pub to: Day,
}

/// A statement as it stands on paper.
#[derive(Clone, PartialEq, Eq)]
pub struct StatementDocument {
    /// What it is verified by.
    pub code: DocumentCode,
    /// When it was made. Of a period that went on after that, it shows what had happened.
    pub issued_at: Moment,
    /// First and last name of the owner, as they were then.
    pub holder: String,
    /// The statement.
    pub statement: StatementView,
}

impl fmt::Debug for StatementDocument {
    /// Without the name and the statement.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatementDocument")
            .field("issued_at", &self.issued_at)
            .finish_non_exhaustive()
    }
}

/// What the bank tells whoever holds a document: enough to see whether the paper was changed, too
/// little to learn who its owner is.
#[derive(Clone, PartialEq, Eq)]
pub struct VerifiedDocument {
    /// When it was made.
    pub issued_at: Moment,
    /// The name of the owner as it was then, with the last name cut to its initial.
    pub holder_masked: String,
    /// The number of the account, with its middle starred.
    pub number_masked: String,
    /// What the account holds.
    pub asset: Asset,
    /// First day of the period.
    pub from: Day,
    /// Last day of the period.
    pub to: Day,
    /// Balance at the beginning of the first day.
    pub opening: Money,
    /// Balance after the last line.
    pub closing: Money,
    /// Sum of what came in.
    pub credits: Money,
    /// Sum of what went out, without a sign.
    pub debits: Money,
    /// How many lines it has.
    pub lines: i32,
    /// Whether the books still say the same, line by line.
    pub intact: bool,
}

impl fmt::Debug for VerifiedDocument {
    /// Without what the document says.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedDocument")
            .field("issued_at", &self.issued_at)
            .field("intact", &self.intact)
            .finish_non_exhaustive()
    }
}

/// What the bank keeps of a document.
#[derive(Clone, PartialEq, Eq)]
struct Paper {
    code: DocumentCode,
    account: AccountId,
    customer: CustomerId,
    key: OperationId,
    issued_at: Moment,
    holder: String,
    holder_masked: String,
    first_day: Day,
    last_day: Day,
    lines_until: Moment,
    opening: i64,
    closing: i64,
    credits: i64,
    debits: i64,
    line_count: i32,
    lines_hash: [u8; 32],
}

impl Paper {
    /// Whether the books, read again, say what this says.
    fn agrees(&self, read: &Statement) -> bool {
        (self.opening, self.closing, self.credits, self.debits)
            == (read.opening, read.closing, read.credits, read.debits)
            && usize::try_from(self.line_count) == Ok(read.lines.len())
            && self.lines_hash == rules::lines_hash(&read.lines)
    }
}

impl Payments {
    /// Makes a document of the statement of one of the customer's accounts, from the first to the
    /// last day, both included. The same key gives the same document; with other keys there are
    /// fifty a day at most.
    pub async fn issue_statement(
        &self,
        ctx: &Ctx,
        issue: IssueStatement,
    ) -> Result<StatementDocument> {
        ctx.require(Permission::AccountRead)?;
        let customer = ctx.customer()?;
        let record = self.own_account(ctx, ISSUED, issue.account).await?;
        check_period(ctx, issue.from, issue.to)?;
        if issue.key.moment().is_none() || issue.key.is_derived() {
            return Err(Refusal::new(Code::IdempotencyKeyMalformed).into());
        }
        if let Some(issued) = sql::find_by_key(self.store.pool(), customer, issue.key).await? {
            return self.issued_before(ctx, &issue, issued, &record).await;
        }
        rates::take(&self.store, ctx, ISSUE_RATE, &customer.to_string()).await?;
        let (paper, statement) = {
            let _place = self.statement_place().await?;
            self.paper(ctx, customer, &issue).await?
        };
        let mut tx = self.store.begin().await?;
        if !sql::insert(&mut tx, &paper).await? {
            // Another request with this key was faster.
            drop(tx);
            let issued = sql::find_by_key(self.store.pool(), customer, issue.key).await?;
            let issued = issued.ok_or(Error::invariant("a document that was kept is not there"))?;
            return self.issued_before(ctx, &issue, issued, &record).await;
        }
        outbox::append(&mut tx, &[events::issued(&paper)]).await?;
        let days = json!({ "from": issue.from.to_string(), "to": issue.to.to_string() });
        let entry = Entry::done(ISSUED).subject(customer.uuid());
        let entry = entry.object("account", issue.account).facts(days);
        audit::append(&mut tx, &self.keys, ctx, entry).await?;
        self.store.commit_and_wake(tx).await?;
        document(paper, &record, statement)
    }

    /// What a document about this is to say, as the books are now.
    async fn paper(
        &self,
        ctx: &Ctx,
        customer: CustomerId,
        issue: &IssueStatement,
    ) -> Result<(Paper, Statement)> {
        let (from, to) = (issue.from, issue.to);
        let holder = self.person(ctx, customer).await?;
        let statement = self.ledger.statement(issue.account, from.start(), to.end()).await?;
        let paper = Paper {
            code: DocumentCode::generate(ctx.entropy()),
            account: issue.account,
            customer,
            key: issue.key,
            issued_at: ctx.now(),
            holder: format!("{} {}", holder.name.first(), holder.name.last()),
            holder_masked: holder.masked_name(),
            first_day: from,
            last_day: to,
            // Whatever is posted later than the last line that was read comes after it.
            lines_until: statement.lines.last().map_or(from.start(), |last| last.at.plus_micros(1)),
            opening: statement.opening,
            closing: statement.closing,
            credits: statement.credits,
            debits: statement.debits,
            line_count: i32::try_from(statement.lines.len())
                .map_err(|error| Error::broken("counting the lines of a statement", error))?,
            lines_hash: rules::lines_hash(&statement.lines),
        };
        Ok((paper, statement))
    }

    /// The document that was made under a key, unless the key is now used for another one.
    async fn issued_before(
        &self,
        ctx: &Ctx,
        issue: &IssueStatement,
        paper: Paper,
        record: &AccountRecord,
    ) -> Result<StatementDocument> {
        let asked = (issue.account, issue.from, issue.to);
        if asked != (paper.account, paper.first_day, paper.last_day) {
            return Err(Code::IdempotencyKeyReused.into());
        }
        self.may_read(ctx, paper.customer).await?;
        self.printed_again(paper, record).await
    }

    /// A document that the customer had made. Somebody else's is not found.
    pub async fn statement_document(
        &self,
        ctx: &Ctx,
        code: &DocumentCode,
    ) -> Result<StatementDocument> {
        ctx.require(Permission::AccountRead)?;
        let customer = ctx.customer()?;
        let found = sql::find(self.store.pool(), code).await?;
        // What the paper is about, and not its code: by that anybody verifies it.
        let act = RefusedAct::of("statement.read");
        let act = match &found {
            Some(paper) => act.object("account", paper.account),
            None => act,
        };
        let own = found.filter(|p| p.customer == customer).ok_or(Code::NotFound.into());
        let paper = self.theirs(ctx, act, own).await?;
        let record = self.own_account(ctx, READ, paper.account).await?;
        self.may_read(ctx, customer).await?;
        self.printed_again(paper, &record).await
    }

    async fn printed_again(
        &self,
        paper: Paper,
        record: &AccountRecord,
    ) -> Result<StatementDocument> {
        let statement = {
            let _place = self.statement_place().await?;
            self.read_again(&paper).await?
        };
        // The paper of before must not come out of the printer with other numbers.
        if !paper.agrees(&statement) {
            return Err(Error::invariant("the books do not say what a document says"));
        }
        document(paper, record, statement)
    }

    /// Tells anybody who holds a document whether the bank made it and what it says. Counted by the
    /// client's address.
    pub async fn verify_document(
        &self,
        ctx: &Ctx,
        code: &DocumentCode,
        address: IpAddr,
    ) -> Result<VerifiedDocument> {
        // Anonymous: the code is the proof that the asker holds the paper.
        for rate in VERIFY_RATES {
            rates::take(&self.store, ctx, rate, &identity::rate_key(address)).await?;
        }
        let found = sql::find(self.store.pool(), code).await?;
        let paper = found.ok_or(Error::from(Code::NotFound))?;
        let record = self.ledger.account(paper.account).await?;
        let record = record.ok_or(Error::invariant("a document is about no account"))?;
        let number = record.number.ok_or(Error::invariant("a customer's account has no number"))?;
        let intact = {
            let _place = self.statement_place().await?;
            paper.agrees(&self.read_again(&paper).await?)
        };
        if !intact {
            alert(&paper);
        }
        let money = |minor| Money::new(minor, record.account.asset);
        Ok(VerifiedDocument {
            issued_at: paper.issued_at,
            number_masked: rules::masked(&number),
            asset: record.account.asset,
            from: paper.first_day,
            to: paper.last_day,
            opening: money(paper.opening),
            closing: money(paper.closing),
            credits: money(paper.credits),
            debits: money(paper.debits),
            lines: paper.line_count,
            intact,
            holder_masked: paper.holder_masked,
        })
    }

    /// What the books say of the lines on a paper.
    async fn read_again(&self, paper: &Paper) -> Result<Statement> {
        self.ledger.statement(paper.account, paper.first_day.start(), paper.lines_until).await
    }
}

/// Books that were changed under a paper are an incident, though whoever verifies it is answered.
/// The code stays out of the log: whoever has it sees what a verification shows.
fn alert(paper: &Paper) {
    tracing::error!(
        counter.documents_contradicted = 1, account = %paper.account, issued_at = %paper.issued_at,
        "the books do not say what a document says",
    );
}

fn document(
    paper: Paper,
    record: &AccountRecord,
    statement: Statement,
) -> Result<StatementDocument> {
    Ok(StatementDocument {
        code: paper.code,
        issued_at: paper.issued_at,
        holder: paper.holder,
        statement: StatementView::of(record, (paper.first_day, paper.last_day), statement)?,
    })
}
