//! Passwords that are in a public list of leaked ones. The list is the bank's own copy: which
//! passwords are asked about leaves nobody's machine.

use std::fmt;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use kernel::{Code, Error, Refusal, Result, Secret};

/// Hexadecimal digits of a SHA-1.
const DIGITS: usize = 40;
/// More than a line has: the digits, a colon, a count, the end of a line.
const LINE_MAX: usize = 80;

/// A list of leaked passwords: a text file with a line for each, the SHA-1 of the password in
/// hexadecimal digits, a colon and how often it was seen, sorted by the digits. So the list of Have
/// I Been Pwned comes from its downloader. The file is not read into memory, and not to be changed
/// while the bank runs.
#[derive(Clone)]
pub struct LeakedPasswords(Arc<List>);

struct List {
    file: File,
    bytes: u64,
}

impl fmt::Debug for LeakedPasswords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LeakedPasswords({} bytes)", self.0.bytes)
    }
}

impl LeakedPasswords {
    /// Opens a list. A file that does not begin and end as one is refused.
    pub fn open(path: &Path) -> Result<Self> {
        let doing = |e: io::Error| {
            Error::broken("opening the leaked passwords", format!("{}: {e}", path.display()))
        };
        let file = File::open(path).map_err(doing)?;
        let bytes = file.metadata().map_err(doing)?.len();
        let list = List { file, bytes };
        let first = list.line_from(0).map_err(doing)?;
        let last = list.line_from(bytes.saturating_sub(wide(LINE_MAX))).map_err(doing)?;
        let sorted =
            first.is_some_and(|first| last.as_ref().is_none_or(|last| first.digits <= last.digits));
        if sorted { Ok(Self(Arc::new(list))) } else { Err(doing(not_a_list())) }
    }

    /// Refuses a password that is in the list.
    pub(super) async fn refuse(&self, password: &Secret<String>) -> Result<()> {
        const DOING: &str = "looking for a password among the leaked ones";
        let (list, password) = (Arc::clone(&self.0), password.clone());
        let found = tokio::task::spawn_blocking(move || list.has(password.expose()))
            .await
            .map_err(|e| Error::broken(DOING, e))?
            .map_err(|e| Error::broken(DOING, e))?;
        if found {
            Err(Refusal::new(Code::PasswordLeaked).field("password").into())
        } else {
            Ok(())
        }
    }
}

/// A line of the list.
struct Line {
    digits: [u8; DIGITS],
    /// Where the next one begins.
    next: u64,
}

impl List {
    /// Halves what is left until it is found: some forty reads of a line for a thousand million.
    fn has(&self, password: &str) -> io::Result<bool> {
        let wanted = digits_of(password);
        // The line that is wanted begins in `low..high`, if anywhere.
        let (mut low, mut high) = (0, self.bytes);
        while low < high {
            let middle = low.midpoint(high);
            let Some(line) = self.line_from(middle)? else {
                high = middle;
                continue;
            };
            match line.digits.cmp(&wanted) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => low = line.next,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }

    /// The first line that begins at a place or after it.
    fn line_from(&self, place: u64) -> io::Result<Option<Line>> {
        let mut read = [0; 2 * LINE_MAX];
        // A line begins where the byte before it ends one.
        let from = place.saturating_sub(1);
        let filled = self.fill(&mut read, from)?;
        let read = read.get(..filled).unwrap_or_default();
        let begin = match (place, read.iter().position(|byte| *byte == b'\n')) {
            (0, _) => 0,
            (_, Some(end)) => end.saturating_add(1),
            (_, None) if filled < LINE_MAX => return Ok(None),
            (_, None) => return Err(not_a_list()),
        };
        let rest = read.get(begin..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(None);
        }
        let (digits, after) = rest.split_first_chunk::<DIGITS>().ok_or_else(not_a_list)?;
        if !digits.iter().all(u8::is_ascii_hexdigit) || after.first() != Some(&b':') {
            return Err(not_a_list());
        }
        let length = rest
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(rest.len(), |end| end.saturating_add(1));
        let next = from.saturating_add(wide(begin.saturating_add(length)));
        Ok(Some(Line { digits: digits.map(|digit| digit.to_ascii_uppercase()), next }))
    }

    fn fill(&self, read: &mut [u8], from: u64) -> io::Result<usize> {
        let mut filled = 0;
        while let Some(rest) = read.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, from.saturating_add(wide(filled))) {
                Ok(0) => break,
                Ok(n) => filled = filled.saturating_add(n),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        Ok(filled)
    }
}

fn wide(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

fn not_a_list() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "not lines of 40 hexadecimal digits, colon, count")
}

/// SHA-1 is what such lists are made with; nothing rests on its strength.
fn digits_of(password: &str) -> [u8; DIGITS] {
    const FIGURES: &[u8; 16] = b"0123456789ABCDEF";
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
    let mut digits = [0; DIGITS];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(hash.as_ref()) {
        for (digit, half) in pair.iter_mut().zip([byte >> 4, byte & 15]) {
            *digit = FIGURES.get(usize::from(half)).copied().unwrap_or_default();
        }
    }
    digits
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;

    struct Kept(std::path::PathBuf);

    impl Drop for Kept {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    fn written(text: &str) -> Kept {
        let name = format!("okto-leaked-{}", store::hex(&kernel::Entropy.bytes::<16>()));
        let kept = Kept(std::env::temp_dir().join(name));
        File::create(&kept.0).unwrap().write_all(text.as_bytes()).unwrap();
        kept
    }

    fn list<'a>(passwords: impl IntoIterator<Item = &'a str>, end: &str) -> String {
        let mut lines: Vec<_> = passwords
            .into_iter()
            .map(|password| {
                let digits = digits_of(password);
                format!("{}:{}", std::str::from_utf8(&digits).unwrap(), 10 * password.len())
            })
            .collect();
        lines.sort();
        lines.join(end) + end
    }

    #[test]
    fn the_hash_is_that_of_the_published_lists() {
        // FIPS 180-2, appendix A.1.
        assert_eq!(&digits_of("abc"), b"A9993E364706816ABA3E25717850C26C9CD0D89D");
    }

    proptest! {
        #[test]
        fn it_has_what_it_was_made_of_and_nothing_else(
            listed in prop::collection::hash_set("[a-c]{1,4}", 1..120),
            asked in prop::collection::vec("[a-c]{1,4}", 20),
            windows: bool,
            ended: bool,
        ) {
            let end = if windows { "\r\n" } else { "\n" };
            let text = list(listed.iter().map(String::as_str), end);
            let text = if ended { &text } else { text.trim_end() };
            let kept = written(text);
            let leaked = LeakedPasswords::open(&kept.0).unwrap();
            for password in listed.iter().chain(&asked) {
                prop_assert_eq!(leaked.0.has(password).unwrap(), listed.contains(password));
            }
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let listed = list(["a", "b", "c"], "\n");
        let upside_down = listed.lines().rev().collect::<Vec<_>>().join("\n");
        for text in ["", "\n", "password\n123456\n", &"A".repeat(400), &upside_down] {
            let kept = written(text);
            assert!(LeakedPasswords::open(&kept.0).is_err(), "{text:?}");
        }
        assert!(LeakedPasswords::open(Path::new("/nowhere/at/all")).is_err());
    }
}
