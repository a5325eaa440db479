use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use folkmoot_core::Clock;
use folkmoot_store::DataDir;
use jiff::Timestamp;
use tempfile::TempDir;

use super::*;
use crate::SystemRandom;

const ACME: AccountId = AccountId(1);
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// A clock that goes when it is told to, in seconds.
struct Hand(AtomicI64);

impl Hand {
    fn go(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::Relaxed)).unwrap()
    }
}

struct Site {
    folder: TempDir,
    clock: Arc<Hand>,
    throttle: Throttle,
}

impl Site {
    async fn new() -> Site {
        let (folder, clock) = (tempfile::tempdir().unwrap(), Arc::new(Hand(1_800_000_000.into())));
        let place = DataDir::at(folder.path().join("data"));
        let store = Store::create(place, clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        Site { folder, clock, throttle: Throttle::new(&Settings::default(), store) }
    }

    /// Another node on the same store.
    async fn node(&self) -> Throttle {
        let place = DataDir::at(self.folder.path().join("data"));
        let store = Store::open(place, self.clock.clone(), Arc::new(SystemRandom)).await.unwrap();
        Throttle::new(&Settings::default(), store)
    }

    /// How many wrong passwords are looked at while `attempt` makes one every second for so long.
    fn looked_at(&self, seconds: i64, mut attempt: impl FnMut(i64) -> bool) -> usize {
        let passed = |second| {
            self.clock.go(1);
            attempt(second)
        };
        (0..seconds).map(passed).filter(|looked_at| *looked_at).count()
    }
}

fn address(number: i64) -> IpAddr {
    Ipv4Addr::from_bits(0x0a00_0000 + number as u32).into()
}

/// Somebody gives a wrong password; whether it was looked at.
fn wrong(throttle: &Throttle, name: &str, from: IpAddr) -> bool {
    let attempt = throttle.attempt(ACME, name, from);
    attempt.may_be_made().is_ok() && attempt.charge().map(Charge::keep).is_ok()
}

/// Somebody gives the right password; whether it was looked at.
fn right(throttle: &Throttle, name: &str, from: IpAddr) -> bool {
    let attempt = throttle.attempt(ACME, name, from);
    if attempt.may_be_made().is_err() {
        return false;
    }
    let Ok(charge) = attempt.charge() else { return false };
    charge.give_back();
    attempt.succeeded();
    true
}

#[tokio::test]
async fn guessing_is_slow_however_it_is_done() {
    let site = Site::new().await;
    let throttle = &site.throttle;
    // One address, one name: ten, and one a minute.
    let one = site.looked_at(HOUR, |_| wrong(throttle, "alice", address(1)));
    assert!((69..=71).contains(&one), "{one}");
    // One name, as many addresses as there are attempts: thirty, and two a minute.
    let many = site.looked_at(HOUR, |second| wrong(throttle, "bob", address(1_000 + second)));
    assert!((149..=151).contains(&many), "{many}");
    // One address, as many names: a hundred, and ten a minute.
    let spread = site.looked_at(HOUR, |second| wrong(throttle, &format!("name{second}"), address(2)));
    assert!((699..=701).contains(&spread), "{spread}");
    // A few names by a few addresses come to no more than the names allow.
    let mixed = site.looked_at(HOUR, |second| {
        wrong(throttle, ["carol", "dave"][second as usize % 2], address(9_000 + second / 7 % 9))
    });
    assert!(mixed <= 2 * 151, "{mixed}");
}

#[tokio::test]
async fn whoever_is_attacked_gets_in_where_they_are_at_home_and_soon_everywhere() {
    let site = Site::new().await;
    let throttle = &site.throttle;
    let (home, abroad) = (address(1), address(2));
    assert!(right(throttle, "alice", home));
    for second in 0..2 * HOUR {
        site.clock.go(1);
        wrong(throttle, "alice", address(1_000 + second));
        if second % 60 == 0 {
            assert!(right(throttle, "alice", home), "after {second} seconds");
        }
    }
    // Elsewhere they wait their turn, which comes in half a minute.
    let wait = throttle.attempt(ACME, "alice", abroad).may_be_made().unwrap_err();
    assert!(wait.seconds <= 30, "{wait:?}");
    site.clock.go(i64::from(wait.seconds));
    assert!(right(throttle, "alice", abroad));
    // The attacker's own neighbourhood is no better off for being somebody's home.
    let guesses = site.looked_at(HOUR, |_| wrong(throttle, "alice", home));
    assert!(guesses <= 71, "{guesses}");
    assert!(!right(throttle, "alice", home), "who shares an address with an attacker shares the wait");
    site.clock.go(10 * MINUTE);
    assert!(right(throttle, "alice", home));
    // Nobody is at home for ever.
    site.clock.go(31 * 24 * HOUR);
    for number in 0..30 {
        assert!(wrong(throttle, "alice", address(5_000 + number)));
    }
    assert!(!right(throttle, "alice", home));
}

#[tokio::test]
async fn an_attack_is_forgotten_within_a_quarter_of_an_hour() {
    let site = Site::new().await;
    let throttle = &site.throttle;
    site.looked_at(HOUR, |second| wrong(throttle, "alice", address(1_000 + second)));
    assert!(!wrong(throttle, "alice", address(1)));
    site.clock.go(15 * MINUTE);
    for number in 0..30 {
        assert!(wrong(throttle, "alice", address(2_000 + number)), "all of it: {number}");
    }
}

#[tokio::test]
async fn right_passwords_cost_nothing() {
    let site = Site::new().await;
    for number in 0..1_000 {
        assert!(right(&site.throttle, &format!("name{}", number % 7), address(number % 3)));
    }
    let attempt = site.throttle.attempt(ACME, "name1", address(1));
    assert!(
        attempt
            .all()
            .into_iter()
            .all(|(subject, limit)| limit.wait(site.throttle.table.get(subject.hash), attempt.now) == 0)
    );
    // Busy is nobody's fault, either.
    for _ in 0..100 {
        site.throttle
            .attempt(ACME, "bob", address(9))
            .charge()
            .unwrap_or_else(|wait| panic!("{wait:?}"))
            .give_back();
    }
}

#[tokio::test]
async fn what_is_tried_at_the_same_time_counts_before_it_is_known_to_be_wrong() {
    let site = Site::new().await;
    let attempts: Vec<_> = (0..50).map(|_| site.throttle.attempt(ACME, "alice", address(1))).collect();
    assert!(attempts.iter().all(|attempt| attempt.may_be_made().is_ok()));
    let charges: Vec<_> = attempts.iter().map(Attempt::charge).collect();
    assert_eq!(charges.iter().filter(|charge| charge.is_ok()).count(), 10);
    // Nobody waited for the answers: they stay charged, and those that were refused are not.
    drop(charges);
    let attempt = site.throttle.attempt(ACME, "alice", address(1));
    let [pair, name, address] = attempt
        .all()
        .map(|(subject, limit)| (site.throttle.table.get(subject.hash) - attempt.now) / limit.interval());
    assert_eq!((pair, name, address), (10, 10, 10));
}

#[tokio::test]
async fn names_are_what_was_given_in_whatever_case_and_addresses_are_what_one_client_has() {
    let site = Site::new().await;
    let same = |one: (AccountId, &str, IpAddr), other: (AccountId, &str, IpAddr)| {
        let subjects = |(account, name, from)| {
            let attempt = site.throttle.attempt(account, name, from);
            [attempt.name, attempt.address, attempt.pair].map(|subject| subject.hash)
        };
        let (one, other) = (subjects(one), subjects(other));
        [one[0] == other[0], one[1] == other[1], one[2] == other[2]]
    };
    let v6 = |text: &str| IpAddr::from(text.parse::<Ipv6Addr>().unwrap());
    let (a, b) = (address(1), address(2));
    assert_eq!(same((ACME, "Alice", a), (ACME, "aLICE", a)), [true, true, true]);
    assert_eq!(same((ACME, "ÉMILE", a), (ACME, "émile", a)), [true, true, true]);
    assert_eq!(same((ACME, "alice", a), (ACME, "alicf", a)), [false, true, false]);
    assert_eq!(same((ACME, "alice", a), (ACME, "alice", b)), [true, false, false]);
    assert_eq!(same((ACME, "alice", a), (AccountId(2), "alice", a)), [false, true, false]);
    assert_eq!(same((ACME, "alice", a), (ACME, "alice", v6("::ffff:10.0.0.1"))), [true, true, true]);
    assert_eq!(
        same((ACME, "x", v6("2001:db8:0:1::1")), (ACME, "x", v6("2001:db8:0:1:ff::2"))),
        [true, true, true]
    );
    assert_eq!(
        same((ACME, "x", v6("2001:db8:0:1::1")), (ACME, "x", v6("2001:db8:0:2::1"))),
        [true, false, false]
    );
}

#[tokio::test]
async fn nodes_on_one_store_count_together_and_know_each_others_homes() {
    let site = Site::new().await;
    let (here, there) = (&site.throttle, site.node().await);
    for number in 0..5 {
        assert!(wrong(here, "alice", address(1)));
        assert!(wrong(&there, "alice", address(1)), "{number}");
    }
    assert!(wrong(here, "alice", address(1)), "neither knows of the other yet");
    here.exchange().await.unwrap();
    there.exchange().await.unwrap();
    assert!(!wrong(&there, "alice", address(1)), "it was told of six more than its own five");
    // Whoever told first is told in turn with its next.
    assert!(wrong(here, "alice", address(1)));
    here.exchange().await.unwrap();
    assert!(!wrong(here, "alice", address(1)));
    // However the nodes take turns, they let through what one would; each may be late by an exchange.
    let (mut passed, mut late) = (0, 0);
    for second in 0..HOUR {
        site.clock.go(1);
        for node in [here, &there] {
            passed += usize::from(wrong(node, "bob", address(10_000 + second)));
        }
        for node in [here, &there] {
            node.exchange().await.unwrap();
            late += 1;
        }
    }
    assert!((145..=160).contains(&passed), "{passed} passed, in {late} exchanges");
    // At home with one is at home with all, once they have been asked.
    assert!(right(here, "carol", address(7)));
    here.exchange().await.unwrap();
    for number in 0..40 {
        wrong(&there, "carol", address(20_000 + number));
    }
    assert!(!right(&there, "carol", address(7)), "it has not heard of that yet");
    there.exchange().await.unwrap();
    assert!(right(&there, "carol", address(7)));
    // And with one that starts later.
    let later = site.node().await;
    for number in 0..40 {
        wrong(&later, "carol", address(20_000 + number));
    }
    later.exchange().await.unwrap();
    assert!(!wrong(&later, "carol", address(30_000)), "it has heard of what was before its time");
    assert!(!right(&later, "carol", address(7)));
    later.exchange().await.unwrap();
    assert!(right(&later, "carol", address(7)));
}

#[tokio::test]
async fn without_the_store_a_node_goes_on_by_itself_and_tells_later() {
    let site = Site::new().await;
    site.throttle.store.close().await;
    let guesses = site.looked_at(HOUR, |_| wrong(&site.throttle, "alice", address(1)));
    assert!(guesses <= 71, "{guesses}");
    assert!(site.throttle.exchange().await.is_err());
    let outbox = site.throttle.outbox();
    assert_eq!(outbox.size(), 3, "what there is to tell is kept");
}

#[tokio::test]
async fn what_there_is_to_tell_takes_no_more_room_than_it_may() {
    let site = Site::new().await;
    for number in 0..40_000 {
        let from = address(number / 50);
        right(&site.throttle, &format!("home{number}"), from);
        wrong(&site.throttle, &format!("name{number}"), from);
        let attempt = site.throttle.attempt(ACME, &format!("asked{number}"), from);
        attempt.refuse(1);
    }
    assert!(site.throttle.outbox().size() <= 3 * 4096);
    assert!(site.throttle.known.len() <= MAX_KNOWN);
    site.throttle.exchange().await.unwrap();
    assert_eq!(site.throttle.outbox().size(), 0);
    // What is over goes; homes stay for as long as they are homes.
    let store = &site.throttle.store;
    site.clock.go(HOUR);
    let gone = store.forget_clear_subjects(site.clock.now()).await.unwrap();
    assert!(gone > 1_000, "{gone}");
    assert_eq!(store.forget_clear_subjects(site.clock.now()).await.unwrap(), 0);
    site.clock.go(31 * 24 * HOUR);
    assert!(store.forget_clear_subjects(site.clock.now()).await.unwrap() > 1_000);
}

#[tokio::test]
async fn a_clock_that_jumps_locks_nobody_out() {
    let site = Site::new().await;
    let other = site.node().await;
    let fill = |node: &Throttle| (0..200).filter(|&number| wrong(node, "alice", address(number))).count();
    for jump in [-400 * 24 * HOUR, 400 * 24 * HOUR, -HOUR, HOUR, -10, 10] {
        assert!(fill(&site.throttle) >= 29);
        site.throttle.exchange().await.unwrap();
        site.clock.go(jump);
        let mut waited = 0;
        for node in [&site.throttle, &other] {
            while !wrong(node, "alice", address(90_000)) {
                site.clock.go(10);
                waited += 10;
                node.exchange().await.unwrap();
            }
        }
        assert!(waited <= 31 * MINUTE, "{waited} seconds after a jump of {jump}");
        site.clock.go(HOUR);
    }
}
