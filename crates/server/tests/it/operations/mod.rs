//! What operators and their machines see: metrics, health, the log of requests.

mod health;
mod metrics;
mod request_log;
mod traces;

use std::collections::BTreeMap;

use folkmoot_core::{AccountId, Settings};

use crate::support::{Client, Kept, Server, trio};

async fn company(settings: &[(&str, &str)]) -> (Server, AccountId) {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    (Server::start(kept, settings).await, account)
}

/// What the metrics say: each series with its value.
#[derive(Debug)]
struct Metrics(BTreeMap<String, f64>);

impl Metrics {
    async fn of(server: &Server) -> Metrics {
        let client = Client::new(server.metrics_address.expect("metrics are served"));
        let answer = client.ask("GET", "/metrics").send().await.is(200);
        assert_eq!(
            answer.header("content-type"),
            Some("application/openmetrics-text; version=1.0.0; charset=utf-8")
        );
        let text = answer.text();
        assert!(text.ends_with("# EOF\n"), "{text}");
        let series = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a value");
            (name.to_owned(), value.parse().expect("a number"))
        });
        Metrics(series.collect())
    }

    #[track_caller]
    fn value(&self, series: &str) -> f64 {
        *self.0.get(series).unwrap_or_else(|| panic!("{series} is not in {:#?}", self.0))
    }

    #[track_caller]
    fn count(&self, series: &str) -> u64 {
        self.value(series) as u64
    }
}
