//! What the OpenAPI document says of refusals: each operation lists the codes it can answer with.

use std::collections::BTreeMap;

use edge::status;
use kernel::{Code, Kind};
use utoipa::openapi::{
    AllOfBuilder, ContentBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder, Type,
};

use crate::problem::PROBLEM_JSON;

/// What any request can be answered.
pub(crate) const ANY: &[Code] =
    &[Code::RequestTooLarge, Code::Busy, Code::OutcomeUnknown, Code::ServiceFailed];
/// What a request with a body can be answered besides.
pub(crate) const BODY: &[Code] = &[Code::RequestMalformed, Code::MediaTypeUnsupported];
/// What a request with query parameters can be answered besides.
pub(crate) const QUERY: &[Code] = &[Code::RequestMalformed, Code::FieldInvalid];
/// What a request on behalf of a customer can be answered besides.
pub(crate) const SIGNED_IN: &[Code] = &[Code::SignInRequired, Code::KeyProofInvalid];
/// What a request that is given tokens can be answered besides.
pub(crate) const GIVEN: &[Code] = &[Code::KeyProofInvalid, Code::KeyProofRequired];
/// What a request with an `Idempotency-Key` can be answered besides.
pub(crate) const KEYED: &[Code] = &[
    Code::IdempotencyKeyMissing,
    Code::IdempotencyKeyMalformed,
    Code::IdempotencyKeyOutOfTime,
    Code::IdempotencyKeyReused,
];

/// Declares a type for `responses(..)` of an endpoint: groups of codes, then the endpoint's own.
macro_rules! refusals {
    ($name:ident: [$($group:ident),*], $($code:ident),* $(,)?) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<
                String,
                utoipa::openapi::RefOr<utoipa::openapi::Response>,
            > {
                let own: &[kernel::Code] = &[$(kernel::Code::$code),*];
                $crate::documented::responses(&[
                    $crate::documented::ANY,
                    $($crate::documented::$group,)*
                    own,
                ])
            }
        }
    };
}
pub(crate) use refusals;

/// One response per status, which lists its codes with what they mean.
pub(crate) fn responses(groups: &[&[Code]]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status: BTreeMap<String, Vec<Code>> = BTreeMap::new();
    for code in groups.iter().copied().flatten().copied() {
        let codes = by_status.entry(status(code).as_str().to_owned()).or_default();
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    by_status.into_iter().map(|(status, codes)| (status, response(&codes).into())).collect()
}

fn response(codes: &[Code]) -> Response {
    let lines: Vec<_> =
        codes.iter().map(|code| format!("- `{code}`: {}", code.meaning())).collect();
    let one_of_these = ObjectBuilder::new().property(
        "code",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(codes.iter().map(|code| code.as_str()))),
    );
    let schema =
        AllOfBuilder::new().item(Ref::from_schema_name("Problem")).item(one_of_these.build());
    ResponseBuilder::new()
        .description(lines.join("\n"))
        .content(PROBLEM_JSON, ContentBuilder::new().schema(Some(schema)).build())
        .build()
}

/// The name of a kind in documents.
pub(crate) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "invalid",
        Kind::Unauthenticated => "unauthenticated",
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "not_found",
        Kind::Conflict => "conflict",
        Kind::TooLarge => "too_large",
        Kind::UnsupportedMedia => "unsupported_media",
        Kind::MethodNotAllowed => "method_not_allowed",
        Kind::Rule => "rule",
        Kind::TooMany => "too_many",
        Kind::Unavailable => "unavailable",
    }
}
