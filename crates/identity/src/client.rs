use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use kernel::holds_card_number;

use crate::DeviceKey;

/// The longest user agent that is kept.
const USER_AGENT_MAX_CHARS: usize = 200;
/// The longest name of a place that is kept.
const PLACE_MAX_CHARS: usize = 60;

/// Where a request came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientInfo {
    /// The address of the client, taken from the nearest hop that is not ours.
    pub ip: IpAddr,
    /// The town or country that a proxy of the bank names, to be shown in the list of sessions.
    pub place: Option<String>,
    /// What the client says it is. Shown in the list of sessions.
    pub user_agent: String,
    /// The key that the client proved to have: its tokens are bound to it.
    pub key: Option<DeviceKey>,
}

impl ClientInfo {
    /// Takes what the client says of itself, without control characters and not longer than kept;
    /// nothing of it when it holds the number of a card.
    pub fn new(ip: IpAddr, user_agent: &str) -> Self {
        let said = if holds_card_number(user_agent) { "" } else { user_agent };
        let kept = said.chars().filter(|c| !c.is_control()).take(USER_AGENT_MAX_CHARS);
        Self { ip, place: None, user_agent: kept.collect(), key: None }
    }

    /// The same, at a place that a proxy of the bank named; not at one whose name is too long.
    #[must_use]
    pub fn at(self, place: Option<String>) -> Self {
        let fits = |name: &String| (1..=PLACE_MAX_CHARS).contains(&name.chars().count());
        Self { place: place.filter(fits), ..self }
    }

    /// The same, with the key that it proved to have.
    #[must_use]
    pub fn with_key(self, key: DeviceKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// The address without the part that tells one household from the next: what a session keeps.
    pub fn ip_prefix(&self) -> String {
        match canonical(self.ip) {
            IpAddr::V4(ip) => {
                format!("{}/24", Ipv4Addr::from_bits(ip.to_bits() & !0xff))
            }
            IpAddr::V6(ip) => {
                format!("{}/48", Ipv6Addr::from_bits(ip.to_bits() & !(u128::MAX >> 48)))
            }
        }
    }
}

/// The key under which requests of one client are counted. One IPv6 client commands a whole /64.
pub fn rate_key(ip: IpAddr) -> String {
    match canonical(ip) {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => format!("{}/64", Ipv6Addr::from_bits(ip.to_bits() & !(u128::MAX >> 64))),
    }
}

/// An IPv4 address that arrives on an IPv6 socket is still that IPv4 address.
fn canonical(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_cut() {
        let cases = [
            ("203.0.113.77", "203.0.113.0/24", "203.0.113.77"),
            ("::ffff:203.0.113.77", "203.0.113.0/24", "203.0.113.77"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::1", "2001:db8:1::/48", "2001:db8:1:2::/64"),
        ];
        for (ip, prefix, key) in cases {
            let client = ClientInfo::new(ip.parse().unwrap(), "app\n1");
            assert_eq!(client.ip_prefix(), prefix);
            assert_eq!(rate_key(client.ip), key);
            assert_eq!(client.user_agent, "app1");
        }
        let browser = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        for (said, kept) in [(browser, browser), ("app 8600-1234-1234-1239", "")] {
            let client = ClientInfo::new([203, 0, 113, 77].into(), said);
            assert_eq!(client.user_agent, kept);
        }
    }
}
