//! The seeds' account, loaded through the product's own import, is served exactly as the seeds show it.

use std::collections::HashSet;

use folkmoot_core::{AccountId, ApiKey, KeyHash, Sealed, Settings, UserId};
use folkmoot_exchange::import::{ImportOptions, Sealer, plan, read_json};
use folkmoot_store::{Author, KeyRing};
use serde_json::Value;

use crate::support::{Answer, Kept, KeptClock, Server, jpeg, leaves_of_json, leaves_of_xml};

const LIST: &str = include_str!("../golden/users.json");
const ALICE: &str = include_str!("../golden/user_7.json");
const LIST_XML: &str = include_str!("../golden/users.xml");
const ALICE_XML: &str = include_str!("../golden/user_7.xml");
/// Alice's key, as her document shows it.
pub(crate) const KEY: &str = "570675830ab61a31ef57f70ca335f64374b56281";
pub(crate) const GEORGES_KEY: &str = "0123456789012345678901234567890123456789";
/// The moment at which the seed says that Alice was last changed.
const CHANGED: &str = "2013-07-22T15:18:02Z";

struct StoreSealer<'a>(&'a KeyRing, AccountId);

impl Sealer for StoreSealer<'_> {
    fn seal(&self, plain: &str) -> Sealed {
        self.0.seal_government_id(self.1, plain)
    }

    fn key(&self, key: &ApiKey) -> (KeyHash, Sealed) {
        (self.0.hash_api_key(self.1, key), self.0.seal_api_key(self.1, key))
    }
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The account of the seeds: what they tell of George, and all of Alice.
pub(crate) async fn import_seeds(kept: &Kept) -> AccountId {
    import_as(kept, "mycompany", &seed_people()).await
}

/// The people of the seeds' account, as a document.
pub(crate) fn seed_people() -> Value {
    serde_json::json!([parsed(LIST)[0], parsed(ALICE)])
}

/// An account of these people, of whom 6 is George.
pub(crate) async fn import_as(kept: &Kept, subdomain: &str, people: &Value) -> AccountId {
    KeptClock::set(&kept.clock, CHANGED);
    let account = kept.account(subdomain, Settings::default()).await;
    let store = &kept.store;
    let today = store.clock().today();
    let existing = store.load_directory(account, today).await.expect("an empty account");
    let mut tx = store.begin(account, Author::OPERATOR).await.expect("a transaction");
    let sequences = tx.sequences().await.expect("sequences");
    let sealer = StoreSealer(store.keys(), account);
    let options = ImportOptions { keep_ids: true, now: store.clock().now(), today, sealer: &sealer };
    let plan = match plan(&read_json(people.to_string().as_bytes()), &existing, sequences, &options) {
        Ok(plan) => plan,
        Err(faults) => panic!("{faults:?}"),
    };
    tx.add_org(&plan.org).await.expect("the organisation");
    tx.add_people(&plan.people, &HashSet::new()).await.expect("people");
    tx.set_sequences(&plan.sequences).await.expect("sequences");
    tx.set_api_key(UserId(6), &GEORGES_KEY.parse().expect("a key")).await.expect("a key");
    tx.commit().await.expect("a commit");
    account
}

/// That account on a server, Alice having put up a picture.
async fn seeds(settings: &[(&str, &str)]) -> Server {
    let kept = Kept::new().await;
    import_seeds(&kept).await;
    let server = Server::start(kept, settings).await;
    let put = server.ask("PUT", "/users/7/picture.json").by("alice", KEY).body("image/jpeg", jpeg(1));
    put.send().await.is(200);
    server
}

async fn private() -> Server {
    seeds(&[("pictures.urls", "private")]).await
}

async fn get(server: &Server, path: &str) -> Answer {
    server.get(path).by("alice", KEY).send().await
}

/// The document as text, in which the order of keys and the types show.
fn spelled(value: &Value) -> String {
    serde_json::to_string_pretty(value).expect("JSON")
}

#[tokio::test(flavor = "multi_thread")]
async fn alice_reads_of_herself_exactly_what_the_seed_shows() {
    let server = private().await;
    for path in ["/users/7.json", "/users/me.json", "/users/view/7.json"] {
        let answer = get(&server, path).await.is(200);
        assert_eq!(spelled(&answer.json()), spelled(&parsed(ALICE)), "{path}");
        assert_eq!(answer.header("x-api-version"), Some("2.2.0"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_is_the_seeds_with_pictures() {
    let server = private().await;
    for (who, key) in [("alice", KEY), ("george", GEORGES_KEY), ("GEORGE@mycompany.com", GEORGES_KEY)] {
        let answer = server.get("/users.json").by(who, key).send().await.is(200);
        let mut list = answer.json();
        let mut avatars = Vec::new();
        for user in list.as_array_mut().expect("a list") {
            let user = user.as_object_mut().expect("a user");
            let keys: Vec<&str> = user.keys().map(String::as_str).collect();
            let served = ["id", "username", "avatar", "email", "display_name", "employee_record", "url"];
            assert_eq!(keys, served);
            avatars.push(user.shift_remove("avatar").expect("a picture or none"));
        }
        assert_eq!(spelled(&list), spelled(&parsed(LIST)), "as {who}");
        let expected =
            [serde_json::json!({"url": null}), serde_json::json!({"url": "/users/view/7/picture"})];
        assert_eq!(avatars, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn public_pictures_have_absolute_addresses_that_tell_nothing() {
    let server = seeds(&[]).await;
    let picture = |user: &Value| user["avatar"]["url"].as_str().expect("an address").to_owned();
    let list = get(&server, "/users.json").await.json();
    assert!(list[0]["avatar"]["url"].is_null());
    let url = picture(&list[1]);
    let name = url.strip_prefix(&format!("http://{}/pictures/", server.address)).expect("absolute");
    let (digits, extension) = name.split_once('.').expect("an extension");
    assert_eq!(digits.len(), 28);
    assert!(digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')), "{name}");
    assert!(matches!(extension, "jpg" | "png"), "{name}");
    assert_eq!(picture(&get(&server, "/users/7.json").await.json()), url, "the same in the full user");
    let (_, leaves) = leaves_of_xml(&get(&server, "/users.xml").await.body);
    assert!(leaves.contains(&("/1/avatar/url".to_owned(), url)), "and in XML: {leaves:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn xml_says_the_same_in_exactly_these_bytes() {
    let server = private().await;
    for (path, root, golden) in
        [("/users", "users", LIST_XML), ("/users/7", "user", ALICE_XML), ("/users/me", "user", ALICE_XML)]
    {
        let xml = get(&server, &format!("{path}.xml")).await.is(200);
        assert_eq!(xml.header("content-type"), Some("application/xml; charset=UTF-8"));
        assert_eq!(xml.text() + "\n", golden, "{path}");
        let json = get(&server, &format!("{path}.json")).await;
        assert_eq!(json.header("content-type"), Some("application/json; charset=UTF-8"));
        let mut expected = leaves_of_json(&json.json());
        // The format shows in addresses of resources; pictures have none.
        for (path, text) in &mut expected {
            if path.ends_with("/url")
                && let Some(stem) = text.strip_suffix(".json")
            {
                *text = format!("{stem}.xml");
            }
        }
        assert_eq!(leaves_of_xml(&xml.body), (root.to_owned(), expected), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn george_sees_of_alice_what_his_group_lets_him() {
    let server = private().await;
    // The seeds do not tell his group, so he is an Employee, and no more to her than anybody else.
    let alice = server.get("/users/7.json").by("george", GEORGES_KEY).send().await.is(200).json();
    for (place, key) in
        [("", "api_key"), ("", "group"), ("", "leave_usages"), ("/employee_record", "birthdate")]
    {
        let object = alice.pointer(place).and_then(Value::as_object).expect("an object");
        assert!(!object.contains_key(key), "{place}/{key}");
    }
    assert!(!alice.to_string().contains("1982-02-21"));
    assert_eq!(alice["assignment_record"]["manager"], parsed(ALICE)["assignment_record"]["manager"]);
}
