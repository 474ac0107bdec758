//! Security events to whoever receives them (RFC 8935: push over HTTP).
//!
//! The address of a receiver is somebody else's word, so it may lead anywhere: into the bank's own
//! network, to the service that gives a machine its credentials. A connection is made only to a
//! public address, looked up and checked for this connection; only over TLS; and no redirect is
//! followed. In development the machine itself is allowed, where the sandbox is.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use identity::ports::HookSender;
use kernel::{Error, Result};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::net::lookup_host;

use crate::http::Timeouts;

const SENDING: &str = "sending a security event";

/// Sends security events.
pub struct Hooks {
    client: Client,
    development: bool,
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").field("development", &self.development).finish_non_exhaustive()
    }
}

impl Hooks {
    /// To public addresses; in `development` to this machine too, without TLS.
    pub fn new(timeouts: Timeouts, development: bool) -> Result<Self> {
        // Fails when a provider is installed already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .user_agent("okto")
            .connect_timeout(timeouts.connect)
            .timeout(timeouts.total)
            .redirect(Policy::none())
            .no_proxy()
            .https_only(!development)
            .dns_resolver(Arc::new(PublicOnly { development }))
            .build()
            .map_err(|e| Error::broken("building an HTTP client", e))?;
        Ok(Self { client, development })
    }

    async fn post(&self, url: &str, token: String) -> Result<()> {
        let url: Url = url.parse().map_err(|_| Error::broken(SENDING, "no address"))?;
        // A name is looked up by the resolver, an address is none of its business.
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        if let Ok(address) = host.parse::<IpAddr>()
            && !allowed(address, self.development)
        {
            return Err(Error::broken(SENDING, "the address is not public"));
        }
        let local = matches!(host, "localhost" | "127.0.0.1" | "::1");
        if url.scheme() != "https" && !(self.development && local) {
            return Err(Error::broken(SENDING, "the address is not https"));
        }
        let answer = self
            .client
            .post(url)
            .header(CONTENT_TYPE, "application/secevent+jwt")
            .header(ACCEPT, "application/json")
            .body(token)
            .send()
            .await
            .map_err(|e| Error::broken(SENDING, e.without_url()))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        Err(Error::broken(SENDING, format!("the receiver answered {}", status.as_u16())))
    }
}

impl HookSender for Hooks {
    fn send<'a>(
        &'a self,
        url: &'a str,
        token: String,
    ) -> Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>> {
        Box::pin(self.post(url, token))
    }
}

/// Looks names up and gives only addresses that may be called.
struct PublicOnly {
    development: bool,
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let development = self.development;
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let good: Vec<SocketAddr> =
                found.filter(|address| allowed(address.ip(), development)).collect();
            if good.is_empty() {
                return Err("the name leads to no public address".into());
            }
            let addresses: Addrs = Box::new(good.into_iter());
            Ok(addresses)
        })
    }
}

fn allowed(address: IpAddr, development: bool) -> bool {
    let address = address.to_canonical();
    (development && address.is_loopback())
        || match address {
            IpAddr::V4(address) => is_public_v4(address),
            IpAddr::V6(address) => is_public_v6(address),
        }
}

/// The IANA registries of special addresses (RFC 6890), but for what is reached globally.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_documentation()
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

/// Only what is given out to the world (`2000::/3`), less what stands for an IPv4 address in it.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let teredo_and_others = first == 0x2001 && second < 0x0200;
    let documentation = (first == 0x2001 && second == 0x0db8) || first == 0x3fff;
    first & 0xe000 == 0x2000 && !teredo_and_others && !documentation && first != 0x2002
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_called() {
        let is = |text: &str, development| allowed(text.parse().unwrap(), development);
        for public in ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is(public, false), "{public}");
        }
        for private in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.1.1",
            "192.0.0.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:169.254.169.254",
            "::ffff:10.0.0.1",
            "64:ff9b::a00:1",
            "fc00::1",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "2002:a00:1::",
        ] {
            assert!(!is(private, false), "{private}");
        }
        assert!(is("127.0.0.1", true) && is("::1", true) && !is("10.0.0.1", true));
    }

    #[tokio::test]
    async fn what_is_not_allowed_is_not_connected_to() {
        let timeouts = Timeouts::default();
        for (development, url) in [
            (false, "https://127.0.0.1:9/"),
            (false, "http://127.0.0.1:9/"),
            (false, "https://localhost:9/"),
            (false, "https://169.254.169.254/latest"),
            (true, "http://10.0.0.1/"),
            (true, "http://93.184.216.34/"),
            (false, "nonsense"),
        ] {
            let hooks = Hooks::new(timeouts, development).unwrap();
            assert!(hooks.post(url, String::new()).await.is_err(), "{url}");
        }
    }
}
