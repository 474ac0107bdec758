//! What was found, as a file.

use axum::extract::State;
use axum::response::Response;
use documents::{Entry, List, Table};
use edge::{Fields, Query, Reply};
use kernel::Error;
use payments::{AccountView, Item};

use super::super::common::{category_name, full_name, own_accounts};
use super::search::{PATH, Search, account_name};
use crate::Web;
use crate::papers::{self, Kind};
use crate::view::{SignedIn, see_other};
use crate::words::Words;

pub(super) async fn csv(web: State<Web>, view: SignedIn, Query(fields): Query) -> Reply<Response> {
    export(web, view, &fields, Kind::Csv).await
}

pub(super) async fn xlsx(web: State<Web>, view: SignedIn, Query(fields): Query) -> Reply<Response> {
    export(web, view, &fields, Kind::Xlsx).await
}

pub(super) async fn pdf(web: State<Web>, view: SignedIn, Query(fields): Query) -> Reply<Response> {
    export(web, view, &fields, Kind::Pdf).await
}

/// A search that is not understood is shown on the page, which says what is wrong with it.
async fn export(
    State(web): State<Web>,
    SignedIn(view): SignedIn,
    fields: &Fields,
    kind: Kind,
) -> Reply<Response> {
    let (search, _) = Search::read(fields);
    let search = search.with(&[]);
    let accounts = own_accounts(&web, &view, &[search.text("account")]).await?;
    let (asked, wrong) = search.query(&view, &accounts);
    if !wrong.is_empty() {
        return Ok(see_other(&search.address(PATH)));
    }
    let found = match web.payments().export(&view.ctx, &asked).await {
        Err(Error::Refused(refusal)) if refusal.field.is_some() => {
            return Ok(see_other(&search.address(PATH)));
        }
        found => found?,
    };
    let customer = web.customers().profile(&view.ctx).await?;
    let filters = search.filters(&view, &accounts, &asked);
    let entry = |item: Item| entry(view.words, &accounts, item);
    let list = List {
        lang: view.lang(),
        bank: web.bank().clone(),
        holder: full_name(&customer),
        filters: filters.into_iter().map(|filter| (filter.label, filter.value)).collect(),
        issued_at: view.ctx.now(),
        entries: found.items.into_iter().map(entry).collect(),
        complete: found.complete,
    };
    let name = format!("okto-{}", view.ctx.now().day());
    let bytes = render(&web, list, kind).await?;
    Ok(papers::file(kind, &name, bytes)?)
}

async fn render(web: &Web, list: List, kind: Kind) -> kernel::Result<Vec<u8>> {
    match kind {
        Kind::Pdf => web.documents().pdf(list).await,
        Kind::Xlsx => web.documents().xlsx(Table::List(list)).await,
        Kind::Csv => list.csv(),
    }
}

fn entry(words: Words, accounts: &[AccountView], item: Item) -> Entry {
    let account = accounts.iter().find(|account| account.id == item.account);
    Entry {
        at: item.at,
        operation: item.operation.to_string(),
        account: account.map(|account| account_name(words, account)).unwrap_or_default(),
        description: papers::description(words, &item),
        category: Some(category_name(words, item.category)),
        note: papers::note(words, &item),
        counterparty: item.counterparty,
        amount: item.amount,
    }
}
