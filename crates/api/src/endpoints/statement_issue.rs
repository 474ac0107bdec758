use axum::extract::State;
use axum::http::StatusCode;
use edge::Reply;
use kernel::{AccountId, Moment, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::statement::Statement;
use crate::documented::refusals;
use crate::extract::{AccountPath, Customer, Json, Key, KeyHeader, PathId};
use crate::shapes::{exposed, text};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueStatement {
    /// The first day, in Tashkent.
    #[schema(format = Date, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-01")]
    pub from: String,
    /// The last day, in Tashkent: today at the latest, and 366 days after the first at most.
    #[schema(format = Date, pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", example = "2026-11-22")]
    pub to: String,
}

/// A statement that the bank vouches for.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatementDocument {
    /// By which anybody who holds the document can verify it. People read it in groups of four.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, pattern = "^[0-9A-HJKMNP-TV-Z]{16}$",
        example = "ABCH0K1MEPTX3Y5Z")]
    code: Secret<String>,
    /// When it was made. Of a period that went on after that, it shows what had happened.
    #[serde(serialize_with = "text")]
    #[schema(value_type = String, format = DateTime)]
    issued_at: Moment,
    /// The name of the owner, as it was then.
    #[serde(serialize_with = "exposed")]
    #[schema(value_type = String, example = "Jasur Karimov")]
    holder: Secret<String>,
    statement: Statement,
}

impl From<payments::StatementDocument> for StatementDocument {
    fn from(document: payments::StatementDocument) -> Self {
        Self {
            code: document.code.as_str().to_owned().into(),
            issued_at: document.issued_at,
            holder: document.holder.into(),
            statement: document.statement.into(),
        }
    }
}

refusals!(
    Refusals: [BODY, SIGNED_IN, KEYED],
    FieldInvalid,
    AccountNotFound,
    PeriodInvalid,
    StatementTooLong,
    TooManyRequests,
);

/// Makes a document of the statement of an account.
///
/// The same key makes the same document; there are fifty a day at most. Whoever holds one can
/// verify it without signing in.
#[utoipa::path(
    post,
    path = "/v1/accounts/{account_id}/statements",
    tag = "documents",
    security(("bearer" = [])),
    params(AccountPath, KeyHeader),
    request_body = IssueStatement,
    responses(
        (status = 201, description = "The document, also when it was made before with this key.",
            body = StatementDocument),
        Refusals
    )
)]
pub(crate) async fn issue_statement(
    State(api): State<Api>,
    Customer(ctx): Customer,
    PathId(account): PathId<AccountId>,
    Key(key): Key,
    Json(request): Json<IssueStatement>,
) -> Reply<(StatusCode, Json<StatementDocument>)> {
    let from = input::day(&request.from, "from")?;
    let to = input::day(&request.to, "to")?;
    let issue = payments::IssueStatement { key, account, from, to };
    let document = api.payments().issue_statement(&ctx, issue).await?;
    Ok((StatusCode::CREATED, Json(document.into())))
}
