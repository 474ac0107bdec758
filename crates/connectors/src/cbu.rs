//! The exchange rates of the Central Bank of Uzbekistan (cbu.uz), a public JSON.
//!
//! `GET /{lang}/arkhiv-kursov-valyut/json/all/{day}/`: an array of objects in which every value but
//! `id` is a text. `Rate` is in sum for `Nominal` units of the currency. A day without a
//! publication is an empty array.

use std::future::Future;
use std::pin::Pin;

use kernel::{Asset, Day, Error, Result};
use pricing::rates::{Published, RateSource};
use reqwest::{Client, Url};
use serde::Deserialize;

use crate::http::{self, Timeouts};

const FETCHING: &str = "fetching the exchange rates of the Central Bank";

/// The Central Bank's page of rates.
pub struct Cbu {
    client: Client,
    base: Url,
}

impl Cbu {
    /// A connector for `https://cbu.uz`, or where the sandbox speaks the same.
    pub fn new(base_url: &str, timeouts: Timeouts) -> Result<Self> {
        let base = http::base_url(base_url)?;
        Ok(Self { client: http::client(&base, timeouts)?, base })
    }

    async fn fetch(&self, day: Day) -> Result<Vec<Published>> {
        let path = format!("en/arkhiv-kursov-valyut/json/all/{day}/");
        let answer = self.client.get(http::below(&self.base, &path)).send().await;
        let answer = answer.and_then(reqwest::Response::error_for_status);
        let answer = answer.map_err(|e| Error::broken(FETCHING, e.without_url()))?;
        let entries: Vec<Entry> =
            http::json(answer).await.map_err(|e| Error::broken(FETCHING, Box::new(e)))?;
        entries.iter().filter_map(Entry::published).collect()
    }
}

impl RateSource for Cbu {
    fn of_day(
        &self,
        day: Day,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>> {
        Box::pin(self.fetch(day))
    }
}

/// One currency of a day.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Ccy")]
    letters: String,
    #[serde(rename = "Nominal")]
    nominal: String,
    #[serde(rename = "Rate")]
    rate: String,
    #[serde(rename = "Date")]
    date: String,
}

impl Entry {
    /// What it says, if it is of a currency that the bank keeps accounts in.
    fn published(&self) -> Option<Result<Published>> {
        let asset = Asset::from_code(&self.letters)?;
        let read = || {
            let mut parts = self.date.splitn(3, '.');
            let mut next = || parts.next()?.parse::<u16>().ok();
            let (day, month, year) = (next()?, next()?, next()?);
            let day = Day::new(i32::from(year), u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
            let nominal = self.nominal.parse().ok()?;
            Some(Published { asset, day, rate: self.rate.parse().ok()?, nominal })
        };
        Some(read().ok_or_else(|| Error::broken(FETCHING, "a rate is not as agreed")))
    }
}
