//! Everything that is counted, under the names by which it is published.

use std::fmt;
use std::sync::Arc;

use folkmoot_core::Durations;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeGaugeValue, EncodeLabelSet, NoLabelSet};
use prometheus_client::metrics::MetricType;

use super::process;
use super::requests::CLASSES;
use crate::app::App;

/// Tells of all that an application counts.
#[derive(Debug)]
pub(super) struct Everything(pub(super) Arc<App>);

impl Collector for Everything {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let mut out = Out(encoder);
        out.process(&self.0)?;
        out.requests(&self.0)?;
        out.accounts(&self.0)?;
        out.caches(&self.0)?;
        out.passwords(&self.0)?;
        out.store(&self.0)
    }
}

struct Out<'a>(DescriptorEncoder<'a>);

impl Out<'_> {
    fn process(&mut self, app: &App) -> fmt::Result {
        let mut info = self.0.encode_descriptor("folkmoot_build", "The program.", None, MetricType::Info)?;
        info.encode_info(&[("version", env!("CARGO_PKG_VERSION"))])?;
        let started = app.health.started().as_microsecond() as f64 / 1e6;
        self.gauge(
            "process_start_time_seconds",
            "When the server started, in seconds since 1970.",
            &started,
        )?;
        self.seconds("process_cpu_seconds", "Processor time taken.", process::processor_seconds())?;
        if let Some(bytes) = process::resident_bytes() {
            self.gauge("process_resident_memory_bytes", "Resident memory.", &bytes)?;
        }
        if let Some(files) = process::open_files() {
            self.gauge("process_open_fds", "Open file descriptors.", &files)?;
        }
        Ok(())
    }

    fn requests(&mut self, app: &App) -> fmt::Result {
        let metrics = &app.metrics;
        let counted = || metrics.requests.counted();
        let by_class = counted().flat_map(|(route, method, counted)| {
            let labels = move |class| [("route", route), ("method", method), ("status", class)];
            CLASSES.into_iter().zip(&counted.by_class).map(move |(class, count)| (labels(class), count.get()))
        });
        self.counters("folkmoot_http_requests", "Requests that were answered.", by_class)?;
        let durations = counted()
            .map(|(route, method, counted)| ([("route", route), ("method", method)], &counted.durations));
        self.histograms(
            "folkmoot_http_request_duration_seconds",
            "From a request's head to its answer's.",
            durations,
        )?;
        let in_flight = metrics.requests.in_flight();
        self.gauge("folkmoot_http_requests_in_flight", "Requests that are being answered.", &in_flight)?;
        self.counter("folkmoot_http_sent_bytes", "Bytes of answers' bodies.", metrics.sent_bytes.get())?;
        self.counter("folkmoot_connections", "Connections that were accepted.", metrics.connections.ever())?;
        self.gauge("folkmoot_connections_open", "Connections that are open.", &metrics.connections.now())
    }

    fn accounts(&mut self, app: &App) -> fmt::Result {
        let accounts = &app.accounts;
        let (in_memory, bytes) = accounts.taken();
        self.gauge("folkmoot_accounts", "Accounts there are.", &(accounts.count() as u64))?;
        self.gauge(
            "folkmoot_accounts_in_memory",
            "Accounts whose people are in memory.",
            &(in_memory as u64),
        )?;
        self.gauge("folkmoot_accounts_bytes", "About what memory their people take.", &bytes)?;
        self.counter("folkmoot_accounts_evicted", "Accounts that made room for others.", accounts.evicted())?;
        let counts = &accounts.counts;
        self.counter("folkmoot_account_loads_failed", "Loads that failed.", counts.failed.get())?;
        self.counter(
            "folkmoot_account_loads_refused",
            "Loads for which there was no place to wait.",
            counts.refused.get(),
        )?;
        self.histogram(
            "folkmoot_account_load_duration_seconds",
            "Loads, without waiting for a turn.",
            &counts.loads,
        )
    }

    fn caches(&mut self, app: &App) -> fmt::Result {
        let caches = app.caches();
        let of = |name| [("cache", name)];
        let hits = caches.iter().map(|cache| (of(cache.name), cache.used.hits.get()));
        self.counters("folkmoot_cache_hits", "Looks that found something.", hits)?;
        let misses = caches.iter().map(|cache| (of(cache.name), cache.used.misses.get()));
        self.counters("folkmoot_cache_misses", "Looks that found nothing.", misses)?;
        let mut gauge =
            self.0.encode_descriptor("folkmoot_cache_bytes", "What is kept.", None, MetricType::Gauge)?;
        for cache in &caches {
            gauge.encode_family(&of(cache.name))?.encode_gauge(&cache.bytes)?;
        }
        Ok(())
    }

    fn passwords(&mut self, app: &App) -> fmt::Result {
        let metrics = &app.metrics;
        self.histogram(
            "folkmoot_password_check_duration_seconds",
            "Password checks, from waiting for a turn.",
            &metrics.password_checks,
        )?;
        let waiting = app.passwords.waiting() as u64;
        self.gauge("folkmoot_password_checks_waiting", "Password checks that wait for a turn.", &waiting)?;
        self.counter(
            "folkmoot_password_checks_refused",
            "Password checks for which there was no place to wait.",
            metrics.passwords_refused.get(),
        )?;
        self.counter(
            "folkmoot_passwords_throttled",
            "Passwords that were not looked at, since there had been too many wrong ones.",
            metrics.passwords_throttled.get(),
        )
    }

    fn store(&mut self, app: &App) -> fmt::Result {
        self.histogram(
            "folkmoot_store_write_duration_seconds",
            "Transactions that were committed, from waiting for their turn.",
            app.store.writes(),
        )?;
        self.histogram(
            "folkmoot_refresh_duration_seconds",
            "Looks at the store for what others have written.",
            &app.metrics.refreshes,
        )?;
        self.gauge(
            "folkmoot_nodes",
            "Nodes on the same store that this one knows of.",
            &(app.nodes() as u64),
        )?;
        let jobs = u64::from(app.does_jobs());
        self.gauge("folkmoot_does_jobs", "Whether this node does what one does for all.", &jobs)?;
        if let Some(dropped) = app.traces.dropped() {
            self.counter("folkmoot_spans_dropped", "Spans that no collector took.", dropped)?;
        }
        let failed = app.metrics.refreshes_failed.get();
        self.counter("folkmoot_refreshes_failed", "Looks at the store that failed.", failed)?;
        let age = app.health.store_seen_ago().as_secs_f64();
        self.gauge(
            "folkmoot_refresh_age_seconds",
            "How long ago the last look at the store was that did not fail.",
            &age,
        )
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        encoder.encode_counter::<NoLabelSet, _, u64>(&value, None)
    }

    fn seconds(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        encoder.encode_counter::<NoLabelSet, _, u64>(&value, None)
    }

    /// Those that are not zero: routes that nobody asks for would fill pages.
    fn counters<L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl Iterator<Item = (L, u64)>,
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Counter)?;
        for (labels, value) in values.filter(|(_, value)| *value > 0) {
            encoder.encode_family(&labels)?.encode_counter::<NoLabelSet, _, u64>(&value, None)?;
        }
        Ok(())
    }

    fn gauge(&mut self, name: &str, help: &str, value: &impl EncodeGaugeValue) -> fmt::Result {
        self.0.encode_descriptor(name, help, None, MetricType::Gauge)?.encode_gauge(value)
    }

    fn histogram(&mut self, name: &str, help: &str, durations: &Durations) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        let (total, buckets) = buckets(durations);
        encoder.encode_histogram::<NoLabelSet>(total, count(&buckets), &buckets, None)
    }

    fn histograms<'d, L: EncodeLabelSet>(
        &mut self,
        name: &str,
        help: &str,
        values: impl Iterator<Item = (L, &'d Durations)>,
    ) -> fmt::Result {
        let mut encoder = self.0.encode_descriptor(name, help, None, MetricType::Histogram)?;
        for (labels, durations) in values {
            let (total, buckets) = buckets(durations);
            if count(&buckets) > 0 {
                let mut encoder = encoder.encode_family(&labels)?;
                encoder.encode_histogram::<NoLabelSet>(total, count(&buckets), &buckets, None)?;
            }
        }
        Ok(())
    }
}

fn buckets(durations: &Durations) -> (f64, Vec<(f64, u64)>) {
    let bounds = Durations::BOUNDS.iter().map(std::time::Duration::as_secs_f64).chain([f64::INFINITY]);
    (durations.total().as_secs_f64(), bounds.zip(durations.counts()).collect())
}

fn count(buckets: &[(f64, u64)]) -> u64 {
    buckets.iter().map(|(_, count)| count).sum()
}
