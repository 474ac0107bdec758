//! The documents that limits stand in.

use serde::{Deserialize, Serialize};
use store::editions::Book;

use crate::document::Limits;
use kernel::is_name;

/// The book of the limits.
pub const LIMITS: &str = "limits";
/// The book of the values that the regulator sets and limits are multiples of.
pub const VALUES: &str = "values";
/// Most regulatory values.
pub const MAX_VALUES: usize = 64;

/// The values that the regulator sets, from a moment on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Values {
    /// In any order.
    pub values: Vec<Value>,
}

/// A value that the regulator sets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Value {
    /// Names it: `base_calculation_value`.
    pub name: String,
    /// In tiyin.
    pub tiyin: i64,
    /// The act that it stands in.
    pub source: String,
}

impl Values {
    /// A value by its name, in tiyin.
    pub fn get(&self, name: &str) -> Option<i64> {
        self.values.iter().find(|value| value.name == name).map(|value| value.tiyin)
    }

    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.values.len() > MAX_VALUES {
            faults.push(format!("values: {} > {MAX_VALUES}", self.values.len()));
        }
        for (value, index) in self.values.iter().zip(0_usize..) {
            let mut earlier = self.values.iter().take(index);
            let good = is_name(&value.name, "_")
                && !earlier.any(|other| other.name == value.name)
                && value.tiyin > 0
                && !value.source.trim().is_empty();
            if !good {
                faults.push(format!("values[{}]", value.name));
            }
        }
        faults
    }
}

/// What makes limits and regulatory values acceptable.
#[derive(Clone, Copy, Debug)]
pub struct LimitsBook;

impl Book for LimitsBook {
    fn names(&self) -> Vec<String> {
        [LIMITS, VALUES].map(str::to_owned).into()
    }

    fn faults(&self, name: &str, body: &str) -> Vec<String> {
        let faults = if name == LIMITS {
            serde_json::from_str::<Limits>(body)
                .map(|limits| limits.faults().iter().map(ToString::to_string).collect())
        } else {
            serde_json::from_str::<Values>(body).map(|values| values.faults())
        };
        faults.unwrap_or_else(|error| vec![error.to_string()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_named_once_and_say_whence_they_are() {
        let faults = |body: &str| LimitsBook.faults(VALUES, body).len();
        let value = |name: &str, tiyin: i64, source: &str| {
            format!(r#"{{"name":"{name}","tiyin":{tiyin},"source":"{source}"}}"#)
        };
        let one = value("base_calculation_value", 41_200_000, "UP-1 of 2026");
        assert_eq!(faults(&format!(r#"{{"values":[{one}]}}"#)), 0);
        assert_eq!(faults(&format!(r#"{{"values":[{one},{one}]}}"#)), 1);
        for bad in [value("A", 1, "x"), value("a", 0, "x"), value("a", 1, " ")] {
            assert_eq!(faults(&format!(r#"{{"values":[{bad}]}}"#)), 1, "{bad}");
        }
        assert_eq!(faults("x"), 1);
        assert!(LimitsBook.has(LIMITS) && LimitsBook.has(VALUES) && !LimitsBook.has("tariff.x"));
        assert_eq!(LimitsBook.faults(LIMITS, r#"{"limits":[]}"#), Vec::<String>::new());
    }
}
