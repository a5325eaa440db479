//! Spans of requests, sent to an OpenTelemetry collector where the operator names one: OTLP over HTTP, in JSON. A span
//! tells what the log of requests tells, and belongs to the trace that the request names in `traceparent` (W3C Trace
//! Context). Where no collector is named, nothing of this costs anything.

mod export;
mod parent;

use std::sync::atomic::{AtomicU64, Ordering};

use folkmoot_core::RandomSource;
use http::{HeaderMap, Method, StatusCode};
use jiff::Timestamp;
use tokio::sync::{Mutex, mpsc};

use crate::metrics::Counter;
use crate::settings::Settings;
use export::Exporter;
use parent::Parent;

/// Spans that wait to be sent. More are dropped, and counted.
const WAITING: usize = 4096;

/// Where spans go.
#[derive(Debug)]
pub(crate) struct Traces(Option<Collecting>);

#[derive(Debug)]
struct Collecting {
    spans: mpsc::Sender<Span>,
    exporter: Mutex<Exporter>,
    /// Of requests that nobody who is trusted has decided about, how many in a hundred are recorded.
    percent: u64,
    numbers: Numbers,
    dropped: Counter,
}

/// A request that is recorded.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Begun {
    trace: u128,
    span: u64,
    parent: Option<u64>,
    started: Timestamp,
}

/// What is told of a request when it is answered.
#[derive(Debug)]
pub(crate) struct Told<'a> {
    pub(crate) method: &'a Method,
    pub(crate) route: &'static str,
    pub(crate) status: StatusCode,
    pub(crate) account: Option<i64>,
    pub(crate) request_id: &'a str,
    pub(crate) ended: Timestamp,
}

/// A finished span.
#[derive(Debug)]
struct Span {
    begun: Begun,
    ended: Timestamp,
    method: &'static str,
    route: &'static str,
    status: u16,
    account: Option<i64>,
    request_id: Box<str>,
}

impl Traces {
    pub(crate) fn new(settings: &Settings, random: &dyn RandomSource) -> Traces {
        let collecting = settings.traces_collector().map(|collector| {
            let (spans, waiting) = mpsc::channel(WAITING);
            let mut seed = [0; 8];
            random.fill(&mut seed);
            let numbers = Numbers(AtomicU64::new(u64::from_ne_bytes(seed)));
            let exporter = Mutex::new(Exporter::new(collector, numbers.next(), waiting));
            let percent = settings.traces_percent();
            Collecting { spans, exporter, percent, numbers, dropped: Counter::default() }
        });
        Traces(collecting)
    }

    /// Begins to record a request, if it is one to be recorded. A proxy that is trusted decides that; of the others'
    /// word only the trace is taken that they say they belong to.
    pub(crate) fn begin(
        &self,
        headers: &HeaderMap,
        trusted: bool,
        now: impl FnOnce() -> Timestamp,
    ) -> Option<Begun> {
        let Collecting { percent, numbers, .. } = self.0.as_ref()?;
        let parent = Parent::of(headers);
        let recorded = match parent {
            Some(parent) if trusted => parent.sampled,
            _ => numbers.next() % 100 < *percent,
        };
        recorded.then(|| Begun {
            trace: parent.map_or_else(|| numbers.trace(), |parent| parent.trace),
            span: numbers.next(),
            parent: parent.map(|parent| parent.span),
            started: now(),
        })
    }

    /// Records that the request was answered.
    pub(crate) fn end(&self, begun: Begun, told: &Told<'_>) {
        let Some(collecting) = &self.0 else { return };
        let span = Span {
            begun,
            ended: told.ended,
            method: known(told.method),
            route: told.route,
            status: told.status.as_u16(),
            account: told.account,
            request_id: told.request_id.into(),
        };
        if collecting.spans.try_send(span).is_err() {
            collecting.dropped.add(1);
        }
    }

    /// Sends spans for as long as the task lives.
    pub(crate) async fn run(&self) {
        if let Some(collecting) = &self.0 {
            collecting.exporter.lock().await.run(&collecting.dropped).await;
        }
    }

    /// Sends what has not been sent yet, when the server stops.
    pub(crate) async fn flush(&self) {
        if let Some(collecting) = &self.0 {
            collecting.exporter.lock().await.flush(&collecting.dropped).await;
        }
    }

    /// How many spans could not be sent; `None` where no collector is named.
    pub(crate) fn dropped(&self) -> Option<u64> {
        self.0.as_ref().map(|collecting| collecting.dropped.get())
    }
}

/// A method by one of the names that are known, as the conventions of OpenTelemetry want it.
fn known(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("_OTHER")
}

/// Numbers that come once and look random: a counter from a random start, mixed (`SplitMix64`).
#[derive(Debug)]
struct Numbers(AtomicU64);

impl Numbers {
    fn next(&self) -> u64 {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let mixed = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        // Zero stands for none.
        (mixed ^ (mixed >> 31)).max(1)
    }

    fn trace(&self) -> u128 {
        u128::from(self.next()) << 64 | u128::from(self.next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;

    fn traces(percent: &str) -> Traces {
        let mut settings = Settings::default();
        settings.set("traces.collector", "http://127.0.0.1:1").unwrap();
        settings.set("traces.percent", percent).unwrap();
        Traces::new(&settings, &SystemRandom)
    }

    fn headers(parent: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", parent.parse().unwrap());
        headers
    }

    #[test]
    fn only_those_who_are_trusted_decide_what_is_recorded() {
        let now = || Timestamp::UNIX_EPOCH;
        let sampled = headers("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        let unsampled = headers("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00");
        let none = traces("0");
        assert!(none.begin(&HeaderMap::new(), false, now).is_none());
        assert!(none.begin(&sampled, false, now).is_none(), "nobody makes work for the collector");
        let begun = none.begin(&sampled, true, now).unwrap();
        assert_eq!(begun.trace, 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736);
        assert_eq!(begun.parent, Some(0x00f0_67aa_0ba9_02b7));
        let all = traces("100");
        assert!(all.begin(&unsampled, true, now).is_none());
        let begun = all.begin(&unsampled, false, now).unwrap();
        assert_eq!(
            begun.parent,
            Some(0x00f0_67aa_0ba9_02b7),
            "whose they say they are is taken from anybody"
        );
        let (one, two) = (all.begin(&HeaderMap::new(), false, now), all.begin(&HeaderMap::new(), false, now));
        let (one, two) = (one.unwrap(), two.unwrap());
        assert!(one.parent.is_none() && one.trace != two.trace && one.span != two.span);
        let some = traces("30");
        let recorded = (0..10_000).filter(|_| some.begin(&HeaderMap::new(), false, now).is_some()).count();
        assert!((2_500..3_500).contains(&recorded), "{recorded} of 10000");
        assert!(Traces::new(&Settings::default(), &SystemRandom).begin(&sampled, true, now).is_none());
    }

    #[test]
    fn spans_for_which_there_is_no_room_are_counted() {
        let traces = traces("100");
        let told = Told {
            method: &Method::GET,
            route: "/users.json",
            status: StatusCode::OK,
            account: None,
            request_id: "x",
            ended: Timestamp::UNIX_EPOCH,
        };
        for _ in 0..WAITING + 7 {
            let begun = traces.begin(&HeaderMap::new(), false, || Timestamp::UNIX_EPOCH).unwrap();
            traces.end(begun, &told);
        }
        assert_eq!(traces.dropped(), Some(7));
    }
}
