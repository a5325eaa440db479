//! Pre-signed addresses: whoever has one may get that one object from the bucket for a while (AWS Signature Version 4,
//! "Authenticating Requests: Using Query Parameters").
//!
//! An address says when it was signed. Here that is no moment but the beginning of a window of some hours, so that
//! every node gives the same address for the whole window, and lists that hold addresses can be kept. An address is
//! valid for two windows: one that was handed out at the end of its window is valid for one more.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};

use folkmoot_core::{AccountId, PictureName};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};

use crate::blobs::folder::relative_path;
use crate::blobs::options::S3Options;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SECONDS_IN_HOUR: i64 = 3600;

/// Signs addresses of a bucket's objects.
pub struct Presigner {
    scheme: &'static str,
    host: String,
    /// What comes between the host and a key: a slash, and with path style the bucket's name.
    root: String,
    prefix: String,
    region: String,
    access_key: String,
    secret_key: SecretString,
    /// The key of a day, which takes longer to derive than an address takes to sign.
    last_key: Mutex<Option<(String, [u8; 32])>>,
}

impl fmt::Debug for Presigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Presigner({})", self.bucket_url())
    }
}

impl Presigner {
    /// # Errors
    /// What is wrong with the endpoint, the region or the access key.
    pub(super) fn new(options: &S3Options) -> Result<Presigner, String> {
        let (bucket, region) = (options.location.bucket(), &options.region);
        if region.is_empty() || !region.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            return Err("s3.region is not the name of a region".to_owned());
        }
        let in_key = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if options.access_key.is_empty() || !options.access_key.chars().all(in_key) {
            return Err("s3.access_key is not an access key".to_owned());
        }
        if options.secret_key.expose_secret().is_empty() {
            return Err("s3.secret_key is not set".to_owned());
        }
        let amazon = format!("https://s3.{region}.amazonaws.com");
        let endpoint = options.endpoint.as_deref().unwrap_or(&amazon).trim_end_matches('/');
        let (scheme, host) = match endpoint.split_once("://") {
            Some(("https", host)) => ("https", host),
            Some(("http", host)) => ("http", host),
            _ => return Err("s3.endpoint does not begin with https:// or http://".to_owned()),
        };
        // As clients send it: a signature is of the host in the request's head.
        let host = host.to_ascii_lowercase();
        let host = host.strip_suffix(if scheme == "https" { ":443" } else { ":80" }).unwrap_or(&host);
        let in_host = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | ':' | '[' | ']');
        if host.is_empty() || !host.chars().all(in_host) {
            return Err(
                "s3.endpoint is not a host name, with a port if need be, after its https://".to_owned()
            );
        }
        let (host, root) = if options.path_style {
            (host.to_owned(), format!("/{bucket}/"))
        } else {
            (format!("{bucket}.{host}"), "/".to_owned())
        };
        Ok(Presigner {
            scheme,
            host,
            root,
            prefix: options.location.prefix().to_owned(),
            region: region.clone(),
            access_key: options.access_key.clone(),
            secret_key: options.secret_key.clone(),
            last_key: Mutex::default(),
        })
    }

    pub(in crate::blobs) fn is_same_place(&self, other: &Presigner) -> bool {
        (self.bucket_url(), &self.prefix) == (other.bucket_url(), &other.prefix)
    }

    pub(super) fn is_secure(&self) -> bool {
        self.scheme == "https"
    }

    /// The bucket's address, without a slash at its end.
    pub(super) fn bucket_url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.host, self.root.trim_end_matches('/'))
    }

    /// The addresses of an account's pictures at `now`. They stay the same for `hours`, and each is valid for at least
    /// so long, and at most twice as long. Signature Version 4 has a limit of seven days: at most 84 hours.
    pub fn addresses(self: &Arc<Self>, account: AccountId, now: Timestamp, hours: u32) -> Presigned {
        let window = i64::from(hours) * SECONDS_IN_HOUR;
        // Not every account's lists are to be rendered anew at the same moment.
        let offset = account.0.wrapping_mul(7_919).rem_euclid(window);
        let begun = now.as_second() - (now.as_second() - offset).rem_euclid(window);
        // Before the first window of all there is no other moment than the first.
        let begun = Timestamp::from_second(begun).unwrap_or(Timestamp::MIN);
        Presigned { presigner: Arc::clone(self), account, begun, seconds: 2 * window }
    }

    /// The address of the object at `path`, signed at `signed` and valid for `seconds` from then on.
    fn write_address(
        &self,
        path: &str,
        signed: Timestamp,
        seconds: i64,
        out: &mut impl fmt::Write,
    ) -> fmt::Result {
        let day = signed.strftime("%Y%m%d").to_string();
        let moment = signed.strftime("%Y%m%dT%H%M%SZ");
        let Presigner { scheme, host, region, access_key, .. } = self;
        let query = format!(
            "X-Amz-Algorithm={ALGORITHM}&X-Amz-Credential={access_key}%2F{day}%2F{region}%2Fs3%2Faws4_request\
             &X-Amz-Date={moment}&X-Amz-Expires={seconds}&X-Amz-SignedHeaders=host"
        );
        let request = Sha256::digest(format!("GET\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"));
        let mut mac = hmac(&self.key_of(&day));
        mac.update(format!("{ALGORITHM}\n{moment}\n{day}/{region}/s3/aws4_request\n").as_bytes());
        mac.update(hex(&request).as_bytes());
        let signature = hex(&mac.finalize().into_bytes());
        write!(out, "{scheme}://{host}{path}?{query}&X-Amz-Signature={signature}")
    }

    /// The key that signs what is signed on `day`.
    fn key_of(&self, day: &str) -> [u8; 32] {
        let last = self.last_key.lock().ok().and_then(|last| last.clone());
        if let Some((_, key)) = last.filter(|(last, _)| last == day) {
            return key;
        }
        let secret = format!("AWS4{}", self.secret_key.expose_secret());
        let parts = [day, &self.region, "s3", "aws4_request"];
        let key = parts.iter().fold(secret.into_bytes(), |key, part| {
            let mut mac = hmac(&key);
            mac.update(part.as_bytes());
            mac.finalize().into_bytes().to_vec()
        });
        let key: [u8; 32] = std::array::from_fn(|at| key[at]);
        if let Ok(mut last) = self.last_key.lock() {
            *last = Some((day.to_owned(), key));
        }
        key
    }
}

/// The addresses of one account's pictures in one window of time.
#[derive(Clone, Debug)]
pub struct Presigned {
    presigner: Arc<Presigner>,
    account: AccountId,
    begun: Timestamp,
    seconds: i64,
}

impl Presigned {
    /// Writes the address of a picture.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, name: PictureName, out: &mut impl fmt::Write) -> fmt::Result {
        let Presigner { root, prefix, .. } = &*self.presigner;
        let path = format!("{root}{prefix}{}", relative_path(self.account, &name));
        self.presigner.write_address(&path, self.begun, self.seconds, out)
    }

    /// What all these addresses have in common, and those of another window, bucket or signer have not.
    pub fn identity(&self) -> String {
        let Presigner { prefix, access_key, .. } = &*self.presigner;
        let (url, begun) = (self.presigner.bucket_url(), self.begun.as_second());
        format!("{url}/{prefix} {access_key} {begun} {}", self.seconds)
    }
}

fn hmac(key: &[u8]) -> Hmac<Sha256> {
    match Hmac::new_from_slice(key) {
        Ok(mac) => mac,
        Err(_) => unreachable!("HMAC takes a key of any length"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::blobs::options::BlobsUrl;

    fn options(url: &str, endpoint: Option<&str>, path_style: bool) -> S3Options {
        let Ok(BlobsUrl::S3(location)) = url.parse() else { panic!("{url}") };
        S3Options {
            location,
            endpoint: endpoint.map(ToOwned::to_owned),
            region: "us-east-1".to_owned(),
            path_style,
            access_key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            secret_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
        }
    }

    fn name() -> PictureName {
        "f5d3b492bc09db02508413956ab9.jpg".parse().unwrap()
    }

    #[test]
    fn the_example_that_amazon_publishes_is_signed_as_published() {
        let endpoint = Some("https://s3.amazonaws.com");
        let presigner = Presigner::new(&options("s3://examplebucket", endpoint, false)).unwrap();
        let mut address = String::new();
        let signed = "2013-05-24T00:00:00Z".parse().unwrap();
        presigner.write_address("/test.txt", signed, 86_400, &mut address).unwrap();
        assert_eq!(
            address,
            "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256\
             &X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request\
             &X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\
             &X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
        );
    }

    #[test]
    fn an_address_stays_the_same_for_a_window_and_is_valid_for_one_more() {
        let presigner = Arc::new(Presigner::new(&options("s3://bucket/a", None, false)).unwrap());
        let address = |account, now: Timestamp| {
            let addresses = presigner.addresses(AccountId(account), now, 6);
            let mut address = String::new();
            addresses.write(name(), &mut address).unwrap();
            (address, addresses.identity(), addresses.begun)
        };
        let mut begins = std::collections::BTreeSet::new();
        for account in 1..50 {
            let now: Timestamp = "2026-11-15T12:34:56Z".parse().unwrap();
            let (first, identity, begun) = address(account, now);
            assert!(begun <= now && now.as_second() < begun.as_second() + 6 * SECONDS_IN_HOUR);
            assert!(first.contains("&X-Amz-Expires=43200&"), "{first}");
            let place = format!("https://bucket.s3.us-east-1.amazonaws.com/a/{account}/f5/{}?", name());
            assert!(first.starts_with(&place), "{first}");
            let last = Timestamp::from_second(begun.as_second() + 6 * SECONDS_IN_HOUR - 1).unwrap();
            assert_eq!(address(account, last), (first.clone(), identity.clone(), begun));
            let next = Timestamp::from_second(last.as_second() + 1).unwrap();
            let (next, next_identity, _) = address(account, next);
            assert!(next != first && next_identity != identity);
            begins.insert(begun);
        }
        assert!(begins.len() > 40, "windows do not begin all at once");
    }

    #[test]
    fn addresses_are_of_the_bucket_in_either_style() {
        let presigner =
            |endpoint, path_style| Presigner::new(&options("s3://bucket/a", endpoint, path_style));
        let url = |endpoint, path_style| presigner(Some(endpoint), path_style).unwrap().bucket_url();
        assert_eq!(url("http://127.0.0.1:9000", true), "http://127.0.0.1:9000/bucket");
        assert_eq!(url("http://[::1]:9000/", true), "http://[::1]:9000/bucket");
        assert_eq!(url("https://S3.Example.com:443", false), "https://bucket.s3.example.com");
        for endpoint in ["", "s3.example.com", "ftp://x", "https://", "https://a/b", "https://user:pw@host"] {
            assert!(presigner(Some(endpoint), true).is_err(), "{endpoint}");
        }
        let shown = format!("{:?}", presigner(None, true).unwrap());
        assert!(!shown.contains("wJalr") && !shown.contains("AKIA"), "{shown}");
    }
}
