//! What proxies in front say of a request: who the client is, and how they came. Only those that the operator trusts
//! are believed, and of a header only what they themselves have added to it: the rest is whatever the client sent.

use std::net::{IpAddr, SocketAddr};

use http::HeaderMap;

use crate::settings::{ForwardedHeaders, Network};

/// What is known of a request's way here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Forwarded {
    /// The client, as far back as there is somebody to believe.
    pub(crate) client: IpAddr,
    /// Whether the client came over HTTPS, where a proxy says so.
    pub(crate) secure: Option<bool>,
}

/// Reads what the proxies say, `peer` being at the other end of the connection.
pub(crate) fn read(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[Network],
    kind: ForwardedHeaders,
) -> Forwarded {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
    let peer = peer.to_canonical();
    if !is_trusted(peer) {
        return Forwarded { client: peer, secure: None };
    }
    match kind {
        ForwardedHeaders::XForwarded => {
            let hops = backwards(headers, "x-forwarded-for", Quoting::Unknown);
            Forwarded { client: client(peer, hops.map(node), is_trusted), secure: proto(headers) }
        }
        ForwardedHeaders::Forwarded => {
            let mut secure = None;
            let hops = backwards(headers, "forwarded", Quoting::Known).map(|hop| {
                secure = parameter(hop, "proto").map(|proto| proto.eq_ignore_ascii_case("https"));
                parameter(hop, "for").and_then(node)
            });
            let client = client(peer, hops, is_trusted);
            Forwarded { client, secure }
        }
    }
}

/// Walks back from the nearest hop, through those that are trusted, to the first that is not; or to where one has said
/// something that is not an address.
fn client(
    peer: IpAddr,
    hops: impl Iterator<Item = Option<IpAddr>>,
    is_trusted: impl Fn(IpAddr) -> bool,
) -> IpAddr {
    let mut client = peer;
    for hop in hops {
        match hop {
            Some(hop) => client = hop,
            None => break,
        }
        if !is_trusted(client) {
            break;
        }
    }
    client
}

/// How the client came to the proxy, which sets this header, and lets through none that it was sent.
fn proto(headers: &HeaderMap) -> Option<bool> {
    let mut values = headers.get_all("x-forwarded-proto").iter();
    let first = values.next()?;
    Some(values.next().is_none() && first.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// The elements of a list that several fields of this name make together, the last one first. Proxies add theirs at the
/// end: whatever stands before, open quotes and stray bytes included, has no say in how that is read.
fn backwards<'a>(
    headers: &'a HeaderMap,
    name: &'static str,
    quoting: Quoting,
) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().rev();
    lines.flat_map(move |line| {
        let mut rest = Some(line.as_bytes());
        std::iter::from_fn(move || {
            let (before, element) = cut_last(rest?, b',', quoting);
            rest = before;
            Some(str::from_utf8(element).unwrap_or("?").trim())
        })
    })
}

/// Whether a header knows strings in quotes, in which separators are nothing (RFC 9110, section 5.6.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quoting {
    Known,
    Unknown,
}

/// Cuts off what comes after the last separator; and what comes before it, if there is one.
fn cut_last(text: &[u8], separator: u8, quoting: Quoting) -> (Option<&[u8]>, &[u8]) {
    let mut quoted = false;
    for at in (0..text.len()).rev() {
        let byte = text[at];
        if byte == b'"' && quoting == Quoting::Known {
            let backslashes = text[..at].iter().rev().take_while(|&&byte| byte == b'\\').count();
            quoted ^= backslashes % 2 == 0;
        } else if byte == separator && !quoted {
            return (Some(&text[..at]), &text[at + 1..]);
        }
    }
    (None, text)
}

/// A parameter of one hop in a `Forwarded` header (RFC 7239, section 4), without its quotes. `None` also where it is
/// given twice.
fn parameter<'a>(hop: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = Some(hop.as_bytes());
    let pairs = std::iter::from_fn(|| {
        let (before, pair) = cut_last(rest?, b';', Quoting::Known);
        rest = before;
        Some(str::from_utf8(pair).unwrap_or_default())
    });
    let pairs = pairs.filter_map(|pair| pair.split_once('='));
    let mut values = pairs.filter(|(found, _)| found.trim().eq_ignore_ascii_case(name));
    let (_, value) = values.next()?;
    let value = value.trim();
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    values.next().is_none().then_some(value)
}

/// The address that a hop says: alone, in brackets, or with a port.
fn node(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let address = bare.parse().or_else(|_| text.parse().map(|address: SocketAddr| address.ip()));
    address.ok().map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    const PROXY: &str = "10.0.0.2";

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        // Bytes as a client may send them: `\u{80}` stands for one that is not UTF-8.
        let value = |value: &str| value.chars().map(|character| character as u8).collect::<Vec<_>>();
        let line = |&(name, text): &(&'static str, &'static str)| {
            (HeaderName::from_static(name), HeaderValue::from_bytes(&value(text)).unwrap())
        };
        lines.iter().map(line).fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        })
    }

    fn from(
        peer: &str,
        kind: ForwardedHeaders,
        lines: &[(&'static str, &'static str)],
    ) -> (String, Option<bool>) {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let Forwarded { client, secure } = read(peer.parse().unwrap(), &headers(lines), &trusted, kind);
        (client.to_string(), secure)
    }

    fn x_forwarded_for(lines: &[&'static str]) -> String {
        let lines: Vec<_> = lines.iter().map(|&line| ("x-forwarded-for", line)).collect();
        from(PROXY, ForwardedHeaders::XForwarded, &lines).0
    }

    fn forwarded(lines: &[&'static str]) -> (String, Option<bool>) {
        let lines: Vec<_> = lines.iter().map(|&line| ("forwarded", line)).collect();
        from(PROXY, ForwardedHeaders::Forwarded, &lines)
    }

    #[test]
    fn whom_nobody_trusts_says_what_they_like() {
        let all = [
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-proto", "https"),
            ("forwarded", "for=1.2.3.4;proto=https"),
            ("x-real-ip", "1.2.3.4"),
        ];
        for kind in [ForwardedHeaders::XForwarded, ForwardedHeaders::Forwarded] {
            assert_eq!(from("192.0.2.1", kind, &all), ("192.0.2.1".to_owned(), None));
            assert_eq!(from("::ffff:192.0.2.1", kind, &all), ("192.0.2.1".to_owned(), None));
            assert_eq!(from(PROXY, kind, &[]), (PROXY.to_owned(), None));
            assert_eq!(from("::ffff:10.0.0.2", kind, &all), ("1.2.3.4".to_owned(), Some(true)));
        }
        // A proxy that writes the one lets the other through as it came.
        let believed = from(PROXY, ForwardedHeaders::XForwarded, &all[2..]);
        assert_eq!(believed, (PROXY.to_owned(), None));
        let believed = from(PROXY, ForwardedHeaders::Forwarded, &all[..2]);
        assert_eq!(believed, (PROXY.to_owned(), None));
    }

    #[test]
    fn the_client_is_the_last_hop_that_is_no_trusted_proxy() {
        for (lines, client) in [
            (&["192.0.2.1"][..], "192.0.2.1"),
            // What the client sent comes first.
            (&["1.1.1.1, 10.0.0.9, 192.0.2.1"], "192.0.2.1"),
            (&["1.1.1.1", "192.0.2.1"], "192.0.2.1"),
            (&["192.0.2.1, 10.0.0.3"], "192.0.2.1"),
            (&["192.0.2.1", "10.0.0.3,10.0.0.4"], "192.0.2.1"),
            (&["1.1.1.1, 192.0.2.1:4711"], "192.0.2.1"),
            (&["[2001:db8::1]:4711, fd00::1"], "2001:db8::1"),
            (&["2001:db8::1"], "2001:db8::1"),
            (&["[2001:db8::1]"], "2001:db8::1"),
            (&["::ffff:192.0.2.1"], "192.0.2.1"),
            // Nobody but proxies: the farthest of them.
            (&["10.0.0.4, 10.0.0.3"], "10.0.0.4"),
            // Who cannot be believed any further is where it ends.
            (&["192.0.2.1, unknown"], PROXY),
            (&["192.0.2.1, nonsense, 10.0.0.3"], "10.0.0.3"),
            (&["192.0.2.1,"], PROXY),
            (&[""], PROXY),
            (&["192.0.2.1 10.0.0.3"], PROXY),
            (&["192.0.2.1\u{80}"], PROXY),
            // Nothing that is sent can make the proxy's own word unreadable.
            (&["\u{80}\u{ff}, 192.0.2.1"], "192.0.2.1"),
            (&["\"1.1.1.1, 192.0.2.1"], "192.0.2.1"),
            (&["\"1.1.1.1", "192.0.2.1, 10.0.0.3"], "192.0.2.1"),
            (&["1.1.1.1\\, 192.0.2.1"], "192.0.2.1"),
        ] {
            assert_eq!(x_forwarded_for(lines), client, "{lines:?}");
        }
    }

    #[test]
    fn the_standard_header_is_read_hop_by_hop() {
        for (lines, client, secure) in [
            (&["for=192.0.2.1;proto=https"][..], "192.0.2.1", Some(true)),
            (&["For=192.0.2.1; Proto=HTTP;by=203.0.113.43"], "192.0.2.1", Some(false)),
            (&["proto=https;for=\"[2001:db8::1]:4711\""], "2001:db8::1", Some(true)),
            (&["for=\"192.0.2.1:80\""], "192.0.2.1", None),
            // How the client came counts, not how the proxies talk to each other.
            (&["for=192.0.2.1;proto=https, for=10.0.0.3;proto=http"], "192.0.2.1", Some(true)),
            (&["for=192.0.2.1;proto=http", "for=10.0.0.3;proto=https"], "192.0.2.1", Some(false)),
            // What the client sent comes first.
            (&["for=1.1.1.1;proto=https", "for=192.0.2.1;proto=http"], "192.0.2.1", Some(false)),
            (&["for=\"1.1.1.1, for=10.0.0.9", "for=192.0.2.1;proto=https"], "192.0.2.1", Some(true)),
            (&["for=192.0.2.1;host=\"a,b;proto=https\""], "192.0.2.1", None),
            (&["for=192.0.2.1;host=\"a\\\",b\";proto=https"], "192.0.2.1", Some(true)),
            (&["for=\"1.1.1.1, for=192.0.2.1;proto=https"], "192.0.2.1", Some(true)),
            (&["\u{80}\", for=192.0.2.1;proto=https"], "192.0.2.1", Some(true)),
            (&["for=\\\", for=\"192.0.2.1\";proto=https"], "192.0.2.1", Some(true)),
            (&["for=_hidden;proto=https"], PROXY, Some(true)),
            (&["for=192.0.2.1;for=1.1.1.1"], PROXY, None),
            (&["for=192.0.2.1;proto=http;proto=https"], "192.0.2.1", None),
            (&["nonsense"], PROXY, None),
        ] {
            assert_eq!(forwarded(lines), (client.to_owned(), secure), "{lines:?}");
        }
    }

    #[test]
    fn how_the_client_came_is_said_once() {
        for (lines, secure) in [
            (&[][..], None),
            (&["https"], Some(true)),
            (&["HTTPS"], Some(true)),
            (&["http"], Some(false)),
            (&["https, http"], Some(false)),
            (&["https", "http"], Some(false)),
            (&["https", "https"], Some(false)),
            (&[""], Some(false)),
        ] {
            let lines: Vec<_> = lines.iter().map(|&line| ("x-forwarded-proto", line)).collect();
            assert_eq!(from(PROXY, ForwardedHeaders::XForwarded, &lines).1, secure, "{lines:?}");
        }
    }
}
