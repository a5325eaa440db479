//! Stores of earlier versions are taken up with everything in them.

use std::fs;
use std::sync::Arc;

use bytes::Bytes;
use folkmoot_core::{AccountId, UserId};
use folkmoot_store::{Author, CheckOptions, KeySource, Passwords, Store, no_progress};
use folkmoot_testing::Backend;
use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, Migrator};
use sqlx::postgres::PgPool;

use crate::support::{Place, TODAY};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");
const ROWS: &str = include_str!("version_1/rows.sql");
const KEY: &str = include_str!("version_1/key");
const PICTURE: &[u8] = include_bytes!("version_1/picture.jpg");
const DEMO: AccountId = AccountId(1);

/// A store as version 1 left it.
async fn version_1() -> Place {
    let place = Place::new(Backend::chosen()).await;
    let first = MIGRATIONS.iter().filter(|migration| migration.version == 1);
    let text = |migration: &Migration| match place.database {
        None => migration.sql.as_str().to_owned(),
        Some(_) => migration.sql.as_str().replace(" BLOB", " BYTEA"),
    };
    let first = first.map(|migration| {
        let text = sqlx::AssertSqlSafe(text(migration)).into_sql_str();
        Migration::new(1, migration.description.clone(), migration.migration_type, text, migration.no_tx)
    });
    let first = Migrator { migrations: first.collect(), ..Migrator::DEFAULT };
    let dir = place.data_dir();
    fs::create_dir_all(dir.blobs()).unwrap();
    fs::create_dir_all(dir.images()).unwrap();
    if let Some(database) = &place.database {
        first.run(&PgPool::connect(&database.url()).await.unwrap()).await.unwrap();
    } else {
        first.run(&place.sqlite().await).await.unwrap();
    }
    place.sql(ROWS).await;
    let options = place.options();
    let KeySource::File(key) = options.keys else { unreachable!() };
    fs::write(&key, KEY).unwrap();
    fs::set_permissions(key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    let name = place.rows::<(String,)>("SELECT picture FROM users WHERE id = 2").await[0].0.parse().unwrap();
    options.blobs.put(DEMO, name, Bytes::from_static(PICTURE)).await.unwrap();
    place
}

async fn must_be_whole(store: &Store) {
    let report = store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
    assert_eq!(
        (report.accounts, report.pictures, report.changes),
        (1, 1, store.revision(DEMO).await.unwrap())
    );
}

#[tokio::test]
async fn a_store_of_version_1_is_taken_up_whole() {
    let place = version_1().await;
    let store = place.again().await;
    assert_eq!(store.revision(DEMO).await.unwrap(), 74);
    must_be_whole(&store).await;
    let directory = store.load_directory(DEMO, TODAY).await.unwrap();
    assert_eq!(directory.len(), 3);
    let key = "be46a31d5154bb6df566c9cad02549a669174d22".parse().unwrap();
    let ada = directory.by_key(&store.keys().hash_api_key(DEMO, &key)).unwrap();
    assert_eq!(ada.user.username, "ada");
    assert_eq!(store.keys().open_api_key(DEMO, ada.user.api_key.as_ref().unwrap()).unwrap(), key);
    let sealed = ada.employee.at(TODAY).unwrap().data.government_id.as_ref().unwrap();
    assert!(!store.keys().open_government_id(DEMO, sealed).unwrap().is_empty());
    let picture = directory.person(UserId(2)).unwrap().user.picture.unwrap();
    assert_eq!(store.picture(DEMO, picture).await.unwrap().as_deref(), Some(PICTURE));
    let fatima = directory.person(UserId(3)).unwrap();
    let bank_account = fatima.custom_field_records.iter().find(|record| record.field.0 == 10).unwrap();
    assert_eq!(bank_account.content, "XX00 0000 0478 9013 6201");
    let hash = fatima.user.password_hash.as_ref().unwrap().to_string();
    let passwords = Passwords::new(1);
    assert!(passwords.verify("correct horse battery".into(), Some(hash.into())).await.unwrap());
    // It is written to, and taken up again, like any other.
    let mut tx = store.begin(DEMO, Author::OPERATOR).await.unwrap();
    tx.set_api_key(UserId(3), &store.keys().new_api_key()).await.unwrap();
    assert_eq!(tx.commit().await.unwrap(), 75);
    store.close().await;
    must_be_whole(&place.again().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_processes_take_up_the_same_store_at_once() {
    let place = Arc::new(version_1().await);
    let opening: Vec<_> = (0..4)
        .map(|user| {
            let place = place.clone();
            tokio::spawn(async move {
                let store = place.again().await;
                // While others may still be giving rows their checksums.
                let mut tx = store.begin(DEMO, Author::OPERATOR).await.unwrap();
                tx.set_password_hash(UserId(user % 3 + 1), &format!("hash {user}")).await.unwrap();
                tx.commit().await.unwrap();
            })
        })
        .collect();
    for opened in opening {
        opened.await.unwrap();
    }
    let store = place.again().await;
    assert_eq!(store.revision(DEMO).await.unwrap(), 78);
    must_be_whole(&store).await;
    let directory = store.load_directory(DEMO, TODAY).await.unwrap();
    let hash = |user| directory.person(UserId(user)).unwrap().user.password_hash.clone().unwrap();
    assert_eq!([&*hash(2), &*hash(3)], ["hash 1", "hash 2"], "what was acknowledged stays");
    assert!(["hash 0", "hash 3"].contains(&&*hash(1)));
}
