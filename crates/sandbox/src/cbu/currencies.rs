//! The currencies, and what each is worth on a day.

use kernel::Day;

/// A currency as the Central Bank names it.
pub(super) struct Currency {
    /// The Central Bank's own number.
    pub id: u32,
    /// ISO 4217 number.
    pub code: &'static str,
    /// ISO 4217 letters.
    pub letters: &'static str,
    /// In Russian, Uzbek in Latin letters, Uzbek in Cyrillic letters, English.
    pub names: [&'static str; 4],
    /// For how many units the rate is.
    pub nominal: u32,
    /// What it is worth at the end of September 2026.
    base_tiyin: i64,
}

/// The day of which the rates of the table are.
const BASE: (i32, u8, u8) = (2026, 9, 30);
/// How far a rate goes from the table's in a day, and how far it swings, in millionths.
const DRIFT: i64 = 12;
const SWING: i64 = 3_000;
/// How many days it drifts either way.
const DRIFT_DAYS: i64 = 3_650;
const MILLION: i64 = 1_000_000;

impl Currency {
    /// What the nominal is worth on a day.
    pub fn tiyin(&self, day: Day) -> i64 {
        let base = Day::new(BASE.0, BASE.1, BASE.2).unwrap_or(Day::EPOCH);
        let days = day.days_since(base);
        let drift = days.clamp(DRIFT_DAYS.saturating_neg(), DRIFT_DAYS).saturating_mul(DRIFT);
        let swing = scrambled(days, self.id).rem_euclid(SWING.saturating_mul(2));
        let swing = swing.saturating_sub(SWING);
        let factor = MILLION.saturating_add(drift).saturating_add(swing);
        self.base_tiyin.saturating_mul(factor).div_euclid(MILLION).max(1)
    }
}

/// A number that looks like chance and is the same every time (the finaliser of `SplitMix64`).
fn scrambled(days: i64, id: u32) -> i64 {
    let seed = days.wrapping_mul(1_000).wrapping_add(i64::from(id));
    let mut z = seed.cast_unsigned().wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ z.wrapping_shr(30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ z.wrapping_shr(27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z ^ z.wrapping_shr(31)).cast_signed()
}

const fn of_one(
    (id, code, letters): (u32, &'static str, &'static str),
    names: [&'static str; 4],
    base_tiyin: i64,
) -> Currency {
    Currency { id, code, letters, names, nominal: 1, base_tiyin }
}

const fn of_ten(
    (id, code, letters): (u32, &'static str, &'static str),
    names: [&'static str; 4],
    base_tiyin: i64,
) -> Currency {
    Currency { id, code, letters, names, nominal: 10, base_tiyin }
}

pub(super) const CURRENCIES: [Currency; 16] = [
    of_one(
        (68, "840", "USD"),
        ["Доллар США", "AQSH dollari", "АҚШ доллари", "US Dollar"],
        1_182_118,
    ),
    of_one((20, "978", "EUR"), ["Евро", "EVRO", "EВРО", "Euro"], 1_345_052),
    of_one(
        (56, "643", "RUB"),
        ["Российский рубль", "Rossiya rubli", "Россия рубли", "Russian Ruble"],
        14_210,
    ),
    of_one(
        (22, "826", "GBP"),
        ["Фунт стерлингов", "Angliya funt sterlingi", "Англия фунт стерлинги", "Pound Sterling"],
        1_552_300,
    ),
    of_one((33, "392", "JPY"), ["Иена", "Yaponiya iyenasi", "Япония иенаси", "Japan Yen"], 7_753),
    of_one(
        (14, "756", "CHF"),
        ["Швейцарский франк", "Shveytsariya franki", "Швейцария франки", "Swiss Franc"],
        1_441_800,
    ),
    of_one(
        (15, "156", "CNY"),
        ["Юань ренминби", "Xitoy yuani", "Хитой юани", "Yuan Renminbi"],
        164_900,
    ),
    of_one(
        (37, "398", "KZT"),
        ["Казахстанский тенге", "Qozogʻiston tengesi", "Қозоғистон тенгеси", "Kazakhstan Tenge"],
        2_215,
    ),
    of_one(
        (34, "417", "KGS"),
        ["Киргизский сом", "Qirgʻiziston somi", "Қирғизистон соми", "Kyrgyz Som"],
        13_520,
    ),
    of_one(
        (66, "972", "TJS"),
        ["Таджикский сомони", "Tojikiston somonisi", "Тожикистон сомониси", "Tajik Somoni"],
        126_400,
    ),
    of_one(
        (65, "949", "TRY"),
        ["Турецкая лира", "Turkiya lirasi", "Туркия лираси", "Turkish Lira"],
        26_800,
    ),
    of_one((1, "784", "AED"), ["Дирхам ОАЭ", "BAA dirhami", "БАА дирҳами", "UAE Dirham"], 321_860),
    of_one(
        (36, "410", "KRW"),
        ["Вона", "Koreya Respublikasi voni", "Корея Республикаси вони", "Korean Won"],
        842,
    ),
    of_one(
        (28, "356", "INR"),
        ["Индийская рупия", "Hindiston rupiyasi", "Ҳиндистон рупияси", "Indian Rupee"],
        13_290,
    ),
    of_ten(
        (25, "360", "IDR"),
        ["Рупия", "Indoneziya rupiyasi", "Индонезия рупияси", "Rupiah"],
        680,
    ),
    of_ten((71, "704", "VND"), ["Донг", "Vyetnam dongi", "Вьетнам донги", "Dong"], 451),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn a_currency_stays_near_its_table() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        for currency in &CURRENCIES {
            for at in ["2020-01-01", "2026-09-30", "2026-10-02", "2040-01-01"] {
                let rate = currency.tiyin(day(at));
                let off = (rate - currency.base_tiyin).abs();
                assert!(off <= currency.base_tiyin / 20 + 1, "{} {at} {rate}", currency.letters);
            }
            assert_eq!(currency.letters.len(), 3);
            assert_eq!(currency.code.len(), 3);
        }
        let ids: HashSet<_> = CURRENCIES.iter().map(|c| c.id).collect();
        let letters: HashSet<_> = CURRENCIES.iter().map(|c| c.letters).collect();
        assert_eq!((ids.len(), letters.len()), (CURRENCIES.len(), CURRENCIES.len()));
        let usd = &CURRENCIES[0];
        assert_ne!(usd.tiyin(day("2026-09-29")), usd.tiyin(day("2026-09-30")));
    }
}
