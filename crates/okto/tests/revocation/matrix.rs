//! The matrix, cell by cell, and every cell that the bank does not keep to, with the reason.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

/// The rows and what is expected, from the OWASP-style matrix of security events that this bank was
/// designed after; the last column names the defects of other products that a row guards against.
const MATRIX: &str = include_str!("matrix.csv");
/// The columns that say what is to be seen of an event, in the order of [`Seen::cells`].
const COLUMNS: [&str; 8] = [
    "access_token_other_node",
    "refresh_grant",
    "web_cookie_session",
    "sse_ws_stream",
    "pending_login_or_otp_challenge",
    "pending_payment_challenge",
    "password_reset_token",
    "new_login_allowed",
];
pub const OVER: &str = "over";
pub const GOES_ON: &str = "goes on";

/// What was seen of one event on the other node.
pub struct Seen {
    pub token: String,
    pub refresh: String,
    pub cookie: String,
    pub stream: String,
    pub sign_in: String,
    /// Of the payment that was confirmed in a session that ended.
    pub payment: String,
    /// Of the one that was confirmed in a session that goes on, if one does.
    pub payment_here: String,
    pub reset: String,
    pub entry: String,
}

impl Seen {
    fn cells(&self) -> [&str; 8] {
        [
            &self.token,
            &self.refresh,
            &self.cookie,
            &self.stream,
            &self.sign_in,
            &self.payment,
            &self.reset,
            &self.entry,
        ]
    }
}

/// A row of the matrix.
pub struct Wanted {
    pub event: &'static str,
    cells: [&'static str; 8],
}

/// Every row.
pub fn rows() -> Vec<Wanted> {
    let mut lines = MATRIX.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let head = lines.next().unwrap();
    let places = COLUMNS.map(|column| head.iter().position(|name| *name == column).unwrap());
    let rows: Vec<_> = lines
        .map(|line| {
            assert_eq!(line.len(), head.len(), "{line:?}");
            Wanted { event: line.first().unwrap(), cells: places.map(|at| *line.get(at).unwrap()) }
        })
        .collect();
    assert_eq!(rows.len(), 20);
    for (event, column, _) in DEVIATIONS {
        assert!(COLUMNS.contains(column), "{column}");
        assert!(rows.iter().any(|row| row.event == *event), "{event}");
    }
    rows
}

/// Compares what was seen with the row: every cell is as wanted, or a deviation says why not. One
/// that is not there any more is an error, too.
pub fn compare(wanted: &Wanted, seen: &Seen) {
    for ((column, want), is) in COLUMNS.iter().zip(wanted.cells).zip(seen.cells()) {
        let known = DEVIATIONS.iter().any(|(event, of, _)| (event, of) == (&wanted.event, column));
        let kept = keeps(want, is);
        assert!(kept != known, "{}, {column}: {want} is wanted, and seen {is}", wanted.event);
    }
}

/// Whether what was seen is what is wanted. A cookie that is over leads to the sign-in (303), where
/// a token gets 401. The times are checked where they are taken.
fn keeps(want: &str, is: &str) -> bool {
    match want {
        "n/a" => true,
        "401" | "401<1s" => is.starts_with("401") || is.starts_with("303"),
        "403<1s" => is.starts_with("403"),
        "closed<1s" | "closed at timeout" => is.starts_with("closed in"),
        "cancelled" => is.starts_with(OVER),
        "invalidated" | "all invalidated (single use)" => is == OVER,
        "unchanged" => is == GOES_ON,
        "no" => is == "no",
        "200 (by policy)" | "200 (by policy) or step-up" => is == "200",
        "open" => is == "open",
        "only as new device with cooling-off" => is == "yes, as a new device, which cools off",
        "invalid_dpop_proof" => is == want,
        want if want.starts_with("invalid_grant") => is == "invalid_grant",
        want if want.starts_with("yes") => is == "yes",
        _ => false,
    }
}

const NO_LOCK: &str = "nobody is locked out by what somebody else guesses: only the network that \
    guesses waits, and the customer goes on";
const NOBODY_ENDED: &str = "nobody ended anything: a session that ran out says nothing about who \
    signs in, and most often that is its own customer, who is not to begin twice. It lives ten \
    minutes, and ends with everything that somebody ends";
const COOKIES_ONLY: &str = "employees have a cookie and nothing else: no token, nothing to \
    exchange, no stream, no reset";

/// The event, the column, and why.
const DEVIATIONS: &[(&str, &str, &str)] = &[
    (
        "refresh token reuse outside retry rule",
        "sse_ws_stream",
        "a stream is a browser's, and browsers have no refresh tokens: the stream of another \
         session stays open",
    ),
    ("user locked by failures", "refresh_grant", NO_LOCK),
    ("user locked by failures", "pending_login_or_otp_challenge", NO_LOCK),
    ("user locked by failures", "pending_payment_challenge", NO_LOCK),
    ("user locked by failures", "password_reset_token", NO_LOCK),
    ("user locked by failures", "new_login_allowed", NO_LOCK),
    ("role/permission removed (staff)", "access_token_other_node", COOKIES_ONLY),
    ("role/permission removed (staff)", "refresh_grant", COOKIES_ONLY),
    ("role/permission removed (staff)", "sse_ws_stream", COOKIES_ONLY),
    ("role/permission removed (staff)", "password_reset_token", COOKIES_ONLY),
    (
        "role/permission removed (staff)",
        "pending_payment_challenge",
        "rights are looked at again when a proposal is decided and when it is carried out, which \
         `identity/tests/staff/approvals.rs` tries (`whoever_lost_the_right_meanwhile_…`)",
    ),
    (
        "DPoP key mismatch or proof replay",
        "access_token_other_node",
        "a request that only reads has its proof remembered by the node that answers it, so that a \
         read costs no row (265 instead of 110 µs, docs/benchmarks.md): each other node answers to \
         it once more. A proof is bound to method, address, token and a minute; whoever has all of \
         that reads what its owner has just read. What changes something is refused on every node \
         (docs/adr/0022)",
    ),
    ("idle timeout", "pending_login_or_otp_challenge", NOBODY_ENDED),
    ("absolute timeout", "pending_login_or_otp_challenge", NOBODY_ENDED),
];

/// The deviations as a table.
pub fn deviations() -> String {
    let rows = DEVIATIONS.iter().map(|(event, column, why)| {
        let wanted = rows().into_iter().find(|row| row.event == *event).unwrap();
        let at = COLUMNS.iter().position(|name| name == column).unwrap();
        format!("| {event} | {column} | {} | {why} |\n", wanted.cells.get(at).unwrap())
    });
    rows.collect()
}

/// Rows that nothing can be tried of here.
pub fn not_tried(event: &str) -> &'static str {
    match event {
        "authorization code reuse" => "no such grant: the bank gives no authorization codes",
        "signing key compromise (kill switch)" => {
            "tokens of customers are opaque: no key signs them. What the bank signs for others \
             stops counting with `okto keys remove`"
        }
        "impersonation ended or target logs out" => "nobody can act as somebody else",
        "revocation bus down (fault)" => "in the table of faults below",
        _ => "",
    }
}
