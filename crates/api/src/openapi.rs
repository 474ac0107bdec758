//! The OpenAPI document, and the list of every refusal.

use std::fmt::Write;

use edge::status;
use kernel::{Code, Lang};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{
    ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, ServerBuilder,
};

use crate::documented::kind_name;
use crate::problem::Problem;

const DESCRIPTION: &str = "The API of the Okto bank.

- Money is a decimal text with its currency: `{\"value\": \"1500.00\", \"asset\": \"UZS\"}`.
- Ids are texts that begin with what they name: `acc_`, `op_`. Moments are RFC 3339 in UTC; days are
  days in Tashkent.
- What changes something takes an `Idempotency-Key`: repeat the request with the same key until an
  answer comes.
- Every refusal is a problem document (RFC 9457) with a stable `code`; its `type` opens as a page.
  `Accept-Language` chooses the language of its sentence: `uz`, `ru` or `en`.
- Unknown fields are refused. Bodies are JSON of 16 KiB at most.";

const REFUSALS_HEAD: &str = "# Refusals

Every code that the API answers with. Generated from the code by a test of crate `api`; run it with
`OKTO_UPDATE=1` to renew the page.

| code | status | kind | meaning | uz | ru | en |
|---|---|---|---|---|---|---|
";

/// The document without its paths.
pub(crate) fn frame() -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The access token that a sign-in gave. It lives for five minutes."))
        .build();
    let tag = |(name, description): (&str, &str)| {
        TagBuilder::new().name(name).description(Some(description)).build()
    };
    let tags = [
        ("sign-up", "Becoming a customer."),
        ("session", "Signing in and out; who is signed in."),
        ("security", "Where the customer is signed in, with what, and how to stop it."),
        ("recovery", "A password that was forgotten."),
        ("contacts", "The phone, the e-mail address, the password and the document of a customer."),
        ("accounts", "Accounts, balances, statements."),
        ("transfers", "Sending money to a customer of the bank."),
        ("exchange", "Exchange of currency between the customer's own accounts, and its rates."),
        ("operations", "What happened, and what it was for."),
        ("documents", "Statements that the bank vouches for."),
        ("service", "About the service itself."),
    ];
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Okto API")
                .version("1")
                .description(Some(DESCRIPTION))
                .license(Some(
                    LicenseBuilder::new().name("Apache-2.0").identifier(Some("Apache-2.0")).build(),
                )),
        )
        .servers(Some([ServerBuilder::new().url("/").build()]))
        .tags(Some(tags.map(tag)))
        .components(Some(
            ComponentsBuilder::new()
                .schema_from::<Problem>()
                .security_scheme("bearer", SecurityScheme::Http(bearer))
                .build(),
        ))
        .build()
}

/// The OpenAPI document.
pub fn openapi() -> OpenApi {
    crate::endpoints::documented().into_openapi()
}

/// Every refusal as a Markdown page, for those who integrate and those who translate.
pub fn refusals_page() -> String {
    let mut page = REFUSALS_HEAD.to_owned();
    for code in Code::ALL.iter().copied() {
        let texts = Lang::ALL.map(|lang| code.text(lang).replace('|', "\\|"));
        let [uz, ru, en] = texts;
        let (status, kind) = (status(code).as_u16(), kind_name(code.kind()));
        let meaning = code.meaning().replace('|', "\\|");
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| `{code}` | {status} | {kind} | {meaning} | {uz} | {ru} | {en} |");
    }
    page
}
