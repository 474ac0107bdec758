//! What the bank makes of the circumstances of a sign-in. It never shuts a customer out: the worst
//! that it says is that somebody has to show more, because whoever can make a sign-in look bad from
//! outside could otherwise lock a customer out.

/// Wrong answers for one customer in a day, from wherever, beyond what people mistype.
const MANY_FAILURES: i32 = 20;

/// What is known of a sign-in whose first factor was right.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The device proved that it is one of the customer's.
    pub known_device: bool,
    /// That device is still cooling off.
    pub device_cools_off: bool,
    /// The customer signed in from this network not long ago.
    pub familiar_place: bool,
    /// The password was reset or a contact changed so lately that payments are still small.
    pub recovering: bool,
    /// Wrong answers for this customer today.
    pub failures_today: i32,
}

/// What is asked of whoever signs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing more: the device is the second factor.
    Allow,
    /// A second factor, of those that the customer's strongest leaves.
    SecondFactor,
}

/// What to ask for.
pub const fn judge(facts: Facts) -> Verdict {
    let lately = facts.recovering;
    let noisy = facts.failures_today >= MANY_FAILURES;
    match (facts.known_device, facts.familiar_place) {
        // A stolen device is often tried where its owner never was, a cookie always.
        (true, true) if !lately && !noisy => Verdict::Allow,
        (true, false) if !lately && !noisy && !facts.device_cools_off => Verdict::Allow,
        _ => Verdict::SecondFactor,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked() {
        use Verdict::{Allow, SecondFactor};
        // known device, cooling, familiar place, recovering, failures today
        for (known, cooling, familiar, recovering, failures, expected) in [
            (true, false, true, false, 0, Allow),
            (true, false, false, false, 0, Allow),
            (true, true, true, false, 0, Allow),
            (true, true, false, false, 0, SecondFactor),
            (true, false, true, true, 0, SecondFactor),
            (true, false, true, false, 19, Allow),
            (true, false, true, false, 20, SecondFactor),
            (true, false, false, false, 1_000, SecondFactor),
            (false, false, true, false, 0, SecondFactor),
            (false, false, true, false, 20, SecondFactor),
            (false, false, true, true, 0, SecondFactor),
            (false, false, false, false, 0, SecondFactor),
            (false, false, false, true, 1_000, SecondFactor),
        ] {
            let facts = Facts {
                known_device: known,
                device_cools_off: cooling,
                familiar_place: familiar,
                recovering,
                failures_today: failures,
            };
            assert_eq!(judge(facts), expected, "{facts:?}");
        }
    }

    #[test]
    fn worse_facts_never_ask_for_less() {
        let all = [false, true];
        let facts = all.into_iter().flat_map(|known_device| {
            all.into_iter().flat_map(move |device_cools_off| {
                all.into_iter().flat_map(move |familiar_place| {
                    [0, 50].map(|failures_today| Facts {
                        known_device,
                        device_cools_off,
                        familiar_place,
                        recovering: false,
                        failures_today,
                    })
                })
            })
        });
        for good in facts {
            let verdict = judge(good);
            for worse in [
                Facts { known_device: false, ..good },
                Facts { device_cools_off: good.known_device, ..good },
                Facts { familiar_place: false, ..good },
                Facts { failures_today: 50, ..good },
                Facts { recovering: true, ..good },
            ] {
                assert!(judge(worse) >= verdict, "{good:?} {worse:?}");
            }
        }
    }
}
