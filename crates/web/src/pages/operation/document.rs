//! The receipt of an operation as a document.

use axum::extract::{Path, State};
use axum::response::Response;
use documents::{Party, Receipt};
use edge::Reply;
use kernel::Result;
use payments::{Direction, OperationView, OwnAccount};

use crate::Web;
use crate::pages::common::{full_name, kind_name, operation_id};
use crate::pages::exchange;
use crate::papers::{self, Kind};
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) async fn pdf(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let operation = web.payments().operation(&view.ctx, operation_id(&id)?).await?;
    let name = format!("receipt-{}", operation.id);
    let receipt = receipt(&web, &view, operation).await?;
    let bytes = web.documents().pdf(receipt).await?;
    Ok(papers::file(Kind::Pdf, &name, bytes)?)
}

async fn receipt(web: &Web, view: &View, operation: OperationView) -> Result<Receipt> {
    let (payer, payee) = sides(web, view, &operation).await?;
    let refund = operation.kind == payments::refunds::KIND;
    let pays = operation.direction != Direction::In && !refund;
    let mut further = operation.exchanged.map_or_else(Vec::new, |exchanged| {
        let taken = ui::format::money(view.lang(), exchanged.taken);
        let rates = exchange::rate_texts(view, exchanged.rate, &exchanged.central);
        std::iter::once((t!(view.words, "exchange-taken"), taken)).chain(rates).collect()
    });
    if refund && operation.fee.minor != 0 {
        let money = |money| ui::format::money(view.lang(), money);
        further.push((t!(view.words, "refund-fee"), money(operation.fee)));
        further.push((t!(view.words, "pay-review-total"), money(operation.total)));
    }
    Ok(Receipt {
        lang: view.lang(),
        bank: web.bank().clone(),
        issued_at: view.ctx.now(),
        operation: operation.id.to_string(),
        at: operation.at,
        description: kind_name(view.words, &operation.kind, operation.direction),
        state: t!(view.words, "receipt-done"),
        amount: operation.amount,
        fee: pays.then_some(operation.fee),
        total: pays.then_some(operation.total),
        payer,
        payee,
        note: operation.note,
        further,
        verify: None,
    })
}

/// Who paid and who was paid. A transfer keeps the names of its day, so that its receipt stays what
/// it was when somebody changes theirs.
async fn sides(
    web: &Web,
    view: &View,
    operation: &OperationView,
) -> Result<(Option<Party>, Option<Party>)> {
    if operation.kind == payments::transfers::KIND {
        let receipt = web.payments().receipt(&view.ctx, operation.id).await?;
        let of = |side: &payments::Party| Some(party(&side.masked_name, &side.account_tail));
        return Ok((of(&receipt.payer), of(&receipt.payee)));
    }
    let holder = full_name(&web.customers().profile(&view.ctx).await?);
    let own = |account: &OwnAccount| party(&holder, &account.tail);
    let other = operation.counterparty.as_ref();
    let other = other.map(|other| party(&other.masked_name, &other.account_tail));
    let payer = operation.from.as_ref().map(own).or_else(|| other.clone());
    Ok((payer, operation.to.as_ref().map(own).or(other)))
}

/// A side of the payment, with the end of its account only: a receipt is shown to others.
fn party(name: &str, tail: &str) -> Party {
    Party { name: name.to_owned(), account: format!("••••{tail}"), bank: String::new() }
}
