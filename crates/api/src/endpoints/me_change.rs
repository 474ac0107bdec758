use axum::extract::State;
use edge::Reply;
use kernel::{Code, Secret};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Customer, Json, present};
use crate::shapes::{CustomerView, Language};
use crate::{Api, input};

/// What a customer changes of themselves: the language, or the name.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeMe {
    #[serde(default, deserialize_with = "present")]
    pub language: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub first_name: Option<Secret<String>>,
    #[serde(default, deserialize_with = "present")]
    pub last_name: Option<Secret<String>>,
}

/// What a customer changes of themselves: the language, or the name.
#[derive(Deserialize, ToSchema)]
#[serde(untagged)]
#[schema(as = ChangeMe)]
#[expect(dead_code, reason = "describes `ChangeMe` in the document")]
pub(crate) enum ChangeMeSchema {
    Language(ChangeLanguage),
    Name(ChangeName),
}

/// The language of messages.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes `ChangeMe` in the document")]
pub(crate) struct ChangeLanguage {
    #[schema(value_type = Language)]
    language: String,
}

/// The name, as a whole.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "describes `ChangeMe` in the document")]
pub(crate) struct ChangeName {
    #[schema(min_length = 1, max_length = 60, example = "Jasur")]
    first_name: String,
    #[schema(min_length = 1, max_length = 60, example = "Karimov")]
    last_name: String,
}

refusals!(Refusals: [BODY, SIGNED_IN], FieldInvalid, NameMalformed, NameChangedTooOften);

/// Changes the language of the signed-in customer, or their name.
///
/// One of the two at a time. A name may change twice in 30 days.
#[utoipa::path(
    patch,
    path = "/v1/me",
    tag = "session",
    security(("bearer" = [])),
    request_body = ChangeMeSchema,
    responses((status = 200, description = "The customer.", body = CustomerView), Refusals)
)]
pub(crate) async fn change_me(
    State(api): State<Api>,
    Customer(ctx): Customer,
    Json(request): Json<ChangeMe>,
) -> Reply<Json<CustomerView>> {
    let ChangeMe { language, first_name, last_name } = &request;
    match (language, first_name, last_name) {
        (Some(language), None, None) => {
            let language = input::lang(language, "language")?;
            api.customers().set_language(&ctx, language).await?;
        }
        (None, Some(first), Some(last)) => {
            api.customers().rename(&ctx, first.expose(), last.expose()).await?;
        }
        (None, Some(_), None) => return Err(input::invalid("last_name").into()),
        (None, None, Some(_)) => return Err(input::invalid("first_name").into()),
        _ => return Err(Code::RequestMalformed.into()),
    }
    let customer = api.customers().profile(&ctx).await?;
    let contacts = api.customers().contacts(&ctx).await?;
    Ok(Json(CustomerView::new(&customer, &contacts)))
}
