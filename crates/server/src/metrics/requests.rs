//! Requests by route, method and class of status. The place of each is known before anything is counted.

use std::time::Duration;

use folkmoot_core::Durations;
use http::{Method, StatusCode};

use super::{Counter, One, Present};
use crate::routes::{OPEN_ROUTES, ROUTES};

/// The methods that are told apart.
pub(super) const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "other"];
/// The classes of statuses.
pub(super) const CLASSES: [&str; 5] = ["1xx", "2xx", "3xx", "4xx", "5xx"];
/// What paths are called that no route takes.
const NO_ROUTE: &str = "none";

/// A route, as it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RouteId(usize);

/// What became of requests.
#[derive(Debug)]
pub(crate) struct Requests {
    routes: matchit::Router<RouteId>,
    patterns: Vec<&'static str>,
    /// By route and method.
    counted: Vec<[Counted; METHODS.len()]>,
    in_flight: Present,
}

/// Requests for one route by one method.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) by_class: [Counter; CLASSES.len()],
    /// Until the answer's head was ready.
    pub(super) durations: Durations,
}

impl Requests {
    pub(crate) fn new() -> Requests {
        let patterns: Vec<&str> =
            [NO_ROUTE].into_iter().chain(OPEN_ROUTES.iter().chain(ROUTES).copied()).collect();
        let mut routes = matchit::Router::new();
        for (at, pattern) in patterns.iter().enumerate().skip(1) {
            if let Err(error) = routes.insert(*pattern, RouteId(at)) {
                unreachable!("the router takes {pattern} too: {error}");
            }
        }
        let counted = patterns.iter().map(|_| Default::default()).collect();
        Requests { routes, patterns, counted, in_flight: Present::default() }
    }

    /// The route that takes `path`.
    pub(crate) fn route(&self, path: &str) -> RouteId {
        self.routes.at(path).map_or(RouteId(0), |found| *found.value)
    }

    /// The route's pattern.
    pub(crate) fn pattern(&self, route: RouteId) -> &'static str {
        self.patterns[route.0]
    }

    /// Counts a request that is being answered.
    pub(crate) fn begin(&self) -> One<'_> {
        self.in_flight.one()
    }

    /// Counts a request that has been answered.
    pub(crate) fn note(&self, route: RouteId, method: &Method, status: StatusCode, took: Duration) {
        let counted = &self.counted[route.0][index(method)];
        counted.by_class[class(status)].add(1);
        counted.durations.note(took);
    }

    /// How many requests are being answered.
    pub(super) fn in_flight(&self) -> u64 {
        self.in_flight.now()
    }

    /// What was counted, with pattern and method.
    pub(super) fn counted(&self) -> impl Iterator<Item = (&'static str, &'static str, &Counted)> {
        self.patterns.iter().zip(&self.counted).flat_map(|(&pattern, methods)| {
            METHODS.into_iter().zip(methods).map(move |(method, counted)| (pattern, method, counted))
        })
    }
}

fn index(method: &Method) -> usize {
    match *method {
        Method::GET => 0,
        Method::HEAD => 1,
        Method::POST => 2,
        Method::PUT => 3,
        Method::DELETE => 4,
        Method::OPTIONS => 5,
        _ => 6,
    }
}

fn class(status: StatusCode) -> usize {
    usize::from(status.as_u16() / 100).clamp(1, CLASSES.len()) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_counted_under_its_route_and_no_other() {
        let requests = Requests::new();
        let pattern = |path: &str| requests.pattern(requests.route(path));
        assert_eq!(pattern("/users.json"), "/users.json");
        assert_eq!(pattern("/users/7.json"), "/users/{id}");
        assert_eq!(pattern("/users/me.xml"), "/users/me.xml");
        assert_eq!(pattern("/users/7/picture"), "/users/{id}/picture");
        assert_eq!(pattern("/pictures/abc.jpg"), "/pictures/{name}");
        for path in ["/", "", "/users", "/users/7/8/9", "/USERS.JSON", "*", "/users.json?x"] {
            assert_eq!(pattern(path), NO_ROUTE, "{path}");
        }
        requests.note(
            requests.route("/users/7.json"),
            &Method::GET,
            StatusCode::OK,
            Duration::from_millis(3),
        );
        requests.note(requests.route("/x"), &Method::PATCH, StatusCode::NOT_FOUND, Duration::ZERO);
        let seen: Vec<_> = requests
            .counted()
            .filter(|(.., counted)| counted.by_class.iter().any(|count| count.get() > 0))
            .map(|(pattern, method, counted)| {
                (pattern, method, counted.by_class.each_ref().map(Counter::get))
            })
            .collect();
        assert_eq!(seen, [(NO_ROUTE, "other", [0, 0, 0, 1, 0]), ("/users/{id}", "GET", [0, 1, 0, 0, 0])]);
    }
}
