use axum::extract::Path as AnyPath;
use axum::extract::rejection::PathRejection;
use axum::http::header::ACCEPT;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use edge::{Reply, retryable, status};
use kernel::{Code, Lang};
use serde::Serialize;
use utoipa::ToSchema;

use crate::documented::{kind_name, refusals};
use crate::extract::Json;

/// What a code means.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProblemKind {
    #[schema(value_type = String, pattern = "^[a-z_]+$", example = "insufficient_funds")]
    code: &'static str,
    /// The family of the code.
    #[schema(value_type = String, pattern = "^[a-z_]+$", example = "rule")]
    kind: &'static str,
    /// The HTTP status it comes with.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// Whether the same request may succeed later.
    retryable: bool,
    /// In English.
    meaning: &'static str,
    /// The sentence for the customer, with `{name}` where a value goes.
    text: Texts,
}

/// A sentence in every language of the bank.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Texts {
    uz: &'static str,
    ru: &'static str,
    en: &'static str,
}

impl From<Code> for ProblemKind {
    fn from(code: Code) -> Self {
        Self {
            code: code.as_str(),
            kind: kind_name(code.kind()),
            status: status(code).as_u16(),
            retryable: retryable(code),
            meaning: code.meaning(),
            text: Texts {
                uz: code.text(Lang::Uz),
                ru: code.text(Lang::Ru),
                en: code.text(Lang::En),
            },
        }
    }
}

refusals!(Refusals: [], NotFound);

/// Explains a kind of problem: the `type` of a problem document.
#[utoipa::path(
    get,
    path = "/problems/{code}",
    tag = "service",
    params(("code" = String, Path, description = "The code.", pattern = "^[a-z_]{1,60}$",
        example = "insufficient_funds")),
    responses(
        (status = 200, description = "What the code means.",
            content((ProblemKind = "application/json"), (String = "text/html"))),
        Refusals
    )
)]
pub(crate) async fn explain_problem(
    code: Result<AnyPath<String>, PathRejection>,
    headers: HeaderMap,
) -> Reply<Response> {
    let AnyPath(code) = code.map_err(|_| Code::NotFound)?;
    let problem = ProblemKind::from(Code::parse(&code).ok_or(Code::NotFound)?);
    if wants_page(headers.get(ACCEPT)) {
        return Ok(Html(page(&problem)).into_response());
    }
    Ok(Json(problem).into_response())
}

fn wants_page(accept: Option<&HeaderValue>) -> bool {
    accept.and_then(|value| value.to_str().ok()).is_some_and(|value| value.contains("text/html"))
}

/// All texts are the bank's own and hold nothing that HTML would take for markup.
fn page(problem: &ProblemKind) -> String {
    let ProblemKind { code, kind, status, meaning, text, .. } = problem;
    let again = if problem.retryable { "may succeed later" } else { "will be refused again" };
    format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>{code}</title>\
         <h1>{code}</h1><p>{meaning}</p>\
         <p>Kind: {kind}. HTTP status: {status}. The same request {again}.</p>\
         <ul><li lang=uz>{}</li><li lang=ru>{}</li><li lang=en>{}</li></ul>\
         <p><a href=\"/docs/\">API documentation</a></p></html>",
        text.uz, text.ru, text.en
    )
}
