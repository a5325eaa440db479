//! The list of people: in pieces, in every coding, kept and made anew.

use std::collections::HashSet;
use std::io::Read;

use folkmoot_core::{AccountId, EmploymentStatus, Group, JobData, PersonHistory, Record, Settings, UserId};
use folkmoot_store::Author;
use jiff::civil::date;

use crate::support::{
    Answer, HELEN, Kept, Server, eventually, key_of, leaves_of_json, leaves_of_xml, person, trio,
};

const MANY: i64 = 1600;

/// An account of [`MANY`] people of whom some have left.
async fn crowd(kept: &Kept, name: &str, left: &[(i64, i64)]) -> AccountId {
    let account = kept.account(name, Settings::default()).await;
    let member = |id: i64| {
        let mut person = person(&kept.store, account, id, &format!("user{id}"), Group::Employees);
        if left.iter().any(|&(from, to)| (from..to).contains(&id)) {
            person.assignment[0].data.status = EmploymentStatus::Terminated;
        }
        person
    };
    let people: Vec<PersonHistory> = (1..=MANY).map(member).collect();
    kept.add_people(account, &people).await;
    account
}

fn decoded(answer: &Answer) -> Vec<u8> {
    let mut body = Vec::new();
    match answer.header("content-encoding") {
        None => body.extend_from_slice(&answer.body),
        Some("gzip") => {
            let mut decoder = flate2::read::GzDecoder::new(&answer.body[..]);
            decoder.read_to_end(&mut body).expect("gzip");
        }
        Some("zstd") => body = zstd::stream::decode_all(&answer.body[..]).expect("zstd"),
        Some(other) => panic!("{other}"),
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn every_coding_holds_the_same_list_whoever_has_left_and_whether_it_is_kept() {
    let kept = Kept::new().await;
    // Chunks hold 512 people: none, a middle one, the first, the first and last, and all but one person left.
    let cases: [(&str, &[(i64, i64)]); 5] = [
        ("all", &[]),
        ("middle", &[(513, 1025)]),
        ("first", &[(1, 513)]),
        ("ends", &[(1, 600), (1537, 1600)]),
        ("alone", &[(1, 1600)]),
    ];
    let mut accounts = Vec::new();
    for (name, left) in cases {
        accounts.push((name, left, crowd(&kept, name, left).await));
    }
    let server = Server::start(kept, &[("server.base_domain", "hr.example")]).await;
    for (name, left, account) in accounts {
        let key = key_of(account, MANY);
        let expected: Vec<i64> =
            (1..=MANY).filter(|id| !left.iter().any(|&(from, to)| (from..to).contains(id))).collect();
        for format in ["json", "xml"] {
            let ask = async |coding: &str| {
                let ask = server.get(&format!("/users.{format}")).host(&format!("{name}.hr.example"));
                ask.by("user1600", &key).with("accept-encoding", coding).send().await.is(200)
            };
            let plain = ask("identity").await;
            let ids: Vec<i64> = if format == "json" {
                let list = plain.json();
                let users = list.as_array().expect("a list");
                users.iter().map(|user| user["id"].as_i64().expect("a number")).collect()
            } else {
                let (root, leaves) = leaves_of_xml(&plain.body);
                assert_eq!(root, "users");
                // A list of one user reads as a list because of the names of its elements.
                let ids = leaves.iter().filter(|(path, _)| path.ends_with("/id"));
                ids.map(|(_, id)| id.parse().expect("a number")).collect()
            };
            assert_eq!(ids, expected, "{name}.{format}");
            let mut tags = vec![plain.etag().to_owned()];
            for coding in ["gzip", "zstd"] {
                let first = ask(coding).await;
                assert_eq!(first.header("content-encoding"), Some(coding));
                assert!(decoded(&first) == plain.body, "{name}.{format}: {coding}");
                let kept = ask(coding).await;
                assert!(kept.body == first.body && kept.headers["etag"] == first.headers["etag"]);
                assert!(first.body.len() < plain.body.len() / 2 || expected.len() < 2, "{name} {coding}");
                tags.push(first.etag().to_owned());
            }
            assert!(ask("identity").await.body == plain.body, "kept whole");
            tags.sort();
            tags.dedup();
            assert_eq!(tags.len(), 3, "each coding is a representation of its own");
        }
    }
}

/// In version 1 the list differs from viewer to viewer; its pieces are shared by those who see the same of them.
#[tokio::test(flavor = "multi_thread")]
async fn version_1_lists_to_each_what_they_see_whoever_asked_before() {
    const ADMINISTRATOR: i64 = 1;
    const MANAGER: i64 = 600;
    const REPORTS: [i64; 3] = [2, 601, 1599];
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    let member = |id: i64| {
        let group = match id {
            ADMINISTRATOR => Group::Administrators,
            MANAGER => Group::Managers,
            _ => Group::Employees,
        };
        let mut person = person(&kept.store, account, id, &format!("user{id}"), group);
        person.assignment[0].data.manager = REPORTS.contains(&id).then_some(UserId(MANAGER));
        person
    };
    let people: Vec<PersonHistory> = (1..=MANY).map(member).collect();
    kept.add_people(account, &people).await;
    let server = Server::start(kept, &[]).await;
    let ask = async |viewer: i64, format: &str, coding: &str| {
        let ask = server.get(&format!("/users.{format}")).without("x-api-version");
        let ask = ask.by(&format!("user{viewer}"), &key_of(account, viewer)).with("accept-encoding", coding);
        ask.send().await.is(200)
    };
    let mut tags = HashSet::new();
    // Twice: what one was shown is kept when another asks.
    for round in 0..2 {
        for viewer in [ADMINISTRATOR, MANAGER, 700, 2, 1600] {
            let sees = |id: i64| match viewer {
                ADMINISTRATOR => true,
                MANAGER => id == MANAGER || REPORTS.contains(&id),
                _ => id == viewer,
            };
            let expected: Vec<i64> = (1..=MANY).filter(|&id| sees(id)).collect();
            for format in ["json", "xml"] {
                let plain = ask(viewer, format, "identity").await;
                let leaves = match format {
                    "json" => leaves_of_json(&plain.json()),
                    _ => leaves_of_xml(&plain.body).1,
                };
                let listed = leaves.iter().filter(|(path, _)| path.ends_with("/id")).count();
                assert_eq!(listed as i64, MANY);
                for key in ["group_id", "group_name", "access"] {
                    let shown = leaves.iter().filter_map(|(path, _)| path.strip_suffix(key));
                    let shown = shown.filter_map(|path| path.trim_matches('/').parse::<i64>().ok());
                    let shown: Vec<i64> = shown.map(|place| place + 1).collect();
                    assert_eq!(shown, expected, "{key} as {viewer} in {format}, round {round}");
                }
                for coding in ["gzip", "zstd"] {
                    assert!(decoded(&ask(viewer, format, coding).await) == plain.body, "{viewer} {coding}");
                }
                tags.insert(plain.etag().to_owned());
            }
        }
    }
    assert_eq!(tags.len(), 5 * 2, "nobody's list is confirmed by another's tag");
}

#[tokio::test(flavor = "multi_thread")]
async fn single_objects_are_compressed_when_that_is_worth_it() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    let mut people = trio(&kept.store, account);
    people[0].employee[0].data.address1 = "long ".repeat(400).into();
    kept.add_people(account, &people).await;
    let server = Server::start(kept, &[]).await;
    let key = key_of(account, HELEN);
    let plain = server.get("/users/1.json").by("helen", &key).send().await.is(200);
    assert_eq!(plain.header("content-encoding"), None);
    for (accept, coding) in
        [("gzip", "gzip"), ("zstd, gzip", "zstd"), ("*", "zstd"), ("gzip;q=1, zstd;q=0.1", "gzip")]
    {
        let ask = server.get("/users/1.json").by("helen", &key).with("accept-encoding", accept);
        let answer = ask.send().await.is(200);
        assert_eq!(answer.header("content-encoding"), Some(coding), "{accept}");
        assert!(decoded(&answer) == plain.body);
        assert_ne!(answer.etag(), plain.etag());
        assert!(answer.header("vary").expect("Vary").contains("accept-encoding"));
    }
    for (path, accept) in [("/jobs.json", "gzip"), ("/users/1.json", "br"), ("/users/1.json", "gzip;q=0")] {
        let ask = server.get(path).by("helen", &key).with("accept-encoding", accept);
        assert_eq!(ask.send().await.is(200).header("content-encoding"), None, "{path} {accept}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_is_not_sent_again() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let server = Server::start(kept, &[]).await;
    let key = key_of(account, HELEN);
    for path in [
        "/users.json",
        "/users.xml",
        "/users/3.json",
        "/users/me.json",
        "/jobs.json",
        "/employee_records/3.json",
    ] {
        let ask = |held: &str| server.get(path).by("helen", &key).with("if-none-match", held).send();
        let tag = server.get(path).by("helen", &key).send().await.is(200).etag().to_owned();
        let others = format!("\"x\", W/{tag}, \"y\"");
        for held in [&tag, &format!("W/{tag}"), &others, "*"] {
            let answer = ask(held).await.bare(304);
            assert_eq!(answer.header("etag"), Some(tag.as_str()), "{path}");
            assert!(answer.header("vary").is_some() && answer.header("cache-control").is_some());
        }
        for coding in ["identity", "gzip", "zstd"] {
            let whole = server.get(path).by("helen", &key).with("accept-encoding", coding).send().await;
            let ask = server.get(path).by("helen", &key).with("accept-encoding", coding);
            let held = ask.with("if-none-match", whole.etag()).send().await.bare(304);
            assert_eq!(held.etag(), whole.etag(), "{path}: {coding}");
        }
        for other in ["\"x\"", tag.trim_matches('"'), "", "W/", "\"\""] {
            ask(other).await.is(200);
        }
        let another = server.get(path).by("helen", "wrong").with("if-none-match", &tag).send().await;
        another.bare(401);
    }
    // What one may see is not confirmed to another by the tag of the answer.
    let full = server.get("/users/3.json").by("helen", &key).send().await;
    let georges = key_of(account, 2);
    let other = server.get("/users/1.json").by("george", &georges).send().await;
    assert_ne!(full.etag(), other.etag());
    let mine = server.get("/users/2.json").by("george", &georges).send().await.etag().to_owned();
    let hers = server.get("/users/2.json").by("helen", &key).with("if-none-match", &mine).send().await;
    hers.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_writes_appears() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let other = kept.again().await;
    let server = Server::start(kept, &[]).await;
    let key = key_of(account, HELEN);
    let list = async || server.get("/users.json").by("helen", &key).send().await.is(200);
    let before = list().await;
    let mut tx = other.begin(account, Author::OPERATOR).await.expect("a transaction");
    let newcomer = person(&other, account, 50, "newcomer", Group::Employees);
    tx.add_people(&[newcomer], &HashSet::new()).await.expect("somebody new");
    tx.commit().await.expect("a commit");
    let after = eventually("the newcomer is listed", async || {
        let after = list().await;
        after.text().contains("newcomer@example.org").then_some(after)
    })
    .await;
    assert_ne!(before.etag(), after.etag());
    assert_eq!(after.json().as_array().map(Vec::len), Some(4));
    let newcomers = server.get("/users/me.json").by("newcomer", &key_of(account, 50)).send().await.is(200);
    assert_eq!(newcomers.json()["id"], 50);
    let (_, xml) = leaves_of_xml(&server.get("/users/50.xml").by("helen", &key).send().await.is(200).body);
    let json = server.get("/users/50.json").by("helen", &key).send().await.json();
    assert_eq!(xml.len(), leaves_of_json(&json).len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_takes_effect_on_its_day() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    let mut people = trio(&kept.store, account);
    let mut leaving = people[2].assignment[0].clone();
    leaving.id = 90;
    leaving.effective_date = date(2026, 1, 20);
    leaving.data = JobData { status: EmploymentStatus::Terminated, ..leaving.data };
    people[2].assignment.push(leaving);
    let mut married = Record { id: 91, effective_date: date(2026, 1, 18), ..people[1].employee[0].clone() };
    married.data.last_name = "newname".into();
    people[1].employee.push(married);
    kept.add_people(account, &people).await;
    let server = Server::start(kept, &[]).await;
    let key = key_of(account, HELEN);
    let list = async || server.get("/users.json").by("helen", &key).send().await.is(200);
    let first = list().await;
    assert!(first.text().contains("First george") && first.text().contains("alice@"));
    let alices = key_of(account, 3);
    server.get("/users/me.json").by("alice", &alices).send().await.is(200);
    server.clock.set("2026-01-18T00:00:01Z");
    let renamed = eventually("the new name shows", async || {
        let now = list().await;
        now.text().contains("First newname").then_some(now)
    })
    .await;
    assert_ne!(first.etag(), renamed.etag());
    assert!(renamed.text().contains("alice@"), "she leaves two days later");
    server.clock.set("2026-01-20T00:00:01Z");
    let gone = eventually("she has left", async || {
        let now = list().await;
        (!now.text().contains("alice@")).then_some(now)
    })
    .await;
    assert_ne!(renamed.etag(), gone.etag());
    server.get("/users/me.json").by("alice", &alices).send().await.bare(401);
    let left = server.get("/users/3.json").by("helen", &key).send().await.is(200).json();
    assert_eq!(left["assignment_record"]["employee_status"], "TERMINATED");
    assert_eq!(left["id"], UserId(3).0);
}
