use axum::extract::State;
use axum::http::StatusCode;
use customers::SignUp;
use edge::Reply;
use kernel::{Code, Refusal, Secret};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::documented::refusals;
use crate::extract::{Json, SigningIn};
use crate::shapes::{CustomerView, Tokens};
use crate::{Api, input};

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CompleteSignUp {
    /// What the right code earned.
    #[schema(
        value_type = String,
        format = Password,
        pattern = "^bk_su_[0-9A-Za-z_-]{49}$",
        example = "bk_su_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA000000"
    )]
    pub ticket: Secret<String>,
    #[schema(
        value_type = String,
        format = Password,
        min_length = 12,
        max_length = 128,
        example = "olma bogʻida uch quyosh"
    )]
    pub password: Secret<String>,
    #[schema(value_type = String, min_length = 1, max_length = 60, example = "Jasur")]
    pub first_name: Secret<String>,
    #[schema(value_type = String, min_length = 1, max_length = 60, example = "Karimov")]
    pub last_name: Secret<String>,
    #[schema(
        value_type = String,
        format = Date,
        pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$",
        example = "1990-05-17"
    )]
    pub birth_date: Secret<String>,
    /// The language of messages; otherwise that of this request.
    #[schema(value_type = Option<crate::shapes::Language>)]
    pub language: Option<String>,
}

/// A new customer, signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedUp {
    customer: CustomerView,
    tokens: Tokens,
}

refusals!(
    Refusals: [BODY, GIVEN],
    FieldInvalid,
    CodeExpired,
    AlreadyCustomer,
    NameMalformed,
    BirthDateInvalid,
    CustomerTooYoung,
    PasswordTooShort,
    PasswordTooLong,
    PasswordTooCommon,
    PasswordLeaked,
);

/// Makes a customer of whoever proved a phone, and signs them in.
#[utoipa::path(
    post,
    path = "/v1/sign-up/complete",
    tag = "sign-up",
    request_body = CompleteSignUp,
    responses((status = 201, description = "Welcome.", body = SignedUp), Refusals)
)]
pub(crate) async fn complete_sign_up(
    State(api): State<Api>,
    SigningIn(caller): SigningIn,
    Json(request): Json<CompleteSignUp>,
) -> Reply<(StatusCode, Json<SignedUp>)> {
    let birth_date = request.birth_date.expose().parse();
    let lang = input::optional(request.language.as_ref(), "language", input::lang)?;
    let cmd = SignUp {
        ticket: request.ticket,
        password: request.password,
        first_name: request.first_name.expose().clone(),
        last_name: request.last_name.expose().clone(),
        birth_date: birth_date
            .map_err(|()| Refusal::new(Code::BirthDateInvalid).field("birth_date"))?,
        lang: lang.unwrap_or(caller.ctx.lang),
        client: caller.client.clone(),
    };
    let (customer, tokens) = api.customers().sign_up(&caller.ctx, cmd).await?;
    caller.is(&tokens);
    let ctx = caller.ctx.for_customer(tokens.customer, tokens.session);
    let contacts = api.customers().contacts(&ctx).await?;
    let customer = CustomerView::new(&customer, &contacts);
    Ok((StatusCode::CREATED, Json(SignedUp { customer, tokens: tokens.into() })))
}
