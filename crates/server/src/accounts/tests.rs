use std::time::Duration;

use folkmoot_core::{AccountState, Settings as AccountSettings};
use folkmoot_store::{Author, DataDir};
use futures_util::future::join_all;
use tempfile::TempDir;

use super::*;
use crate::{SystemClock, SystemRandom};

/// A store with so many accounts of nobody.
async fn store(count: usize) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let place = DataDir::at(folder.path().join("data"));
    let store = Store::create(place, Arc::new(SystemClock), Arc::new(SystemRandom)).await.unwrap();
    for number in 0..count {
        let name = format!("company{number}");
        let made = store.create_account(&name, "Company", AccountSettings::default(), Author::OPERATOR).await;
        made.unwrap().unwrap();
    }
    (folder, store)
}

async fn accounts(store: &Store) -> Arc<Accounts> {
    let mut settings = Settings::default();
    settings.set("server.base_domain", "hr.example").unwrap();
    settings.set("accounts.loads_at_once", "1").unwrap();
    Accounts::new(&settings, store.clone()).await.unwrap()
}

fn account(accounts: &Accounts, number: usize) -> Arc<LiveAccount> {
    let host = format!("company{number}.hr.example").parse().unwrap();
    accounts.on(&host).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_loaded_once_for_all_who_ask_at_once() {
    let (_folder, store) = store(2).await;
    let accounts = accounts(&store).await;
    let account = account(&accounts, 0);
    let loaded = join_all((0..200).map(|_| accounts.directory(&account))).await;
    let first = loaded[0].clone().unwrap();
    assert!(loaded.iter().all(|directory| Arc::ptr_eq(&first, directory.as_ref().unwrap())));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_waiting_does_not_stop_the_loading() {
    let (_folder, store) = store(2).await;
    let accounts = accounts(&store).await;
    let account = account(&accounts, 0);
    let turn = accounts.turns.next().await.unwrap();
    let given_up = tokio::time::timeout(Duration::from_millis(50), accounts.directory(&account)).await;
    assert!(given_up.is_err(), "there was no turn to be had");
    drop(turn);
    while account.in_memory().is_none() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_accounts_at_once_are_refused_and_not_queued() {
    let (_folder, store) = store(70).await;
    let accounts = accounts(&store).await;
    let turn = accounts.turns.next().await.unwrap();
    let loads: Vec<_> = (0..70)
        .map(|number| {
            let (accounts, account) = (Arc::clone(&accounts), account(&accounts, number));
            tokio::spawn(async move { accounts.directory(&account).await })
        })
        .collect();
    while loads.iter().filter(|load| load.is_finished()).count() < 6 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    drop(turn);
    let loaded = join_all(loads).await.into_iter().map(Result::unwrap);
    let (served, refused): (Vec<_>, Vec<_>) = loaded.partition(Result::is_ok);
    assert_eq!((served.len(), refused.len()), (64, 6));
    assert!(refused.into_iter().all(|load| matches!(load, Err(LoadFailure::Busy))));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waited_for_a_load_that_failed_hears_so_at_once_and_the_next_tries_again() {
    let (_folder, store) = store(3).await;
    let accounts = accounts(&store).await;
    let account = account(&accounts, 0);
    let turn = accounts.turns.next().await.unwrap();
    let mut waiting = Box::pin(join_all((0..20).map(|_| accounts.directory(&account))));
    // Polled once, so that all of them wait.
    assert!(tokio::time::timeout(Duration::ZERO, &mut waiting).await.is_err());
    store.close().await;
    drop(turn);
    assert!(waiting.await.into_iter().all(|load| matches!(load, Err(LoadFailure::Unreachable))));
    assert_eq!(account.failures(), 1, "one try for all who waited");
    assert!(accounts.directory(&account).await.is_err());
    assert_eq!(account.failures(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_of_accounts_is_taken_up() {
    let (_folder, store) = store(2).await;
    let accounts = accounts(&store).await;
    let first = account(&accounts, 0);
    accounts.directory(&first).await.unwrap();
    let suspend = |account: &mut Account| account.state = AccountState::Suspended;
    store.edit_account(first.id(), Author::OPERATOR, suspend).await.unwrap().unwrap();
    let second = account(&accounts, 1).id();
    store
        .edit_account(second, Author::OPERATOR, |account| account.subdomain = "other".into())
        .await
        .unwrap()
        .unwrap();
    accounts.take_up().await.unwrap();
    assert_eq!(first.state(), AccountState::Suspended);
    assert_eq!(first.in_memory().unwrap().account().state, AccountState::Suspended);
    assert!(accounts.on(&"company1.hr.example".parse().unwrap()).is_none());
    assert_eq!(accounts.on(&"other.hr.example".parse().unwrap()).unwrap().id(), second);
    store.delete_account(first.id()).await.unwrap();
    accounts.take_up().await.unwrap();
    assert!(accounts.on(&"company0.hr.example".parse().unwrap()).is_none());
    assert_eq!(accounts.taken(), (0, 0));
    assert_eq!(accounts.count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_has_written_reads_it_although_the_account_has_left_memory() {
    let (_folder, store) = store(2).await;
    let accounts = accounts(&store).await;
    let account = account(&accounts, 0);
    let held = accounts.directory(&account).await.unwrap();
    release(accounts.memory.forget(account.id()));
    assert!(account.in_memory().is_none());
    store
        .edit_account(account.id(), Author::OPERATOR, |account| account.name = "Renamed".into())
        .await
        .unwrap()
        .unwrap();
    let mine = accounts.refresh(&account, &held).await.unwrap();
    assert_eq!(mine.account().name, "Renamed");
    assert!(account.in_memory().is_none());
    let loaded = accounts.directory(&account).await.unwrap();
    let apart = |directory: &Directory| directory.generation() / GENERATIONS;
    assert_ne!(apart(&mine), apart(&loaded), "no two contents have the same generation");
    assert_ne!(apart(&held), apart(&loaded));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_read_before_a_write_is_not_shown_after_it() {
    let (_folder, store) = store(2).await;
    let accounts = accounts(&store).await;
    let account = account(&accounts, 0);
    // A load that has read, and has not come to its end.
    let changing = account.change().await;
    let before = Arc::new(store.load_directory(account.id(), store.clock().today()).await.unwrap());
    let renamed = |account: &mut Account| account.name = "Renamed".into();
    let revision = store.edit_account(account.id(), Author::OPERATOR, renamed).await.unwrap().unwrap();
    let mut taken_up = Box::pin(accounts.take_up_one(account.id(), revision));
    assert!(tokio::time::timeout(Duration::from_millis(100), &mut taken_up).await.is_err());
    account.put(&changing, Arc::clone(&before));
    release(accounts.memory.note(&account, &before));
    drop(changing);
    taken_up.await.unwrap();
    assert_eq!(account.in_memory().unwrap().account().name, "Renamed");
    assert_eq!(account.definition().name, "Renamed");
}
