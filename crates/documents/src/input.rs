//! What the documents are made of.

use kernel::{Asset, Code, Day, Error, Lang, Moment, Money, Refusal, Result};

use crate::{csv, pdf, xlsx};

/// Who issues the document. What is not known is left empty and not printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BankRequisites {
    /// The name: `Okto`.
    pub name: String,
    /// The legal form, written after the name: `aksiyadorlik jamiyati`.
    pub legal_form: String,
    /// The postal address of the head office.
    pub address: String,
    /// The telephone number.
    pub phone: String,
    /// Number and date of the banking licence.
    pub licence: String,
    /// The bank code (MFO), five digits.
    pub code: String,
    /// The taxpayer's number (STIR, INN), nine digits.
    pub taxpayer: String,
    /// The public site, without the scheme.
    pub site: String,
}

/// Where anyone can compare the document with the bank's books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verify {
    /// The address in the QR code: with the scheme and the code in it.
    pub url: String,
    /// The code, without spaces; it is printed in groups of four.
    pub code: String,
}

/// A movement on the account of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When.
    pub at: Moment,
    /// The number by which the bank finds the operation.
    pub operation: String,
    /// What kind of operation, in the document's language.
    pub description: String,
    /// The other side.
    pub counterparty: Option<String>,
    /// The payer's note.
    pub note: Option<String>,
    /// How much; negative when it left the account.
    pub amount: Money,
    /// The balance after it.
    pub balance_after: Money,
}

/// An account over a period, with every movement and the balance after each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The language of the document.
    pub lang: Lang,
    /// Who issues it.
    pub bank: BankRequisites,
    /// The full name of the account's owner.
    pub holder: String,
    /// The account number, twenty digits.
    pub account_number: String,
    /// What the account holds.
    pub asset: Asset,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// When the document was issued. It is also the date inside the file.
    pub issued_at: Moment,
    /// The balance at the beginning of the first day.
    pub opening: Money,
    /// The balance at the end of the last day.
    pub closing: Money,
    /// The sum of what came in.
    pub credits: Money,
    /// The sum of what went out, without a sign.
    pub debits: Money,
    /// The movements, oldest first.
    pub lines: Vec<Line>,
    /// How to check the document.
    pub verify: Option<Verify>,
}

/// An operation of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When.
    pub at: Moment,
    /// The number by which the bank finds the operation.
    pub operation: String,
    /// The account, as the app shows it: its name, or the last digits.
    pub account: String,
    /// What kind of operation, in the document's language.
    pub description: String,
    /// The category, in the document's language.
    pub category: Option<String>,
    /// The other side.
    pub counterparty: Option<String>,
    /// The payer's note.
    pub note: Option<String>,
    /// How much; negative when it left the account.
    pub amount: Money,
}

/// Operations that a customer searched for. It is no statement: it may leave operations out, so it
/// has no balances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    /// The language of the document.
    pub lang: Lang,
    /// Who issues it.
    pub bank: BankRequisites,
    /// The full name of the customer.
    pub holder: String,
    /// What was searched for: names and values, in the document's language.
    pub filters: Vec<(String, String)>,
    /// When the document was issued. It is also the date inside the file.
    pub issued_at: Moment,
    /// The operations, in the order in which they are printed.
    pub entries: Vec<Entry>,
    /// Whether this is everything that was found, and not its beginning.
    pub complete: bool,
}

/// One side of a payment. What is empty is not printed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Party {
    /// The name.
    pub name: String,
    /// The account, card or telephone number, masked where it has to be.
    pub account: String,
    /// The name of the bank, when it is another one.
    pub bank: String,
}

/// One operation on one page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The language of the document.
    pub lang: Lang,
    /// Who issues it.
    pub bank: BankRequisites,
    /// When the document was issued. It is also the date inside the file.
    pub issued_at: Moment,
    /// The number by which the bank finds the operation.
    pub operation: String,
    /// When the operation was carried out.
    pub at: Moment,
    /// What kind of operation, in the document's language.
    pub description: String,
    /// Its state, in the document's language.
    pub state: String,
    /// How much was paid, without a sign.
    pub amount: Money,
    /// The fee; `None` where the payee asks and the fee is not theirs to see.
    pub fee: Option<Money>,
    /// What left the payer's account.
    pub total: Option<Money>,
    /// Who paid.
    pub payer: Option<Party>,
    /// Who was paid.
    pub payee: Option<Party>,
    /// The payer's note.
    pub note: Option<String>,
    /// What else there is to say, such as the rate of an exchange: names and values, in the
    /// document's language.
    pub further: Vec<(String, String)>,
    /// How to check the document.
    pub verify: Option<Verify>,
}

/// A document that can be a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Table {
    /// A statement.
    Statement(Statement),
    /// A list.
    List(List),
}

/// A document that can be printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Document {
    /// A statement.
    Statement(Statement),
    /// A list.
    List(List),
    /// A receipt.
    Receipt(Box<Receipt>),
}

impl From<Statement> for Document {
    fn from(statement: Statement) -> Self {
        Self::Statement(statement)
    }
}

impl From<List> for Document {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl From<Receipt> for Document {
    fn from(receipt: Receipt) -> Self {
        Self::Receipt(Box::new(receipt))
    }
}

impl From<Statement> for Table {
    fn from(statement: Statement) -> Self {
        Self::Statement(statement)
    }
}

impl From<List> for Table {
    fn from(list: List) -> Self {
        Self::List(list)
    }
}

impl Document {
    /// The PDF. Takes seconds for thousands of lines: a server calls [`crate::Renderer::pdf`].
    pub fn pdf(&self) -> Result<Vec<u8>> {
        match self {
            Self::Statement(statement) => statement.pdf(),
            Self::List(list) => list.pdf(),
            Self::Receipt(receipt) => receipt.pdf(),
        }
    }
}

impl Table {
    /// The XLSX. A server calls [`crate::Renderer::xlsx`].
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        match self {
            Self::Statement(statement) => statement.xlsx(),
            Self::List(list) => list.xlsx(),
        }
    }

    /// The CSV.
    pub fn csv(&self) -> Result<Vec<u8>> {
        match self {
            Self::Statement(statement) => statement.csv(),
            Self::List(list) => list.csv(),
        }
    }
}

impl Statement {
    /// The statement as PDF/A-2a. At most [`crate::MAX_PDF_LINES`] lines.
    pub fn pdf(&self) -> Result<Vec<u8>> {
        at_most(crate::MAX_PDF_LINES, self.lines.len())?;
        self.check()?;
        pdf::statement(self)
    }

    /// The statement as a workbook. At most [`crate::MAX_TABLE_LINES`] lines.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        at_most(crate::MAX_TABLE_LINES, self.lines.len())?;
        self.check()?;
        xlsx::statement(self)
    }

    /// The statement as CSV. At most [`crate::MAX_TABLE_LINES`] lines.
    pub fn csv(&self) -> Result<Vec<u8>> {
        at_most(crate::MAX_TABLE_LINES, self.lines.len())?;
        self.check()?;
        Ok(csv::statement(self))
    }

    /// A statement whose figures contradict each other must not reach anyone: every balance
    /// follows from the one before, and the sums from the lines.
    fn check(&self) -> Result<()> {
        let (closing, credits, debits) = self
            .lines
            .iter()
            .try_fold(
                (self.opening, Money::zero(self.asset), Money::zero(self.asset)),
                |(balance, credits, debits), line| {
                    let balance = balance.plus(line.amount).ok()?;
                    let (credits, debits) = add(credits, debits, line.amount).ok()?;
                    (balance == line.balance_after).then_some((balance, credits, debits))
                },
            )
            .ok_or(Error::invariant("a balance of a statement does not follow"))?;
        let figures = (self.closing, self.credits, self.debits);
        if (closing, credits, debits) != figures || closing.asset != self.asset {
            return Err(Error::invariant("the sums of a statement do not follow from its lines"));
        }
        Ok(())
    }
}

impl List {
    /// The list as PDF/A-2a. At most [`crate::MAX_PDF_LINES`] lines.
    pub fn pdf(&self) -> Result<Vec<u8>> {
        at_most(crate::MAX_PDF_LINES, self.entries.len())?;
        pdf::list(self)
    }

    /// The list as a workbook. At most [`crate::MAX_TABLE_LINES`] lines.
    pub fn xlsx(&self) -> Result<Vec<u8>> {
        at_most(crate::MAX_TABLE_LINES, self.entries.len())?;
        xlsx::list(self)
    }

    /// The list as CSV. At most [`crate::MAX_TABLE_LINES`] lines.
    pub fn csv(&self) -> Result<Vec<u8>> {
        at_most(crate::MAX_TABLE_LINES, self.entries.len())?;
        Ok(csv::list(self))
    }

    /// What came in and what went out (without a sign), for each asset that occurs.
    pub(crate) fn totals(&self) -> Result<Vec<(Money, Money)>> {
        let mut totals = Vec::new();
        for asset in Asset::ALL {
            let mut amounts =
                self.entries.iter().map(|e| e.amount).filter(|m| m.asset == asset).peekable();
            if amounts.peek().is_none() {
                continue;
            }
            let (mut credits, mut debits) = (Money::zero(asset), Money::zero(asset));
            for amount in amounts {
                (credits, debits) = add(credits, debits, amount)?;
            }
            totals.push((credits, debits));
        }
        Ok(totals)
    }
}

impl Receipt {
    /// The receipt as PDF/A-2a, on one page.
    pub fn pdf(&self) -> Result<Vec<u8>> {
        pdf::receipt(self)
    }
}

fn at_most(most: usize, lines: usize) -> Result<()> {
    if lines > most {
        return Err(Refusal::new(Code::StatementTooLong).value("lines", most.to_string()).into());
    }
    Ok(())
}

/// The sums with one more amount: what came in, and what went out without a sign.
fn add(credits: Money, debits: Money, amount: Money) -> Result<(Money, Money)> {
    if amount.minor >= 0 {
        return Ok((credits.plus(amount)?, debits));
    }
    let minor = amount.minor.checked_neg().ok_or(Error::from(Code::AmountTooLarge))?;
    Ok((credits, debits.plus(Money::new(minor, amount.asset))?))
}
