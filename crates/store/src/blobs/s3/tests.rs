//! Against a real server, and against one that means no good.

use std::io::{Read, Write};
use std::net::TcpListener;

use folkmoot_testing::TestBucket;

use super::*;
use crate::blobs::options::BlobsUrl;

const ACCOUNT: AccountId = AccountId(7);
/// Short enough to wait for, and long enough for a server that is busy.
const QUICK: Timing = Timing {
    remove: Duration::from_secs(5),
    settle: Duration::from_millis(1500),
    renew: Duration::from_millis(100),
    lapse: Duration::from_millis(1500),
};

struct Fixed(u8);

impl RandomSource for Fixed {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0);
    }
}

fn options(of: &TestBucket) -> S3Options {
    let Ok(BlobsUrl::S3(location)) = format!("s3://{}/{}", of.bucket, of.prefix).parse() else {
        panic!("{of:?}")
    };
    S3Options {
        location,
        endpoint: Some(of.endpoint.clone()),
        region: "us-east-1".to_owned(),
        path_style: true,
        access_key: of.access_key.clone(),
        secret_key: of.secret_key.clone().into(),
    }
}

fn bucket(of: &TestBucket, process: u8) -> Bucket {
    Bucket::with_timing(&options(of), &Fixed(process), QUICK).unwrap()
}

fn name(number: u8) -> PictureName {
    PictureName { digest: [number; 14], kind: folkmoot_core::PictureKind::Png }
}

fn content(text: &'static str) -> Bytes {
    Bytes::from_static(text.as_bytes())
}

async fn remove(bucket: &Bucket, name: PictureName) -> bool {
    match bucket.begin_removal(ACCOUNT, name).await.unwrap() {
        Some(removal) => removal.finish().await.map(|()| true).unwrap(),
        None => false,
    }
}

#[tokio::test]
async fn what_is_put_is_there_until_it_is_removed() {
    let place = TestBucket::create();
    let bucket = bucket(&place, 1);
    assert_eq!(bucket.get(ACCOUNT, name(1)).await.unwrap(), None);
    bucket.put(ACCOUNT, name(1), content("one")).await.unwrap();
    bucket.put(ACCOUNT, name(1), content("one")).await.unwrap();
    bucket.put(AccountId(77), name(2), content("two")).await.unwrap();
    assert_eq!(bucket.get(ACCOUNT, name(1)).await.unwrap().as_deref(), Some(&b"one"[..]));
    assert_eq!(bucket.get(ACCOUNT, name(2)).await.unwrap(), None, "it is another account's");
    assert_eq!(bucket.list(ACCOUNT).await.unwrap(), [name(1)]);
    assert!(bucket.confirm(ACCOUNT, name(1), &content("one")).await.unwrap());
    assert!(bucket.confirm(ACCOUNT, name(3), &content("three")).await.unwrap(), "it is put");
    assert_eq!(bucket.list(ACCOUNT).await.unwrap(), [name(1), name(3)]);
    for _ in 0..2 {
        assert!(remove(&bucket, name(1)).await);
        assert_eq!(bucket.get(ACCOUNT, name(1)).await.unwrap(), None);
    }
    assert_eq!(bucket.list(ACCOUNT).await.unwrap(), [name(3)]);
    bucket.write(&bucket.key("7/notes.txt"), content("x")).await.unwrap();
    bucket.write(&bucket.key("stranger"), content("x")).await.unwrap();
    let survey = bucket.survey(&[ACCOUNT]).await.unwrap();
    assert_eq!(survey.blobs, [(ACCOUNT, name(3))]);
    let mut strangers: Vec<String> = survey.strangers.iter().map(ToString::to_string).collect();
    strangers.sort();
    let at = |key: &str| format!("s3://{}/{}/{key}", place.bucket, place.prefix);
    let others = format!("77/02/{}", name(2));
    assert_eq!(strangers, [at("7/notes.txt"), at(&others), at("stranger")]);
}

#[tokio::test]
async fn more_than_a_page_of_blobs_is_listed() {
    let place = TestBucket::create();
    let bucket = bucket(&place, 1);
    let numbered = |number: u16| {
        let mut digest = [0; 14];
        digest[..2].copy_from_slice(&number.to_be_bytes());
        PictureName { digest, kind: folkmoot_core::PictureKind::Jpeg }
    };
    let mut staged = StagedObjects::begin(bucket.clone(), ACCOUNT).await.unwrap();
    let all: Vec<PictureName> = (0..1100).map(numbered).collect();
    staged.add(all.iter().map(|name| (*name, b"x".to_vec())).collect()).await.unwrap();
    staged.publish().await.unwrap();
    assert_eq!(bucket.list(ACCOUNT).await.unwrap(), all);
}

#[tokio::test]
async fn nothing_is_removed_while_somebody_holds_blobs() {
    let place = TestBucket::create();
    let (holder, remover) = (bucket(&place, 1), bucket(&place, 2));
    holder.put(ACCOUNT, name(1), content("one")).await.unwrap();
    let first = holder.hold().await.unwrap();
    let second = holder.hold().await.unwrap();
    assert!(!remove(&remover, name(1)).await);
    tokio::time::sleep(2 * QUICK.lapse).await;
    assert!(!remove(&remover, name(1)).await, "whoever lives goes on to hold");
    first.release().await;
    assert!(!remove(&remover, name(1)).await);
    second.release().await;
    assert!(remove(&remover, name(1)).await);
    assert_eq!(holder.get(ACCOUNT, name(1)).await.unwrap(), None);
    let dropped = holder.hold().await.unwrap();
    drop(dropped);
    while remover.is_held().await.unwrap() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn who_was_killed_holds_nothing_after_a_while_that_somebody_has_watched() {
    let place = TestBucket::create();
    let (holder, remover, late) = (bucket(&place, 1), bucket(&place, 2), bucket(&place, 3));
    let hold = holder.hold().await.unwrap();
    hold.killed();
    assert!(remover.is_held().await.unwrap());
    tokio::time::sleep(QUICK.lapse / 2).await;
    assert!(remover.is_held().await.unwrap());
    tokio::time::sleep(QUICK.lapse / 2 + Duration::from_millis(100)).await;
    assert!(late.is_held().await.unwrap(), "who has only just come cannot tell");
    assert!(!remover.is_held().await.unwrap());
    assert!(!late.is_held().await.unwrap(), "it was cleared away");
}

#[tokio::test]
async fn a_blob_whose_removal_was_cut_short_is_put_when_the_removal_must_have_arrived() {
    let place = TestBucket::create();
    let (putter, remover) = (bucket(&place, 1), bucket(&place, 2));
    putter.put(ACCOUNT, name(1), content("one")).await.unwrap();
    // Killed, or cut off from the database, after it put its mark.
    drop(remover.begin_removal(ACCOUNT, name(1)).await.unwrap());
    assert!(!putter.confirm(ACCOUNT, name(1), &content("one")).await.unwrap());
    assert_eq!(putter.list(ACCOUNT).await.unwrap(), [name(1)], "a sweep comes across it, once");
    let staged = async {
        let mut staged = StagedObjects::begin(putter.clone(), ACCOUNT).await.unwrap();
        staged.add(vec![(name(2), b"two".to_vec())]).await.unwrap();
        staged.publish().await
    };
    staged.await.unwrap();
    let before = Instant::now();
    putter.put(ACCOUNT, name(1), content("one")).await.unwrap();
    assert!(before.elapsed() >= QUICK.settle);
    assert!(putter.confirm(ACCOUNT, name(1), &content("one")).await.unwrap());
    // A removal that is alive is waited for, and not for longer.
    let removal = remover.begin_removal(ACCOUNT, name(1)).await.unwrap().unwrap();
    let before = Instant::now();
    let put = tokio::spawn(async move { putter.put(ACCOUNT, name(1), content("one")).await });
    tokio::time::sleep(QUICK.settle / 10).await;
    removal.finish().await.unwrap();
    put.await.unwrap().unwrap();
    assert!(before.elapsed() < QUICK.settle, "{:?}", before.elapsed());
    assert_eq!(remover.get(ACCOUNT, name(1)).await.unwrap().as_deref(), Some(&b"one"[..]));
    // One that is left after all leaves no mark.
    remover.begin_removal(ACCOUNT, name(1)).await.unwrap().unwrap().cancel().await.unwrap();
    assert!(remover.confirm(ACCOUNT, name(1), &content("one")).await.unwrap());
}

#[tokio::test]
async fn a_removal_that_comes_too_late_is_not_sent() {
    let place = TestBucket::create();
    let timing = Timing { remove: Duration::from_millis(500), ..QUICK };
    let bucket = Bucket::with_timing(&options(&place), &Fixed(1), timing).unwrap();
    bucket.put(ACCOUNT, name(1), content("one")).await.unwrap();
    let removal = bucket.begin_removal(ACCOUNT, name(1)).await.unwrap().unwrap();
    tokio::time::sleep(timing.remove).await;
    assert!(removal.finish().await.unwrap_err().is_unreachable());
    assert_eq!(bucket.get(ACCOUNT, name(1)).await.unwrap().as_deref(), Some(&b"one"[..]));
}

#[tokio::test]
async fn staged_blobs_that_somebody_has_removed_are_missed() {
    let place = TestBucket::create();
    let bucket = bucket(&place, 1);
    let mut staged = StagedObjects::begin(bucket.clone(), ACCOUNT).await.unwrap();
    staged.add(vec![(name(1), b"one".to_vec()), (name(2), b"two".to_vec())]).await.unwrap();
    assert!(!remove(&bucket, name(1)).await, "they are held");
    bucket.remove(&bucket.blob(ACCOUNT, name(2))).await.unwrap();
    let error = staged.publish().await.unwrap_err();
    assert!(error.is_unreachable() && error.to_string().contains("try again"), "{error}");
    assert!(!bucket.is_held().await.unwrap(), "it let go all the same");
}

#[tokio::test]
async fn a_place_belongs_to_one_store() {
    let place = TestBucket::create();
    let (mine, also_mine, others) = (bucket(&place, 1), bucket(&place, 2), bucket(&place, 3));
    mine.belong_to("aa").unwrap();
    also_mine.belong_to("aa").unwrap();
    others.belong_to("bb").unwrap();
    mine.put(ACCOUNT, name(1), content("one")).await.unwrap();
    assert_eq!(also_mine.list(ACCOUNT).await.unwrap(), [name(1)]);
    for error in [
        others.list(ACCOUNT).await.unwrap_err(),
        others.begin_removal(ACCOUNT, name(1)).await.unwrap_err(),
        others.hold().await.unwrap_err(),
        others.put(ACCOUNT, name(2), content("two")).await.unwrap_err(),
        mine.belong_to("bb").unwrap_err(),
    ] {
        assert!(error.to_string().contains("another store"), "{error}");
    }
    assert_eq!(mine.list(ACCOUNT).await.unwrap(), [name(1)]);
}

#[tokio::test]
async fn a_server_that_refuses_says_why_and_one_that_is_away_comes_back() {
    let mut place = TestBucket::on_own_server();
    let good = bucket(&place, 1);
    good.put(ACCOUNT, name(1), content("one")).await.unwrap();
    let wrong_secret = S3Options { secret_key: "another".into(), ..options(&place) };
    let wrong_key = S3Options { access_key: "NOBODY".to_owned(), ..options(&place) };
    let Ok(BlobsUrl::S3(location)) = "s3://missing/x".parse() else { panic!() };
    let no_bucket = S3Options { location, ..options(&place) };
    for (options, code) in
        [(wrong_secret, "SignatureDoesNotMatch"), (wrong_key, "answers 403"), (no_bucket, "NoSuchBucket")]
    {
        let bucket = Bucket::open(&options, &Fixed(1)).unwrap();
        for error in [
            bucket.probe().await.unwrap_err(),
            bucket.put(ACCOUNT, name(1), content("one")).await.unwrap_err(),
            bucket.list(ACCOUNT).await.unwrap_err(),
            bucket.begin_removal(ACCOUNT, name(1)).await.unwrap_err(),
        ] {
            let shown = format!("{error} {error:?} {options:?} {bucket:?}");
            assert!(shown.contains(code), "{shown}");
            assert!(!shown.contains("another") && !shown.contains(&place.secret_key), "{shown}");
            assert!(!error.is_unreachable(), "it will not get better: {error}");
        }
    }
    place.own().unwrap().stop();
    let before = Instant::now();
    for error in [
        good.get(ACCOUNT, name(1)).await.unwrap_err(),
        good.put(ACCOUNT, name(2), content("two")).await.unwrap_err(),
    ] {
        assert!(error.is_unreachable() && error.to_string().starts_with("s3://pictures/own/: "), "{error}");
    }
    assert!(before.elapsed() < Duration::from_secs(20), "{:?}", before.elapsed());
    place.own().unwrap().start_again();
    assert_eq!(good.get(ACCOUNT, name(1)).await.unwrap().as_deref(), Some(&b"one"[..]));
}

/// A server that says the same to everybody, and hangs up.
fn parrot(says: &'static str) -> S3Options {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(says.as_bytes());
        }
    });
    let Ok(BlobsUrl::S3(location)) = "s3://bucket".parse() else { panic!() };
    S3Options {
        location,
        endpoint: Some(endpoint),
        region: "us-east-1".to_owned(),
        path_style: true,
        access_key: "A".to_owned(),
        secret_key: "secret".into(),
    }
}

#[tokio::test]
async fn an_answer_that_is_cut_off_or_makes_no_sense_is_none() {
    for (says, unreachable) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of", true),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhalf", true),
        ("HTTP/1.1 500 Oh\r\nContent-Length: 2\r\n\r\nno", true),
        ("HTTP/1.1 503 Oh\r\nContent-Length: 36\r\n\r\n<Error><Code>SlowDown</Code></Error>", true),
        ("HTTP/1.1 301 Gone\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n", false),
        ("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n", false),
    ] {
        let bucket = Bucket::open(&parrot(says), &Fixed(1)).unwrap();
        let error = bucket.get(ACCOUNT, name(1)).await.unwrap_err();
        assert_eq!(error.is_unreachable(), unreachable, "{says}: {error}");
        assert!(bucket.list(ACCOUNT).await.is_err(), "{says}");
    }
    for (says, cannot) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<nonsense", "list"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "get"),
        ("no http at all", "get"),
    ] {
        let bucket = Bucket::open(&parrot(says), &Fixed(1)).unwrap();
        let failed = if cannot == "list" {
            bucket.list(ACCOUNT).await.map(drop)
        } else {
            bucket.get(ACCOUNT, name(1)).await.map(drop)
        };
        assert!(failed.unwrap_err().to_string().contains(cannot), "{says}");
    }
}

#[tokio::test]
async fn a_presigned_address_gets_the_one_blob_for_a_while() {
    let place = TestBucket::create();
    let bucket = bucket(&place, 1);
    bucket.put(ACCOUNT, name(1), content("one")).await.unwrap();
    bucket.put(ACCOUNT, name(2), content("two")).await.unwrap();
    let now = now();
    let address = |hours_ago: i64, picture| {
        let mut address = String::new();
        let at = now - jiff::SignedDuration::from_hours(hours_ago);
        bucket.presigner().addresses(ACCOUNT, at, 1).write(picture, &mut address).unwrap();
        address
    };
    let http = Http::new(false).unwrap();
    let get = async |address: &str| {
        let request =
            hyper::Request::get(address).body(object_store::client::HttpRequestBody::empty()).unwrap();
        let http: &dyn object_store::client::HttpService = &http;
        http.call(request).await
    };
    // Now, and at the end of its life: it was signed in the window before this one.
    for hours_ago in [0, 1] {
        let answer = get(&address(hours_ago, name(1))).await.unwrap();
        let header = |name| answer.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(header("content-type"), Some("image/png"));
        assert_eq!(header("cache-control"), Some(CACHE_CONTROL));
        assert_eq!(&answer.into_body().bytes().await.unwrap()[..], b"one");
    }
    let valid = address(0, name(1));
    let others = valid.replace(&name(1).to_string(), &name(2).to_string());
    let longer = valid.replace("X-Amz-Expires=7200", "X-Amz-Expires=72000");
    for address in [address(3, name(1)), others, longer, valid.split('?').next().unwrap().to_owned()] {
        let error = get(&address).await.unwrap_err();
        assert!(format!("{error:?}").contains("status: 403"), "{address}: {error:?}");
    }
}

/// The server's time: signatures are of now, whatever a test would like it to be.
fn now() -> jiff::Timestamp {
    let made = tempfile::NamedTempFile::new().unwrap();
    made.as_file().metadata().unwrap().modified().unwrap().try_into().unwrap()
}
