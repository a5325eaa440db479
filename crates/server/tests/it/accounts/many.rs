use std::collections::BTreeSet;
use std::sync::Arc;

use folkmoot_core::UserId;
use folkmoot_store::Author;
use futures_util::StreamExt;
use futures_util::stream;

use super::Companies;
use crate::support::{ALICE, HELEN, eventually, jpeg};

/// What memory may be taken for a moment beyond the bound: by those that are being loaded side by side.
const LOADING: u64 = 4 * (60 << 10);

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_answers_for_itself_while_others_make_room() {
    const COUNT: usize = 300;
    let companies = Companies::new(COUNT, &[("accounts.memory_mb", "1")]).await;
    assert!(companies.in_memory().is_empty(), "of several none is loaded before it is asked for");
    // In an order that is no order, three times each.
    let order = (0..3 * COUNT).map(|n| n * 7919 % COUNT);
    stream::iter(order)
        .for_each_concurrent(16, async |number| {
            let me = companies.get(number, "/users/me.json").await.is(200).json();
            assert_eq!(me["employee_record"]["last_name"], format!("of company {number}"));
            let list = companies.get(number, "/users.json").await.is(200).json();
            let list = list.as_array().expect("a list");
            assert_eq!(list.len(), 3);
            assert!(
                list.iter()
                    .all(|user| user["employee_record"]["last_name"] == format!("of company {number}")),
                "{list:?}"
            );
            let (_, bytes) = companies.app.accounts().taken();
            assert!(bytes <= (1 << 20) + LOADING, "{bytes} bytes are taken");
        })
        .await;
    let (held, bytes) = companies.app.accounts().taken();
    assert!((10..COUNT / 5).contains(&held), "{held} companies in {bytes} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_kept_of_an_account_is_not_shown_when_it_comes_back_changed() {
    let companies = Companies::new(40, &[("accounts.memory_mb", "1")]).await;
    let before = companies.get(0, "/users.json").await.is(200);
    let user = companies.get(0, "/users/1.json").await.is(200);
    for number in 1..40 {
        companies.get(number, "/users/me.json").await.is(200);
    }
    assert!(!companies.in_memory().contains(&0), "it has made room");
    let account = companies.accounts[0];
    let mut tx = companies.store.begin(account, Author::OPERATOR).await.expect("a transaction");
    let person = tx.set_password_hash(UserId(HELEN), "no hash").await;
    person.expect("a change");
    tx.commit().await.expect("a commit");
    let picture = companies.store.set_picture(
        account,
        Author::OPERATOR,
        UserId(ALICE),
        Some(folkmoot_store::StoredPicture { kind: folkmoot_core::PictureKind::Jpeg, content: jpeg(1) }),
    );
    picture.await.expect("a picture");
    let after = companies.get(0, "/users.json").await.is(200);
    assert_ne!(before.body, after.body, "the list shows the picture");
    assert_ne!(before.etag(), after.etag());
    assert_ne!(user.etag(), companies.get(0, "/users/1.json").await.is(200).etag());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_is_read_while_accounts_come_and_go() {
    const COUNT: usize = 40;
    let companies = Companies::new(COUNT, &[("accounts.memory_mb", "1")]).await;
    let writers = stream::iter(0..2 * COUNT).for_each_concurrent(8, async |n| {
        let number = n * 13 % COUNT;
        let who = [HELEN, ALICE][n / COUNT];
        let put = companies.ask(number, "PUT", &format!("/users/{who}/picture.json"));
        let put = put.body("image/jpeg", jpeg((n % 200) as u8)).send().await.is(200).json();
        let url = put["avatar"]["url"].as_str().expect("an address").to_owned();
        let user = companies.get(number, &format!("/users/{who}.json")).await.is(200).json();
        assert_eq!(user["avatar"]["url"], url.as_str(), "one's own write is seen at once");
        let path = url.strip_prefix(&format!("http://{}", Companies::host(number))).expect("its host");
        companies.get(number, path).await.is(200);
    });
    let readers = stream::iter(0..20 * COUNT).for_each_concurrent(8, async |n| {
        companies.get(n * 17 % COUNT, "/users/me.json").await.is(200);
    });
    tokio::join!(writers, readers);
    for number in 0..COUNT {
        let list = companies.get(number, "/users.json").await.is(200).json();
        let pictures =
            list.as_array().expect("a list").iter().filter(|user| !user["avatar"]["url"].is_null());
        assert_eq!(pictures.count(), 2, "company {number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_who_name_host_after_host_displace_nobody() {
    let companies = Companies::new(60, &[("accounts.memory_mb", "1")]).await;
    let warm: BTreeSet<usize> = (0..12).collect();
    for &number in &warm {
        companies.get(number, "/users/me.json").await.is(200);
    }
    let directories = |companies: &Companies| -> Vec<_> {
        let held = companies.app.accounts().in_memory();
        held.into_iter().filter(|directory| directory.account().id <= companies.accounts[11]).collect()
    };
    let before = directories(&companies);
    assert_eq!(before.len(), 12);
    for number in 12..60 {
        // Who does not say who they are causes nothing at all.
        companies.server.get("/users.json").host(&Companies::host(number)).send().await.bare(401);
        let garbled = companies.server.get("/users.json").with("authorization", "Basic ???");
        garbled.host(&Companies::host(number)).send().await.bare(401);
    }
    assert_eq!(companies.in_memory().len(), 12);
    for number in 12..60 {
        let host = Companies::host(number);
        companies.server.get("/users.json").host(&host).by("helen", &"0".repeat(40)).send().await.bare(401);
        companies.server.get("/pictures/00112233445566778899aabbccdd.jpg").host(&host).send().await.bare(404);
    }
    let after = directories(&companies);
    for directory in &before {
        assert!(after.iter().any(|other| Arc::ptr_eq(directory, other)), "the same, never loaded anew");
    }
    let (_, bytes) = companies.app.accounts().taken();
    assert!(bytes <= (1 << 20) + LOADING);
    // One of them is recognised at last, and stays.
    companies.get(59, "/users/me.json").await.is(200);
    eventually("only those recognised are left", async || {
        let held = companies.in_memory();
        (held.contains(&59)).then_some(())
    })
    .await;
}
