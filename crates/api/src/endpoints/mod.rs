//! The endpoints, one file each.

mod account;
mod account_rename;
mod accounts;
mod balance;
mod confirmation;
mod contact_resend;
mod device_list;
mod device_rename;
mod device_unbind;
mod docs;
mod document;
mod email_change;
mod email_change_verify;
mod email_remove;
mod exchange;
mod exchange_confirm;
mod exchange_preview;
mod factors;
mod freeze;
mod freeze_by_alarm;
mod health;
mod identity_document;
mod identity_document_declare;
mod limit_set;
mod limits;
mod me;
mod me_change;
mod open_account;
mod operation;
mod operation_category;
mod operations;
mod password_change;
mod password_reset_complete;
mod password_reset_prove;
mod password_reset_resend;
mod password_reset_start;
mod password_reset_verify;
mod payee_check;
mod payees_recent;
mod phone_change;
mod phone_change_verify;
mod problems;
mod products;
mod rate_history;
mod rates;
mod session_end;
mod session_list;
mod sessions_end_all;
mod sessions_end_others;
mod sign_in;
mod sign_in_answer;
mod sign_in_code;
mod sign_in_passkey;
mod sign_in_pin;
mod sign_out;
mod sign_up_complete;
mod sign_up_resend;
mod sign_up_start;
mod sign_up_verify;
mod spending;
mod statement;
mod statement_issue;
mod token_refresh;
mod transfer;
mod transfer_confirm;
mod transfer_preview;
mod verify;

use axum::Router;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::{Api, openapi};

/// What stands in the OpenAPI document.
pub(crate) fn documented() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(sign_up_start::start_sign_up))
        .routes(routes!(sign_up_resend::resend_sign_up_code))
        .routes(routes!(sign_up_verify::verify_sign_up_code))
        .routes(routes!(sign_up_complete::complete_sign_up))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in_pin::sign_in_by_pin))
        .routes(routes!(sign_in_passkey::start_passkey_sign_in))
        .routes(routes!(sign_in_passkey::sign_in_by_passkey))
        .routes(routes!(sign_in_passkey::start_second_passkey))
        .routes(routes!(sign_in_answer::answer_sign_in))
        .routes(routes!(sign_in_code::send_sign_in_code))
        .merge(proofs())
        .routes(routes!(token_refresh::refresh_tokens))
        .routes(routes!(sign_out::sign_out))
        .routes(routes!(me::get_me, me_change::change_me))
        .routes(routes!(session_list::list_sessions))
        .routes(routes!(session_end::end_session))
        .routes(routes!(sessions_end_others::end_other_sessions))
        .routes(routes!(sessions_end_all::end_all_sessions))
        .routes(routes!(device_list::list_devices))
        .routes(routes!(device_rename::rename_device, device_unbind::unbind_device))
        .routes(routes!(freeze::freeze))
        .routes(routes!(freeze_by_alarm::freeze_by_alarm))
        .routes(routes!(password_reset_start::start_password_reset))
        .routes(routes!(password_reset_resend::resend_password_reset_code))
        .routes(routes!(password_reset_verify::verify_password_reset_code))
        .routes(routes!(password_reset_prove::prove_password_reset))
        .routes(routes!(password_reset_complete::complete_password_reset))
        .routes(routes!(password_change::change_password))
        .routes(routes!(phone_change::change_phone))
        .routes(routes!(phone_change_verify::verify_phone_change))
        .routes(routes!(email_change::change_email, email_remove::remove_email))
        .routes(routes!(email_change_verify::verify_email_change))
        .routes(routes!(contact_resend::resend_contact_code))
        .routes(routes!(
            identity_document::get_identity_document,
            identity_document_declare::declare_identity_document
        ))
        .routes(routes!(open_account::open_account, accounts::list_accounts))
        .routes(routes!(products::list_products))
        .routes(routes!(account::get_account, account_rename::rename_account))
        .routes(routes!(balance::get_balance))
        .routes(routes!(statement::get_statement))
        .routes(routes!(statement_issue::issue_statement))
        .routes(routes!(document::get_document))
        .routes(routes!(verify::verify_document))
        .routes(routes!(payees_recent::list_recent_payees))
        .routes(routes!(payee_check::check_payee))
        .routes(routes!(transfer_preview::preview_transfer))
        .routes(routes!(transfer_confirm::confirm_transfer))
        .routes(routes!(transfer::get_transfer))
        .routes(routes!(rates::list_rates))
        .routes(routes!(rate_history::get_rate_history))
        .routes(routes!(exchange_preview::preview_exchange))
        .routes(routes!(exchange_confirm::confirm_exchange))
        .routes(routes!(exchange::get_exchange))
        .routes(routes!(operations::list_operations))
        .routes(routes!(operation::get_operation))
        .routes(routes!(operation_category::categorise_operation))
        .routes(routes!(spending::get_spending))
        .routes(routes!(limits::list_limits))
        .routes(routes!(limit_set::set_limit))
        .routes(routes!(problems::explain_problem))
        .routes(routes!(health::get_live))
        .routes(routes!(health::get_ready))
}

/// What the customer proves who they are with.
fn proofs() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(factors::get_factors))
        .routes(routes!(factors::begin_totp, factors::remove_totp))
        .routes(routes!(factors::confirm_totp))
        .routes(routes!(factors::renew_recovery_codes))
        .routes(routes!(factors::set_device_key))
        .routes(routes!(factors::set_pin, factors::remove_pin))
        .routes(routes!(factors::start_passkey))
        .routes(routes!(factors::add_passkey))
        .routes(routes!(factors::rename_passkey, factors::remove_passkey))
        .routes(routes!(confirmation::ask_transfer_confirmation))
        .routes(routes!(confirmation::ask_security_confirmation))
        .routes(routes!(confirmation::answer_confirmation))
        .routes(routes!(confirmation::send_confirmation_code))
        .routes(routes!(confirmation::start_confirmation_passkey))
}

/// The document itself and the pages around it.
pub(crate) fn undocumented() -> Router<Api> {
    Router::new()
        .route("/", get(docs::front))
        .route("/openapi.json", get(docs::document))
        .route("/docs", get(docs::to_docs))
        .route("/docs/", get(docs::index))
        .route("/docs/{*file}", get(docs::file))
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use serde::de::DeserializeOwned;

    use super::*;

    fn shown<T: DeserializeOwned + Debug>(json: &str) -> String {
        format!("{:?}", serde_json::from_str::<T>(json).unwrap())
    }

    fn signing_in() -> Vec<String> {
        vec![
            shown::<sign_up_start::StartSignUp>(r#"{"phone": "planted"}"#),
            shown::<sign_up_resend::ResendSignUpCode>(r#"{"challenge_id": "c"}"#),
            shown::<sign_up_verify::VerifySignUpCode>(
                r#"{"challenge_id": "c", "code": "planted"}"#,
            ),
            shown::<sign_up_complete::CompleteSignUp>(
                r#"{"ticket": "planted", "password": "planted", "first_name": "planted",
                    "last_name": "planted", "birth_date": "planted", "language": "uz"}"#,
            ),
            shown::<sign_in::SignIn>(r#"{"phone": "planted", "password": "planted"}"#),
            shown::<sign_in_pin::SignInByPin>(r#"{"device_id": "d", "pin": "planted"}"#),
            shown::<sign_in_code::SendSignInCode>(r#"{"challenge_token": "planted"}"#),
            shown::<sign_in_passkey::StartSignInPasskey>(r#"{"challenge_token": "planted"}"#),
            shown::<sign_in_passkey::SignInByPasskey>(
                r#"{"passkey": {"passkey_challenge_id": "c", "credential": {"id": "planted"}}}"#,
            ),
            shown::<sign_in_answer::AnswerSignIn>(concat!(
                r#"{"challenge_token": "planted", "#,
                r#""answer": {"method": "totp", "code": "planted"}}"#,
            )),
            shown::<token_refresh::RefreshTokens>(r#"{"refresh_token": "planted"}"#),
        ]
    }

    fn factors_and_devices() -> Vec<String> {
        vec![
            shown::<confirmation::AnswerConfirmation>(
                r#"{"answer": {"method": "pin", "code": "planted"}}"#,
            ),
            shown::<factors::ConfirmTotp>(r#"{"code": "planted"}"#),
            shown::<factors::SetDeviceKey>(
                r#"{"key": {"kty": "EC", "crv": "P-256", "x": "x", "y": "y"},
                    "signature": "planted"}"#,
            ),
            shown::<factors::SetPin>(r#"{"pin": "planted"}"#),
            shown::<factors::AddPasskey>(
                r#"{"passkey": {"passkey_challenge_id": "c", "credential": {"id": "planted"}},
                    "name": "n"}"#,
            ),
            shown::<factors::RenamePasskey>(r#"{"name": "n"}"#),
            shown::<device_rename::RenameDevice>(r#"{"name": "planted"}"#),
            shown::<freeze_by_alarm::FreezeByAlarm>(r#"{"alarm": "planted"}"#),
        ]
    }

    fn recovery() -> Vec<String> {
        vec![
            shown::<password_reset_start::StartPasswordReset>(r#"{"phone": "planted"}"#),
            shown::<password_reset_resend::ResendPasswordResetCode>(r#"{"reset_key": "planted"}"#),
            shown::<password_reset_verify::VerifyPasswordResetCode>(
                r#"{"reset_key": "planted", "code": "planted"}"#,
            ),
            shown::<password_reset_prove::ProvePasswordReset>(
                r#"{"reset_key": "planted", "proof":
                    {"method": "document", "number": "planted", "birth_date": "planted"}}"#,
            ),
            shown::<password_reset_complete::CompletePasswordReset>(
                r#"{"reset_key": "planted", "new_password": "planted"}"#,
            ),
            shown::<password_change::ChangePassword>(
                r#"{"current_password": "planted", "new_password": "planted"}"#,
            ),
        ]
    }

    fn contacts() -> Vec<String> {
        vec![
            shown::<me_change::ChangeMe>(r#"{"first_name": "planted", "last_name": "planted"}"#),
            shown::<phone_change::ChangePhone>(
                r#"{"phone": "planted",
                    "document": {"number": "planted", "birth_date": "planted"}}"#,
            ),
            shown::<phone_change_verify::VerifyPhoneChange>(
                r#"{"challenge_id": "c", "code": "planted"}"#,
            ),
            shown::<email_change::ChangeEmail>(r#"{"email": "planted"}"#),
            shown::<email_change_verify::VerifyEmailChange>(
                r#"{"challenge_id": "c", "code": "planted"}"#,
            ),
            shown::<contact_resend::ResendContactCode>(r#"{"challenge_id": "c"}"#),
            shown::<identity_document_declare::DeclareIdentityDocument>(
                r#"{"number": "planted", "personal_number": "planted", "expires_on": "planted"}"#,
            ),
        ]
    }

    fn money() -> Vec<String> {
        vec![
            shown::<transfer_preview::PreviewTransfer>(
                r#"{"from_account_id": "a", "to": {"phone": "planted", "account_number": "planted"},
                    "amount": {"value": "1", "asset": "UZS"}, "note": "planted"}"#,
            ),
            shown::<confirmation::AskTransferConfirmation>(r#"{"quote": "planted"}"#),
            shown::<transfer_confirm::ConfirmTransfer>(r#"{"quote": "planted"}"#),
            shown::<exchange_preview::PreviewExchangeInput>(
                r#"{"from_account_id": "a", "to_account_id": "b",
                    "amount": {"value": "1", "asset": "UZS"}}"#,
            ),
            shown::<exchange_confirm::ConfirmExchangeInput>(r#"{"quote": "planted"}"#),
            shown::<rate_history::RateHistoryQuery>("{}"),
            shown::<payee_check::CheckPayee>(
                r#"{"from_account_id": "a", "to": {"phone": "planted"}}"#,
            ),
            shown::<operations::OperationsQuery>(r#"{"q": "planted"}"#),
            shown::<account_rename::RenameAccount>(r#"{"name": "planted"}"#),
            // Nothing personal, but here so that the list is whole.
            shown::<operation_category::CategoriseOperation>(r#"{"category": "home"}"#),
            shown::<statement_issue::IssueStatement>(r#"{"from": "a", "to": "b"}"#),
            shown::<spending::SpendingQuery>(r#"{"from": "a", "to": "b"}"#),
            shown::<limit_set::SetLimit>(r#"{"ceiling": 1}"#),
            shown::<open_account::OpenAccount>(r#"{"asset": "UZS"}"#),
            shown::<balance::BalanceQuery>("{}"),
            shown::<statement::StatementQuery>(r#"{"from": "2026-11-01", "to": "2026-11-01"}"#),
        ]
    }

    /// How many operations take something: a body, or a query.
    fn taking() -> usize {
        let document = openapi::openapi();
        let items = document.paths.paths.values();
        let operations = items.flat_map(|item| [&item.get, &item.post, &item.put, &item.patch]);
        let taking = operations.flatten().filter(|operation| {
            let query = operation.parameters.iter().flatten().any(|p| {
                matches!(p, utoipa::openapi::RefOr::T(p)
                    if p.parameter_in == utoipa::openapi::path::ParameterIn::Query)
            });
            operation.request_body.is_some() || query
        });
        taking.count()
    }

    /// Requests are easily logged by whoever looks for a fault: then what is planted here would be
    /// in the logs.
    #[test]
    fn no_request_prints_what_is_personal() {
        let lists = [signing_in(), factors_and_devices(), recovery(), contacts(), money()];
        let printed = lists.concat();
        for text in &printed {
            assert!(!text.contains("planted"), "{text}");
        }
        assert_eq!(taking(), printed.len(), "a request type is missing from this test");
    }
}
