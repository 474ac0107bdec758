/// How long a phone waits after each wrong password in a row, in seconds; the last for every
/// further one. It grows fast enough to stop guessing (under a hundred guesses a day) and never
/// locks a customer out for good.
pub(super) const WAIT_SECONDS: [i32; 8] = [0, 0, 5, 15, 60, 180, 300, 900];
/// After this long without an attempt the count starts anew.
pub(super) const FORGET_SECONDS: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour() {
        assert!(WAIT_SECONDS.is_sorted());
        assert_eq!(WAIT_SECONDS.last(), Some(&900));
    }
}
