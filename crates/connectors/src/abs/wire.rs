//! The messages, field for field.

use accounting::chart::{AbsAccount, GlAccount, Sides};
use accounting::ports::{self, Batch, BatchState, Entry, Opening, Page, Turnover, Verdict};
use accounting::reconciliation::rules::Status;
use accounting::{BatchId, DocumentId};
use kernel::{AccountNumber, Asset, Day, Money, OperationId};
use serde::{Deserialize, Serialize};

/// The longest reason that is kept, in characters.
const MAX_REASON_CHARS: usize = 100;
/// What stands for a reason where none was given.
const NO_REASON: &str = "no_reason";

#[derive(Serialize)]
pub(super) struct Openings {
    accounts: Vec<OpeningLine>,
}

#[derive(Serialize)]
struct OpeningLine {
    number: String,
    currency: &'static str,
    opened: Day,
}

impl Openings {
    pub fn of(openings: &[Opening]) -> Self {
        let line = |opening: &Opening| OpeningLine {
            number: opening.number.to_string(),
            currency: opening.asset.code(),
            opened: opening.opened_on,
        };
        Self { accounts: openings.iter().map(line).collect() }
    }
}

#[derive(Deserialize)]
pub(super) struct Opened {
    accounts: Vec<OpenedLine>,
}

#[derive(Deserialize)]
struct OpenedLine {
    number: String,
    state: OpenedState,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum OpenedState {
    Open,
    Refused,
}

impl Opened {
    /// `None` when an account is not one.
    pub fn verdicts(self) -> Option<Vec<Verdict<AccountNumber>>> {
        let verdict = |line: OpenedLine| {
            let refusal = match line.state {
                OpenedState::Open => None,
                OpenedState::Refused => Some(reason(line.reason)),
            };
            Some(Verdict { of: line.number.parse().ok()?, refusal })
        };
        self.accounts.into_iter().map(verdict).collect()
    }
}

#[derive(Serialize)]
pub(super) struct BatchBody<'a> {
    id: BatchId,
    documents: Vec<DocumentLine<'a>>,
}

#[derive(Serialize)]
struct DocumentLine<'a> {
    id: DocumentId,
    day: Day,
    debit: AbsAccount,
    credit: AbsAccount,
    amount_minor: i64,
    currency: &'static str,
    product: &'a str,
    leg: i16,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<OperationId>,
    purpose: &'a str,
}

impl<'a> BatchBody<'a> {
    pub fn of(batch: &'a Batch) -> Self {
        let line = |document: &'a ports::Document| DocumentLine {
            id: document.id,
            day: document.day,
            debit: document.sides.debit,
            credit: document.sides.credit,
            amount_minor: document.amount.minor,
            currency: document.amount.asset.code(),
            product: &document.product,
            leg: document.leg,
            operation: document.operation,
            purpose: &document.purpose,
        };
        Self { id: batch.id, documents: batch.documents.iter().map(line).collect() }
    }
}

#[derive(Deserialize)]
pub(super) struct BatchAnswer {
    state: State,
    documents: Option<Vec<VerdictLine>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Processing,
    Done,
}

#[derive(Deserialize)]
struct VerdictLine {
    id: DocumentId,
    state: Ended,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Ended {
    Posted,
    Rejected,
}

impl BatchAnswer {
    /// `None` when it is done and does not say what came of the documents.
    pub fn state(self) -> Option<BatchState> {
        let verdict = |line: VerdictLine| {
            let refusal = match line.state {
                Ended::Posted => None,
                Ended::Rejected => Some(reason(line.reason)),
            };
            Verdict { of: line.id, refusal }
        };
        match self.state {
            State::Processing => Some(BatchState::Processing),
            State::Done => {
                let verdicts = self.documents?.into_iter().map(verdict).collect();
                Some(BatchState::Done(verdicts))
            }
        }
    }
}

fn reason(text: Option<String>) -> String {
    let text = text.filter(|text| !text.trim().is_empty());
    let text = text.as_deref().unwrap_or(NO_REASON);
    text.chars().filter(|c| !c.is_control()).take(MAX_REASON_CHARS).collect()
}

#[derive(Serialize, Deserialize)]
pub(super) struct Date {
    pub day: Day,
}

#[derive(Deserialize)]
pub(super) struct Refusal {
    pub code: String,
}

#[derive(Deserialize)]
pub(super) struct Balances {
    day: Day,
    #[serde(rename = "balances")]
    lines: Vec<BalanceLine>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct BalanceLine {
    account: GlAccount,
    currency: String,
    opening_minor: i64,
    debits_minor: i64,
    credits_minor: i64,
    closing_minor: i64,
}

impl Balances {
    /// `None` when it is about another day, or in a currency that the bank does not have.
    pub fn page(self, asked: Day) -> Option<Page<Turnover>> {
        let turnover = |line: BalanceLine| {
            Some(Turnover {
                account: line.account,
                asset: Asset::from_code(&line.currency)?,
                opening: line.opening_minor,
                debits: line.debits_minor,
                credits: line.credits_minor,
                closing: line.closing_minor,
            })
        };
        let items = self.lines.into_iter().map(turnover).collect::<Option<Vec<_>>>()?;
        (self.day == asked).then_some(Page { items, next: self.next })
    }
}

#[derive(Deserialize)]
pub(super) struct Statement {
    entries: Vec<EntryLine>,
    opening_minor: Option<i64>,
    closing_minor: Option<i64>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct EntryLine {
    number: String,
    document: String,
    day: Day,
    debit: AbsAccount,
    credit: AbsAccount,
    amount_minor: i64,
    currency: String,
    state: Standing,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Standing {
    Posted,
    Reversed,
}

impl Statement {
    /// `None` when an entry is in a currency that the bank does not have.
    pub fn statement(self) -> Option<ports::Statement> {
        let entry = |line: EntryLine| {
            let asset = Asset::from_code(&line.currency)?;
            Some(Entry {
                number: line.number,
                document: line.document,
                day: line.day,
                sides: Sides { debit: line.debit, credit: line.credit },
                amount: Money::new(line.amount_minor, asset),
                status: match line.state {
                    Standing::Posted => Status::Done,
                    Standing::Reversed => Status::Reversed,
                },
            })
        };
        let items = self.entries.into_iter().map(entry).collect::<Option<Vec<_>>>()?;
        Some(ports::Statement {
            entries: Page { items, next: self.next },
            opening: self.opening_minor,
            closing: self.closing_minor,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_as_the_contract_has_them() {
        let id = "doc_019ad6a5c2f08aa1b6c1d2e3f4a5b6c7";
        let answer = |text: &str| serde_json::from_str::<BatchAnswer>(text).ok()?.state();
        let done = |refusal: Option<&str>| {
            let refusal = refusal.map(str::to_owned);
            Some(BatchState::Done(vec![Verdict { of: id.parse().unwrap(), refusal }]))
        };
        let with = |document: &str| {
            answer(&format!(r#"{{"id":"abt_1","state":"done","documents":[{document}]}}"#))
        };
        assert_eq!(with(&format!(r#"{{"id":"{id}","state":"posted"}}"#)), done(None));
        let rejected = format!(r#"{{"id":"{id}","state":"rejected","reason":"day_closed"}}"#);
        assert_eq!(with(&rejected), done(Some("day_closed")));
        let silent = format!(r#"{{"id":"{id}","state":"rejected","reason":" "}}"#);
        assert_eq!(with(&silent), done(Some(NO_REASON)));
        assert_eq!(answer(r#"{"id":"abt_1","state":"processing"}"#), Some(BatchState::Processing));
        for bad in [
            r#"{"id":"abt_1","state":"done"}"#,
            r#"{"id":"abt_1","state":"lost"}"#,
            r#"{"state":"done","documents":[{"id":"doc_1","state":"posted"}]}"#,
        ] {
            assert_eq!(answer(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_reason_is_kept_short() {
        let long = reason(Some(format!("a\n{}", "x".repeat(200))));
        assert_eq!(long.len(), MAX_REASON_CHARS);
        assert!(!long.contains('\n'));
    }
}
