//! Opening accounts and posting batches.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::books::{Document, Record, Verdict};
use super::{ACCOUNTS, BATCH, POST, Processing, State, answer, no, read, yes};
use crate::Sandbox;

const MAX_ACCOUNTS: usize = 100;
const MAX_DOCUMENTS: usize = 250;
const MAX_ID_BYTES: usize = 64;

#[derive(Deserialize)]
struct Accounts {
    accounts: Vec<Account>,
}

#[derive(Deserialize)]
struct Account {
    number: String,
    currency: String,
}

pub(super) async fn open_accounts(
    Extract(sandbox): Extract<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(&sandbox, ACCOUNTS, &headers, |state| match read::<Accounts>(&body) {
        Ok(asked) if asked.accounts.len() > MAX_ACCOUNTS => {
            no(StatusCode::PAYLOAD_TOO_LARGE, "too_many_accounts")
        }
        Ok(asked) => open(state, asked),
        Err(refusal) => *refusal,
    })
    .await
}

fn open(state: &mut State, asked: Accounts) -> Response {
    let mut verdicts = Vec::with_capacity(asked.accounts.len());
    for Account { number, currency } in asked.accounts {
        if let Some(reason) = state.books.account_refusal(&number, &currency) {
            verdicts.push(json!({ "number": number, "state": "refused", "reason": reason }));
            continue;
        }
        verdicts.push(json!({ "number": number, "state": "open" }));
        if !state.books.is_open(&number) {
            state.record(Record::Opened(number, currency));
        }
    }
    yes(&json!({ "accounts": verdicts }))
}

#[derive(Deserialize)]
struct Batch {
    id: String,
    documents: Vec<Document>,
}

impl Batch {
    fn check(&self) -> Result<(), Box<Response>> {
        let refuse = |status, code| Err(Box::new(no(status, code)));
        if self.id.is_empty() || self.id.len() > MAX_ID_BYTES {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, "id_malformed");
        }
        if self.documents.is_empty() {
            return refuse(StatusCode::UNPROCESSABLE_ENTITY, "batch_empty");
        }
        if self.documents.len() > MAX_DOCUMENTS {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "too_many_documents");
        }
        Ok(())
    }
}

pub(super) async fn post(
    Extract(sandbox): Extract<Sandbox>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let now = sandbox.now();
    answer(&sandbox, POST, &headers, |state| {
        let batch = read::<Batch>(&body).and_then(|batch| batch.check().map(|()| batch));
        match batch {
            Ok(batch) => take(state, batch, now),
            Err(refusal) => *refusal,
        }
    })
    .await
}

fn take(state: &mut State, batch: Batch, now: kernel::Moment) -> Response {
    let posted = state.books.batch(&batch.id).map(|(documents, _)| documents);
    let underway = state.processing.iter().find(|known| known.id == batch.id);
    let known = posted.or(underway.map(|known| &known.documents));
    match known.map(|documents| *documents == batch.documents) {
        Some(false) => return no(StatusCode::CONFLICT, "batch_differs"),
        Some(true) => {
            let again = u64::try_from(batch.documents.len()).unwrap_or(u64::MAX);
            state.repeated = state.repeated.saturating_add(again);
        }
        None if state.processing_ms > 0 => {
            let due = now.plus_micros(state.processing_ms.saturating_mul(1_000));
            let id = batch.id.clone();
            state.processing.push(Processing { id, documents: batch.documents, due });
        }
        None => state.post(&batch.id, batch.documents),
    }
    standing(state, &batch.id)
}

pub(super) async fn one(
    Extract(sandbox): Extract<Sandbox>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Response {
    answer(&sandbox, BATCH, &headers, |state| standing(state, &id)).await
}

/// How a batch stands.
fn standing(state: &State, id: &str) -> Response {
    if let Some((_, verdicts)) = state.books.batch(id) {
        return done(id, verdicts);
    }
    if state.processing.iter().any(|known| known.id == id) {
        let body = Json(json!({ "id": id, "state": "processing" }));
        return (StatusCode::ACCEPTED, body).into_response();
    }
    no(StatusCode::NOT_FOUND, "batch_unknown")
}

fn done(id: &str, verdicts: &[Verdict]) -> Response {
    yes(&json!({ "id": id, "state": "done", "documents": verdicts }))
}
