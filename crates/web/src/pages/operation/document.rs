//! The receipt of an operation as a document.

use axum::extract::{Path, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use documents::{Party, Receipt};
use edge::Reply;
use kernel::Result;
use payments::{Direction, OperationView, OwnAccount};

use super::operation_id;
use crate::Web;
use crate::pages::common::kind_name;
use crate::view::{SignedIn, View};
use crate::words::t;

pub(super) async fn pdf(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    Path(id): Path<String>,
) -> Reply<Response> {
    let operation = web.payments().operation(&view.ctx, operation_id(&id)?).await?;
    let name = format!("attachment; filename=\"receipt-{}.pdf\"", operation.id);
    let receipt = receipt(&web, &view, operation).await?;
    let bytes = web.documents().pdf(receipt).await?;
    let headers = [(CONTENT_TYPE, "application/pdf".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

async fn receipt(web: &Web, view: &View, operation: OperationView) -> Result<Receipt> {
    let customer = web.customers().profile(&view.ctx).await?;
    let holder = format!("{} {}", customer.name.last(), customer.name.first());
    let own = |account: &OwnAccount| party(&holder, &account.tail);
    let other = operation.counterparty.as_ref();
    let other = other.map(|other| party(&other.masked_name, &other.account_tail));
    let payer = operation.from.as_ref().map(own).or_else(|| other.clone());
    let payee = operation.to.as_ref().map(own).or(other);
    let pays = operation.direction != Direction::In;
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
        verify: None,
    })
}

/// A side of the payment, with the end of its account only: a receipt is shown to others.
fn party(name: &str, tail: &str) -> Party {
    Party { name: name.to_owned(), account: format!("••••{tail}"), bank: String::new() }
}
