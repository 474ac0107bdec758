//! Sharing out a whole so that nothing is lost and nothing is made.

/// Shares `total` out by weights, in whole units that sum to it: each gets what its weight gives,
/// rounded down, and the units that are left go to the largest rests, the earlier first. The method
/// of largest remainders (Hamilton). No share is larger than its weight when the total is not
/// larger than their sum, so a refund that is shared by what is left of a fee never takes more of a
/// part than there is.
///
/// `None` when a number is below zero, or when all weights are zero and the total is not.
pub fn split(total: i64, weights: &[i64]) -> Option<Vec<i64>> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if total < 0 || weights.iter().any(|w| *w < 0) || (sum == 0 && total != 0) {
        return None;
    }
    if sum == 0 {
        return Some(vec![0; weights.len()]);
    }
    let mut shares = Vec::with_capacity(weights.len());
    let mut rests = Vec::with_capacity(weights.len());
    let mut left = total;
    for (weight, index) in weights.iter().zip(0_usize..) {
        let part = i128::from(total).checked_mul(i128::from(*weight))?;
        let share = i64::try_from(part.checked_div(sum)?).ok()?;
        rests.push((std::cmp::Reverse(part.checked_rem(sum)?), index));
        left = left.checked_sub(share)?;
        shares.push(share);
    }
    rests.sort_unstable();
    let left = usize::try_from(left).ok()?;
    for (_, index) in rests.into_iter().take(left) {
        let share = shares.get_mut(index)?;
        *share = share.checked_add(1)?;
    }
    Some(shares)
}

#[cfg(test)]
#[expect(clippy::arithmetic_side_effects, reason = "figures of a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_largest_rests_get_what_is_left() {
        // Ten seats by Hare's quota, https://en.wikipedia.org/wiki/Quota_method
        let seats = split(10, &[47_000, 16_000, 15_900, 12_000, 6_000, 3_100]);
        assert_eq!(seats, Some(vec![5, 2, 1, 1, 1, 0]));
        assert_eq!(split(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(split(0, &[0, 0]), Some(vec![0, 0]));
        assert_eq!(split(1, &[0, 0]), None);
        assert_eq!(split(-1, &[1]), None);
        assert_eq!(split(1, &[2, -1]), None);
    }

    proptest! {
        #[test]
        fn shares_sum_to_the_whole(
            total in 0i64..=1_000_000_000_000_000,
            weights in prop::collection::vec(0i64..=1_000_000_000_000, 1..8),
        ) {
            let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            prop_assume!(sum > 0);
            let shares = split(total, &weights).unwrap();
            prop_assert_eq!(shares.iter().sum::<i64>(), total);
            for (share, weight) in shares.iter().zip(&weights) {
                // Each is the exact share, rounded up or down.
                let exact = i128::from(total) * i128::from(*weight);
                let difference = i128::from(*share) * sum - exact;
                prop_assert!(difference.abs() < sum);
                prop_assert!(*weight > 0 || *share == 0);
            }
        }

        #[test]
        fn refunds_in_any_parts_end_at_nothing(
            parts in prop::collection::vec(0i64..=1_000_000, 1..6),
            cuts in prop::collection::vec(1i64..=500_000, 0..10),
        ) {
            let mut left = parts.clone();
            for cut in cuts {
                let refund = cut.min(left.iter().sum());
                let shares = split(refund, &left).unwrap();
                for (part, share) in left.iter_mut().zip(shares) {
                    prop_assert!(share <= *part);
                    *part -= share;
                }
            }
            let rest: i64 = left.iter().sum();
            prop_assert_eq!(split(rest, &left).unwrap(), left);
        }
    }
}
