//! The connector of the Central Bank's rates against the sandbox, over a real socket.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::time::Duration;

use connectors::Timeouts;
use connectors::cbu::{Cbu, CbuConfig};
use kernel::{Asset, Clock, Day, Error, ManualClock, Secret};
use pricing::Decimal;
use pricing::rates::{Published, RateSource};
use sandbox::{Fault, FaultKind, Sandbox};
use tokio::net::TcpListener;

struct Counterpart {
    sandbox: Sandbox,
    clock: ManualClock,
    base_url: String,
}

impl Counterpart {
    /// The Central Bank at noon of Wednesday, 30 September 2026.
    async fn start() -> Self {
        let clock = ManualClock::new("2026-09-30T07:00:00Z".parse().unwrap());
        let account = sandbox::eskiz::Config::new("bank@okto.uz", Secret::new(String::new()));
        let config = sandbox::Config { clock: Clock::Manual(clock.clone()), eskiz: account };
        let sandbox = Sandbox::new(config);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/cbu", listener.local_addr().unwrap());
        tokio::spawn(sandbox::serve(listener, sandbox.clone(), std::future::pending()));
        Self { sandbox, clock, base_url }
    }

    fn connector(&self, total: Duration) -> Cbu {
        let timeouts = Timeouts { connect: Duration::from_secs(2), total };
        Cbu::new(&CbuConfig { base_url: self.base_url.clone(), timeouts }).unwrap()
    }

    fn patient(&self) -> Cbu {
        self.connector(Duration::from_secs(10))
    }

    fn fail(&self, fault: FaultKind) {
        self.sandbox.arm(Fault::next("cbu", "rates", fault)).unwrap();
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// What an error tells the reader of the log.
fn story(error: &Error) -> String {
    format!("{error:?}")
}

#[tokio::test]
async fn the_rates_of_a_day_are_read() {
    let bank = Counterpart::start().await;
    let source = bank.patient();
    let rates = source.of_day(day("2026-09-30")).await.unwrap();
    let [Published { asset: Asset::Usd, day: of, rate, nominal }] = rates[..] else {
        panic!("{rates:?}")
    };
    assert_eq!((of, nominal.get(), source.name()), (day("2026-09-30"), 1, "cbu"));
    assert!(rate > Decimal::whole(11_000) && rate < Decimal::whole(13_000), "{rate}");
    // Asked again, it is the same; of another day, another.
    assert_eq!(source.of_day(day("2026-09-30")).await.unwrap(), rates);
    let before = source.of_day(day("2026-09-29")).await.unwrap();
    assert_ne!(before[0].rate, rate);
    assert_eq!(bank.sandbox.calls("cbu", "rates"), 3);
}

#[tokio::test]
async fn a_day_without_rates_has_none() {
    let bank = Counterpart::start().await;
    let source = bank.patient();
    // A holiday, a Sunday, and a day whose rates are not out yet.
    for none in ["2026-10-01", "2026-09-27", "2026-10-02"] {
        assert_eq!(source.of_day(day(none)).await.unwrap(), [], "{none}");
    }
    bank.clock.advance_seconds(4 * 3_600);
    assert_eq!(source.of_day(day("2026-10-02")).await.unwrap().len(), 1);
    bank.fail(FaultKind::Unpublished);
    assert_eq!(source.of_day(day("2026-09-30")).await.unwrap(), []);
    assert_eq!(source.of_day(day("2026-09-30")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_goes_wrong_is_said() {
    let bank = Counterpart::start().await;
    let source = bank.patient();
    for (fault, said) in [
        (FaultKind::Error500Before, "the Central Bank answered 500"),
        (FaultKind::Unauthorized, "the Central Bank answered 401"),
        (FaultKind::Malformed, "the answer is not as agreed at line 1"),
        (FaultKind::Stale, "asked for the rates of 2026-09-30, and was given those of 2026-09-29"),
    ] {
        bank.fail(fault);
        let error = source.of_day(day("2026-09-30")).await.unwrap_err();
        assert!(story(&error).contains(said), "{fault:?}: {error:?}");
    }
    assert_eq!(source.of_day(day("2026-09-30")).await.unwrap().len(), 1);
}

#[tokio::test]
async fn nobody_waits_for_ever() {
    let bank = Counterpart::start().await;
    bank.sandbox.arm(Fault::next("cbu", "*", FaultKind::Delay).delay_ms(10_000)).unwrap();
    let source = bank.connector(Duration::from_millis(300));
    let error = source.of_day(day("2026-09-30")).await.unwrap_err();
    assert!(story(&error).contains("reading the rates of the Central Bank"), "{error:?}");
    let nobody =
        CbuConfig { base_url: "http://127.0.0.1:9/cbu".to_owned(), timeouts: Timeouts::default() };
    assert!(Cbu::new(&nobody).unwrap().of_day(day("2026-09-30")).await.is_err());
    let clear = CbuConfig { base_url: "http://cbu.uz".to_owned(), ..nobody };
    assert!(Cbu::new(&clear).is_err());
}
