//! A store whose pictures are in a bucket, from its making to its restoring.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::{fs, path::Path, process::Command};

use folkmoot_testing::TestBucket;
use support::{Ran, Server, files, folkmoot, http::Credentials, people_csv, png, text};

/// The program, with its pictures in a bucket, below `prefix` of the test's own.
fn with_bucket(bucket: &TestBucket, prefix: &str, arguments: &[&str]) -> Command {
    let mut command = folkmoot(arguments);
    command
        .env("FOLKMOOT_BLOBS_URL", format!("s3://{}/{}/{prefix}", bucket.bucket, bucket.prefix))
        .env("FOLKMOOT_S3_ENDPOINT", &bucket.endpoint)
        .env("AWS_ACCESS_KEY_ID", &bucket.access_key)
        .env("AWS_SECRET_ACCESS_KEY", &bucket.secret_key);
    command
}

#[track_caller]
fn run(bucket: &TestBucket, prefix: &str, arguments: &[&str]) -> Ran {
    let ran = Ran::of(with_bucket(bucket, prefix, arguments).output().unwrap());
    assert!(!format!("{ran:?}").contains(&bucket.secret_key), "{ran:?}");
    ran
}

/// How many pictures a check of a store finds in order.
#[track_caller]
fn checked(bucket: &TestBucket, prefix: &str, data: &Path) -> u64 {
    let report = run(bucket, prefix, &["check", "--data", text(data), "--json"]).expect(0).json();
    report["pictures"].as_u64().unwrap()
}

#[test]
fn a_company_lives_with_its_pictures_in_a_bucket() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let (bucket, data) = (TestBucket::create(), path("data"));
    let server_of = |extra: &[(&str, &str)]| {
        let arguments = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0", "--json"];
        let mut command = with_bucket(&bucket, "a", &arguments);
        command.envs(extra.iter().copied()).env("FOLKMOOT_LOG_LEVEL", "trace");
        Server::start(command, &data)
    };
    let demo = ["demo", "--people", "40", "--data", text(&data), "--no-serve", "--json"];
    run(&bucket, "a", &demo).expect(0);
    let made = checked(&bucket, "a", &data);
    assert!(made > 20, "{made}");
    assert!(!data.join("blobs/1").exists(), "none is on the disk");

    // More of them, with an import beside a running server.
    let server = server_of(&[]);
    let (table, portraits) = (path("people.csv"), path("portraits"));
    fs::write(&table, people_csv(5)).unwrap();
    fs::create_dir(&portraits).unwrap();
    for number in 0..5 {
        fs::write(portraits.join(format!("person{number}.png")), png(number)).unwrap();
    }
    let import = ["import", "people", text(&table), "--pictures", text(&portraits), "--data", text(&data)];
    run(&bucket, "a", &import).expect(0);
    assert_eq!(checked(&bucket, "a", &data), made + 5);
    let new_key = ["users", "new-key", "ada", "--data", text(&data), "--json"];
    let key = run(&bucket, "a", &new_key).expect(0).json()["api_key"].as_str().unwrap().to_owned();
    assert_eq!(server.terminate(), Some(0));

    // Mirrored by addresses into the bucket, where no key of this store goes.
    let server = server_of(&[("FOLKMOOT_PICTURES_URLS", "presigned")]);
    let ada = Credentials::new("ada", &key);
    let users = server.http().with(&ada).users();
    let signed = |user: &serde_json::Value| user["avatar"]["url"].as_str().map(|url| url.contains("X-Amz-"));
    assert!(users.iter().filter_map(signed).all(|signed| signed));
    let (out, secret) = (path("mirror"), path("secret"));
    fs::write(&secret, &key).unwrap();
    let pull = ["avatars", "pull", &server.url, "--username", "ada", "--key-file", text(&secret), "--json"];
    let pull = [&pull[..], &["--out", text(&out)]].concat();
    let report = support::run(&pull).expect(0).json();
    let everybody = users.iter().filter(|user| user["avatar"]["url"].is_string()).count() as u64;
    assert_eq!((&report["fetched"], &report["failed"]), (&everybody.into(), &0.into()), "{report}");
    assert!(files(&out).keys().any(|name| name.starts_with("person3.")), "{:?}", files(&out).keys());
    let again = support::run(&pull).expect(0).json();
    assert_eq!((&again["fetched"], &again["unchanged"]), (&0.into(), &everybody.into()), "{again}");
    let log = server.log();
    assert!(!log.contains(&bucket.secret_key) && !log.contains("X-Amz-Signature"), "no secret in the log");
    drop(server);

    // Backed up, and restored to another place.
    let (backup, restored) = (path("backup"), path("restored"));
    run(&bucket, "a", &["backup", text(&backup), "--data", text(&data)]).expect(0);
    run(&bucket, "b", &["restore", text(&backup), "--data", text(&restored)]).expect(0);
    assert_eq!(checked(&bucket, "b", &restored), made + 5);
    assert!(!restored.join("blobs/1").exists(), "none is on the disk");

    // Copied to another store, whose pictures are to be in a place of their own.
    let to = format!("sqlite:{}", text(&path("moved")));
    let place = |prefix: &str| format!("s3://{}/{}/{prefix}", bucket.bucket, bucket.prefix);
    let migrate = |blobs: &str| {
        run(&bucket, "a", &["migrate-store", "--data", text(&data), "--to", &to, "--to-blobs", blobs])
    };
    assert!(migrate(&place("a")).expect(1).stderr.contains("a place of their own"));
    migrate(&place("c")).expect(0);
    assert_eq!(checked(&bucket, "c", &path("moved")), made + 5);
}

#[test]
fn what_is_wrong_with_a_bucket_is_told_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let bucket = TestBucket::create();
    let demo = ["demo", "--people", "5", "--data", text(&data), "--no-serve"];
    let refused = |change: &dyn Fn(&mut Command)| {
        let mut command = with_bucket(&bucket, "a", &demo);
        change(&mut command);
        let ran = Ran::of(command.output().unwrap()).expect(1);
        assert!(!data.exists(), "nothing is made: {ran:?}");
        ran.stderr
    };
    let told = refused(&|command| {
        command.env("AWS_SECRET_ACCESS_KEY", "not-the-secret");
    });
    assert!(told.contains("s3://") && told.contains("403") && !told.contains("not-the-secret"), "{told}");
    let told = refused(&|command| {
        command.env("FOLKMOOT_S3_ENDPOINT", "http://127.0.0.1:1");
    });
    assert!(told.contains("cannot be reached"), "{told}");
    let told = refused(&|command| {
        command.env("FOLKMOOT_BLOBS_URL", "s3://no-such-bucket-here/x");
    });
    assert!(told.contains("NoSuchBucket"), "{told}");
    let told = refused(&|command| {
        command.env_remove("AWS_SECRET_ACCESS_KEY");
    });
    assert!(told.contains("s3.secret_key is not set"), "{told}");
    let told = refused(&|command| {
        command.env("FOLKMOOT_BLOBS_URL", "s3://pictures/../other");
    });
    assert!(told.contains("blobs.url"), "{told}");
    let config = run(&bucket, "a", &["config", "--json"]).expect(0).json();
    let shown = |key: &str| {
        let settings = config.as_array().unwrap();
        settings.iter().find(|setting| setting["key"] == key).unwrap().clone()
    };
    assert_eq!(shown("s3.secret_key")["value"], "set");
    assert_eq!(shown("s3.secret_key")["origin"], "environment AWS_SECRET_ACCESS_KEY");
    assert_eq!(shown("s3.access_key")["value"], bucket.access_key.as_str());
}
