//! How often something may be asked, by each client and by all of them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// So many times in each minute.
#[derive(Debug)]
pub(crate) struct RateLimit {
    of_each: u32,
    /// Also the most clients that are remembered.
    of_all: u32,
    minute: Mutex<Minute>,
}

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    of_each: HashMap<IpAddr, u32>,
    of_all: u32,
}

impl RateLimit {
    pub(crate) fn new(of_each: u32, of_all: u32) -> RateLimit {
        RateLimit { of_each, of_all, minute: Mutex::default() }
    }

    /// Whether `client` may ask once more, which it then has.
    pub(crate) fn allows(&self, client: IpAddr, now: Timestamp) -> bool {
        let number = now.as_second().div_euclid(60);
        // Every change of it is finished before anything could panic.
        let mut minute = self.minute.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute { number, ..Minute::default() };
        }
        if minute.of_all >= self.of_all {
            return false;
        }
        let asked = minute.of_each.entry(one_client(client)).or_default();
        if *asked >= self.of_each {
            return false;
        }
        *asked += 1;
        minute.of_all += 1;
        true
    }
}

/// The address that stands for a client: of IPv6 its network, in which it has as many addresses as it likes.
pub(crate) fn one_client(address: IpAddr) -> IpAddr {
    const NETWORK: u128 = !(u64::MAX as u128);
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & NETWORK).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_client_and_all_of_them_are_bounded_minute_by_minute() {
        let limit = RateLimit::new(2, 5);
        let at = |second| Timestamp::from_second(second).unwrap();
        let ask = |client: &str, second| limit.allows(client.parse().unwrap(), at(second));
        assert!(ask("192.0.2.1", 0) && ask("::ffff:192.0.2.1", 1));
        assert!(!ask("192.0.2.1", 59));
        assert!(ask("2001:db8::1", 59) && ask("2001:db8::2:3", 59));
        assert!(!ask("2001:db8::4", 59), "one network is one client");
        assert!(ask("2001:db8:0:1::1", 59));
        assert!(!ask("192.0.2.9", 59), "all of them have asked enough");
        assert!(ask("192.0.2.1", 60));
    }
}
