//! The course of one subscription through the change log: event after event, and not the next before one is delivered or
//! given up.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use folkmoot_core::{AccountId, Hook, WebHookId};
use folkmoot_store::{
    DeliveryOutcome, DeliveryProgress, DeliveryState, Event, StoreResult, Subscription, WebHook,
};
use jiff::Timestamp;
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::send::Answered;
use super::{breathe, message_id};
use crate::accounts::LiveAccount;
use crate::app::App;

/// Events that are read at a time, and the most that are delivered before that is noted: as many as may be delivered
/// once more after a crash.
const AT_ONCE: u32 = 64;
/// How long it may take until a delivery is noted while others follow it.
const UNNOTED: Duration = Duration::from_millis(250);
/// Entries of no concern that are passed over before that is noted.
const PASSED_OVER: u64 = 5_000;
/// How long it is waited at most for something to happen before it is looked whether it has.
const LOOK: Duration = Duration::from_secs(5);
/// The longest pause after a failure.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// One subscription on its way.
pub(super) struct Course {
    app: Arc<App>,
    account: Arc<LiveAccount>,
    id: WebHookId,
    /// Tells when the account has been written to.
    newest: watch::Receiver<u64>,
    /// Tells when nothing more is to be sent.
    resting: watch::Receiver<bool>,
    /// How far it has got; what was noted may be behind.
    progress: DeliveryProgress,
    noted: u64,
    /// What came of deliveries, not noted yet, and since when.
    outcomes: Vec<DeliveryOutcome>,
    since: Instant,
    /// What comes next, and the handle by which it was chosen.
    events: VecDeque<Event>,
    handle: Option<Hook>,
    /// Whether the receiver has just failed to take something that it is too late for: what else it is too late for is
    /// given up with it.
    giving_up: bool,
}

/// Whether there is more to do.
enum Next {
    Go,
    /// The subscription is gone, or another process brings it on.
    Stop,
}

impl Course {
    pub(super) fn new(app: Arc<App>, account: Arc<LiveAccount>, id: WebHookId) -> Course {
        let progress = DeliveryProgress { revision: 0, failures: 0, retry_at: Timestamp::UNIX_EPOCH };
        Course {
            newest: account.newest(),
            resting: app.hooks.resting.subscribe(),
            app,
            account,
            id,
            progress,
            noted: 0,
            outcomes: Vec::new(),
            since: Instant::now(),
            events: VecDeque::new(),
            handle: None,
            giving_up: false,
        }
    }

    pub(super) async fn run(mut self) {
        match self.begin().await {
            Ok(true) => {}
            Ok(false) => return,
            // The next look begins another.
            Err(error) => return self.complain(&error),
        }
        loop {
            match self.step().await {
                Ok(Next::Go) => {}
                Ok(Next::Stop) => return,
                Err(error) => {
                    self.complain(&error);
                    breathe().await;
                }
            }
        }
    }

    fn account(&self) -> AccountId {
        self.account.id()
    }

    fn complain(&self, error: &folkmoot_store::StoreError) {
        tracing::warn!(account = self.account().0, webhook = self.id.0, %error, "a webhook is held up");
    }

    /// Takes up where the subscription was left, and waits out the pause that it was left in.
    async fn begin(&mut self) -> StoreResult<bool> {
        let Some(subscription) = self.app.store.subscription(self.account(), self.id).await? else {
            return Ok(false);
        };
        self.progress = subscription.progress;
        self.noted = self.progress.revision;
        if self.progress.failures > 0 {
            let left = self.progress.retry_at.duration_since(self.app.store.clock().now());
            let left = Duration::try_from(left).unwrap_or_default();
            self.pause(left.min(LONGEST_PAUSE), &subscription.webhook).await?;
        }
        Ok(true)
    }

    async fn step(&mut self) -> StoreResult<Next> {
        if *self.resting.borrow() {
            self.save_if(true).await?;
            return Ok(Next::Stop);
        }
        // Each time, so that nothing is sent to a subscription that was deleted, by whomever.
        self.newest.borrow_and_update();
        let Some(subscription) = self.app.store.subscription(self.account(), self.id).await? else {
            return Ok(Next::Stop);
        };
        if subscription.progress.revision > self.progress.revision {
            // Another process has it.
            return Ok(Next::Stop);
        }
        if self.handle != Some(subscription.webhook.handle) {
            self.events.clear();
            self.handle = Some(subscription.webhook.handle);
        }
        let Some(event) = self.events.pop_front() else {
            return self.read_on(&subscription.webhook.handle).await;
        };
        if self.giving_up && self.is_too_late(&event) {
            self.progress.revision = event.revision;
            let why = "not sent: the receiver has not taken what came before it for too long";
            let answered = Answered { status: None, text: why.to_owned() };
            let form = self.form(&event);
            self.note(&event, form, DeliveryState::Failed, false, answered);
            return self.save_if(self.is_due()).await;
        }
        self.giving_up = false;
        let form = self.form(&event);
        let answered = self.post(&subscription, &event, &form).await;
        if answered.is_success() {
            self.progress =
                DeliveryProgress { revision: event.revision, failures: 0, retry_at: Timestamp::UNIX_EPOCH };
            self.note(&event, form, DeliveryState::Delivered, true, answered);
            return self.save_if(self.is_due()).await;
        }
        self.fail(event, form, answered, &subscription.webhook).await
    }

    /// Reads what comes next, or waits for it.
    async fn read_on(&mut self, handle: &Hook) -> StoreResult<Next> {
        let store = &self.app.store;
        let (events, until) = store.events(self.account(), handle, self.progress.revision, AT_ONCE).await?;
        let stands = until == self.progress.revision;
        if events.is_empty() {
            self.progress.revision = until;
        }
        self.events = events.into();
        if let Next::Stop = self.save_if(self.progress.revision - self.noted >= PASSED_OVER).await? {
            return Ok(Next::Stop);
        }
        if self.events.is_empty() && stands {
            tokio::select! {
                _ = timeout(LOOK, self.newest.changed()) => {}
                _ = self.resting.changed() => {}
            }
        }
        Ok(Next::Go)
    }

    fn form(&self, event: &Event) -> String {
        super::payload::form(event, &self.app.hooks.sender.system(&self.account.definition()))
    }

    async fn post(&self, subscription: &Subscription, event: &Event, form: &str) -> Answered {
        let hooks = &self.app.hooks;
        let places: &Semaphore = if self.progress.failures == 0 { &hooks.steady } else { &hooks.failing };
        // They are never closed.
        let _place = places.acquire().await;
        let id = message_id(self.account(), self.id, event.revision);
        let Subscription { webhook, secrets, .. } = subscription;
        hooks.sender.post(self.app.store.clock(), webhook, secrets, &id, form).await
    }

    /// Notes that an event was not taken, and waits before it is sent once more, or gives it up.
    async fn fail(
        &mut self,
        event: Event,
        form: String,
        answered: Answered,
        webhook: &WebHook,
    ) -> StoreResult<Next> {
        self.giving_up = self.is_too_late(&event);
        let state = if self.giving_up { DeliveryState::Failed } else { DeliveryState::Retrying };
        let failures = self.progress.failures.saturating_add(1);
        let pause = pause(self.app.hooks.sender.settings.first_pause, failures, self.id);
        if failures == 1 {
            tracing::info!(account = self.account().0, webhook = self.id.0, "a webhook's receiver fails");
        }
        let now = self.app.store.clock().now();
        self.progress.failures = failures;
        self.progress.retry_at = now.saturating_add(pause).unwrap_or(Timestamp::MAX);
        if self.giving_up {
            self.progress.revision = event.revision;
        }
        self.note(&event, form, state, true, answered);
        if !self.giving_up {
            self.events.push_front(event);
        }
        if let Next::Stop = self.save_if(true).await? {
            return Ok(Next::Stop);
        }
        if !self.giving_up {
            self.pause(pause, webhook).await?;
        }
        Ok(Next::Go)
    }

    /// Waits, unless the subscription is changed meanwhile: then it is worth another attempt at once.
    async fn pause(&mut self, pause: Duration, webhook: &WebHook) -> StoreResult<()> {
        let end = Instant::now() + pause;
        while Instant::now() < end {
            tokio::select! {
                () = sleep_until(end) => {}
                _ = self.resting.changed() => break,
                _ = self.newest.changed() => {
                    self.newest.borrow_and_update();
                    let now = self.app.store.webhook(self.account(), self.id).await?;
                    if now.as_ref() != Some(webhook) {
                        break;
                    }
                    // An account that is written to all the time is not looked at all the time.
                    sleep(Duration::from_millis(100)).await;
                }
            }
        }
        Ok(())
    }

    fn is_too_late(&self, event: &Event) -> bool {
        let age = self.app.store.clock().now().duration_since(event.at);
        Duration::try_from(age).unwrap_or_default() >= self.app.hooks.sender.settings.give_up_after
    }

    fn note(&mut self, event: &Event, form: String, state: DeliveryState, sent: bool, answered: Answered) {
        if self.outcomes.is_empty() {
            self.since = Instant::now();
        }
        self.outcomes.push(DeliveryOutcome {
            revision: event.revision,
            hook: event.hook(),
            payload: form,
            state,
            sent,
            at: self.app.store.clock().now(),
            status: answered.status,
            answer: answered.text,
        });
    }

    /// Whether what came of deliveries is to be noted now.
    fn is_due(&self) -> bool {
        let full = self.outcomes.len() >= AT_ONCE as usize;
        full || self.events.is_empty() || self.since.elapsed() >= UNNOTED
    }

    /// Notes how far it has got, if it is time for that.
    async fn save_if(&mut self, now: bool) -> StoreResult<Next> {
        if !now {
            return Ok(Next::Go);
        }
        loop {
            let store = &self.app.store;
            let saved = store.note_deliveries(self.account(), self.id, &self.outcomes, self.progress).await;
            match saved {
                Ok(true) => {
                    self.outcomes.clear();
                    self.noted = self.progress.revision;
                    return Ok(Next::Go);
                }
                Ok(false) => return Ok(Next::Stop),
                // Nothing more is sent before this is noted: a crash would send it all once more.
                Err(error) => self.complain(&error),
            }
            breathe().await;
        }
    }
}

/// How long to wait after so many failures in a row: twice as long each time, and not for all subscriptions the same.
fn pause(first: Duration, failures: u32, id: WebHookId) -> Duration {
    let doubled = first.saturating_mul(1 << failures.saturating_sub(1).min(20)).min(LONGEST_PAUSE);
    // Between four fifths and six fifths.
    let spread =
        (id.0.unsigned_abs().wrapping_mul(0x9e37_79b9) ^ u64::from(failures).wrapping_mul(0x85eb_ca6b)) % 401;
    doubled.mul_f64(0.8 + spread as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let first = Duration::from_secs(5);
        let of = |failures| pause(first, failures, WebHookId(1)).as_secs_f64();
        for failures in 1..9 {
            let exact = 5.0 * f64::from(1 << (failures - 1));
            assert!((exact * 0.79..exact * 1.21).contains(&of(failures)), "{failures}: {}", of(failures));
        }
        for failures in [11, 30, 1000, u32::MAX] {
            assert!((2879.0..4321.0).contains(&of(failures)), "{failures}: {}", of(failures));
        }
        let others: Vec<_> = (1..6).map(|id| pause(first, 1, WebHookId(id))).collect();
        assert!(others.windows(2).all(|pair| pair[0] != pair[1]), "{others:?}");
    }
}
