//! The Central Bank's published exchange rates (cbu.uz), one day at a time.
//!
//! Whoever reads another rate than was published gives money away, so what is read is read
//! strictly: the day must be the one that was asked for, a number must be one, and a currency must
//! have the code of its letters. Of the currencies that the bank keeps no accounts in only the
//! shape is looked at.

use std::error::Error as StdError;
use std::fmt;
use std::num::NonZeroU32;
use std::pin::Pin;

use kernel::{Asset, Day, Error, Result};
use pricing::Decimal;
use pricing::rates::{Published, RateSource};
use reqwest::{Client, StatusCode, Url};
use serde::Deserialize;

use crate::http::{self, Timeouts};

const READING: &str = "reading the rates of the Central Bank";
/// What the bank notes with a rate about whence it came.
const NAME: &str = "cbu";
/// More currencies than there are.
const MAX_ROWS: usize = 500;
/// Longest numbers and dates that are looked at.
const MAX_VALUE_BYTES: usize = 32;

/// Where the Central Bank is.
#[derive(Clone, Debug)]
pub struct CbuConfig {
    /// `https://cbu.uz`, or where the sandbox speaks the same.
    pub base_url: String,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// The Central Bank's site.
pub struct Cbu {
    client: Client,
    base: Url,
}

impl fmt::Debug for Cbu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cbu").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

impl Cbu {
    /// A connector. Nothing is asked before the first question.
    pub fn new(config: &CbuConfig) -> Result<Self> {
        let base = http::base_url(&config.base_url)?;
        let client = http::client(&base, config.timeouts)?;
        Ok(Self { client, base })
    }

    async fn read(&self, day: Day) -> Result<Vec<Published>> {
        let path = format!("uz/arkhiv-kursov-valyut/json/all/{day}/");
        let request = self.client.get(http::below(&self.base, &path));
        let answer = request.send().await.map_err(|e| Error::broken(READING, e))?;
        let status = answer.status();
        if status != StatusCode::OK {
            return Err(Error::broken(READING, Unusable::Status(status)));
        }
        let rows: Vec<Row> =
            http::json(answer).await.map_err(|e| Error::broken(READING, Box::new(e)))?;
        published(&rows, day).map_err(|why| Error::broken(READING, why))
    }
}

impl RateSource for Cbu {
    fn name(&self) -> &'static str {
        NAME
    }

    fn of_day(
        &self,
        day: Day,
    ) -> Pin<Box<dyn Future<Output = Result<Vec<Published>>> + Send + '_>> {
        Box::pin(self.read(day))
    }
}

/// A rate as it is published. Its names in four languages, its own id and the difference to the day
/// before are left out.
#[derive(Deserialize)]
struct Row {
    #[serde(rename = "Code")]
    code: String,
    #[serde(rename = "Ccy")]
    letters: String,
    #[serde(rename = "Nominal")]
    nominal: String,
    #[serde(rename = "Rate")]
    rate: String,
    #[serde(rename = "Date")]
    date: String,
}

/// Why an answer is not used. Which value it was stands in the answer and not in the log.
#[derive(Debug, PartialEq, Eq)]
enum Unusable {
    Status(StatusCode),
    TooMany,
    OtherDay { asked: Day, said: Day },
    NothingKnown,
    Wrong { asset: Asset, what: &'static str },
}

impl fmt::Display for Unusable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "the Central Bank answered {}", status.as_u16()),
            Self::TooMany => write!(f, "there are more than {MAX_ROWS} rates in one day"),
            Self::OtherDay { asked, said } => {
                write!(f, "asked for the rates of {asked}, and was given those of {said}")
            }
            Self::NothingKnown => f.write_str("there are rates, and none of a currency of ours"),
            Self::Wrong { asset, what } => write!(f, "the {what} of {asset} is not as agreed"),
        }
    }
}

impl StdError for Unusable {}

/// The rates of a day; none when the list is empty: nothing was published for it.
fn published(rows: &[Row], asked: Day) -> std::result::Result<Vec<Published>, Unusable> {
    if rows.len() > MAX_ROWS {
        return Err(Unusable::TooMany);
    }
    let mut found: Vec<Published> = Vec::new();
    for row in rows {
        let Some(asset) = Asset::from_code(&row.letters).filter(|a| *a != Asset::Uzs) else {
            continue;
        };
        if found.iter().any(|other| other.asset == asset) {
            return Err(Unusable::Wrong { asset, what: "only rate" });
        }
        found.push(row.published(asset, asked)?);
    }
    if found.is_empty() && !rows.is_empty() {
        return Err(Unusable::NothingKnown);
    }
    Ok(found)
}

impl Row {
    fn published(&self, asset: Asset, asked: Day) -> std::result::Result<Published, Unusable> {
        let wrong = |what| Unusable::Wrong { asset, what };
        if self.code != format!("{:03}", asset.numeric()) {
            return Err(wrong("code"));
        }
        let said = day(&self.date).ok_or(wrong("date"))?;
        if said != asked {
            return Err(Unusable::OtherDay { asked, said });
        }
        let nominal = digits(&self.nominal).and_then(|n| n.parse::<NonZeroU32>().ok());
        let rate = short(&self.rate).and_then(|rate| rate.parse::<Decimal>().ok());
        Ok(Published {
            asset,
            day: said,
            rate: rate.filter(|rate| *rate > Decimal::ZERO).ok_or(wrong("rate"))?,
            nominal: nominal.ok_or(wrong("nominal"))?,
        })
    }
}

fn short(text: &str) -> Option<&str> {
    (text.len() <= MAX_VALUE_BYTES).then_some(text)
}

/// The text when it is digits and nothing else: a plus sign would be read as a number, too.
fn digits(text: &str) -> Option<&str> {
    short(text).filter(|t| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit()))
}

/// Reads `30.09.2026`.
fn day(text: &str) -> Option<Day> {
    let (first, rest) = short(text)?.split_once('.')?;
    let (month, year) = rest.split_once('.')?;
    let number = |text: &str, len: usize| -> Option<u16> {
        digits(text).filter(|t| t.len() == len)?.parse().ok()
    };
    let (first, month) = (number(first, 2)?, number(month, 2)?);
    Day::new(i32::from(number(year, 4)?), u8::try_from(month).ok()?, u8::try_from(first).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As public programs keep it from the Central Bank's answers.
    const PUBLISHED: &str = r#"[
        {"id":68,"Code":"840","Ccy":"USD","CcyNm_RU":"Доллар США","CcyNm_UZ":"AQSH dollari",
         "CcyNm_UZC":"АҚШ доллари","CcyNm_EN":"US Dollar","Nominal":"1","Rate":"11830.87",
         "Diff":"16.82","Date":"25.09.2026"},
        {"id":25,"Code":"360","Ccy":"IDR","CcyNm_RU":"Рупия","CcyNm_UZ":"Indoneziya rupiyasi",
         "CcyNm_UZC":"Индонезия рупияси","CcyNm_EN":"Rupiah","Nominal":"10","Rate":"6.80",
         "Diff":"0.01","Date":"25.09.2026"}]"#;

    fn read(text: &str) -> std::result::Result<Vec<Published>, Unusable> {
        let rows: Vec<Row> = serde_json::from_str(text).unwrap();
        published(&rows, Day::new(2026, 9, 25).unwrap())
    }

    #[test]
    fn the_published_shape_is_read() {
        let expected = Published {
            asset: Asset::Usd,
            day: Day::new(2026, 9, 25).unwrap(),
            rate: "11830.87".parse().unwrap(),
            nominal: NonZeroU32::MIN,
        };
        assert_eq!(read(PUBLISHED), Ok(vec![expected]));
        assert_eq!(read("[]"), Ok(Vec::new()));
        let ten = PUBLISHED.replacen(r#""Nominal":"1""#, r#""Nominal":"10""#, 1);
        assert_eq!(read(&ten).unwrap()[0].nominal.get(), 10);
    }

    #[test]
    fn what_is_not_as_agreed_is_not_used() {
        let wrong = |what| Unusable::Wrong { asset: Asset::Usd, what };
        for (from, to, expected) in [
            (r#""840""#, r#""978""#, wrong("code")),
            (r#""11830.87""#, r#""0""#, wrong("rate")),
            (r#""11830.87""#, r#""-1""#, wrong("rate")),
            (r#""11830.87""#, r#""1e4""#, wrong("rate")),
            (r#""11830.87""#, r#""11 830.87""#, wrong("rate")),
            (r#""11830.87""#, r#""11830,87""#, wrong("rate")),
            (r#""Nominal":"1""#, r#""Nominal":"0""#, wrong("nominal")),
            (r#""Nominal":"1""#, r#""Nominal":"+1""#, wrong("nominal")),
            (r#""Nominal":"1""#, r#""Nominal":"1.0""#, wrong("nominal")),
            ("25.09.2026", "2026-09-25", wrong("date")),
            ("25.09.2026", "25.9.2026", wrong("date")),
            ("25.09.2026", "31.09.2026", wrong("date")),
            (r#""360","Ccy":"IDR""#, r#""840","Ccy":"USD""#, wrong("only rate")),
        ] {
            assert_eq!(read(&PUBLISHED.replacen(from, to, 1)), Err(expected), "{from} {to}");
        }
        let other = PUBLISHED.replace("25.09.2026", "24.09.2026");
        let (asked, said) = (Day::new(2026, 9, 25).unwrap(), Day::new(2026, 9, 24).unwrap());
        assert_eq!(read(&other), Err(Unusable::OtherDay { asked, said }));
        let unknown = PUBLISHED.replace("USD", "ZZZ");
        assert_eq!(read(&unknown), Err(Unusable::NothingKnown));
        // Numbers are texts: a number would go through floating point.
        for bad in [r#""Rate":11830.87"#, r#""Rate":null"#] {
            let text = PUBLISHED.replacen(r#""Rate":"11830.87""#, bad, 1);
            assert!(serde_json::from_str::<Vec<Row>>(&text).is_err(), "{bad}");
        }
    }
}
