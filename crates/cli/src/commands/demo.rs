//! `folkmoot demo`.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context, bail};
use folkmoot_core::{Account, AccountId, PersonHistory, PictureKind, PictureName, Text};
use folkmoot_demo::{DemoCompany, DemoOptions};
use folkmoot_server::Settings;
use folkmoot_store::{Author, Staging, Store};
use serde_json::json;

use super::serve;
use crate::args::{Demo, StorePlace};
use crate::exit::Exit;
use crate::{output, progress, setup, signals};

const ACCOUNT: &str = "demo";
const ADMINISTRATOR: &str = "ada";
/// As many as one can get to know in an afternoon.
const PEOPLE: u32 = 250;
/// Pictures written to disk with one flush.
const PICTURES_AT_ONCE: usize = 1000;

pub(crate) async fn run(arguments: &Demo, settings: Settings) -> anyhow::Result<Exit> {
    let store = open_or_make(arguments, &settings).await?;
    let account = store.accounts().await?.into_iter().next().context("the demo's account is gone")?;
    let key = administrators_key(&store, &account).await?;
    if arguments.no_serve {
        store.close().await;
        return Ok(Exit::Done);
    }
    let (app, listening) = serve::start(store, settings, arguments.listen).await?;
    let (url, stop) = (serve::url(&listening), signals::stop());
    if arguments.json {
        output::say_json(&json!({
            "url": url,
            "username": ADMINISTRATOR,
            "api_key": key,
            "data": arguments.data,
        }));
    } else {
        let directory = setup::directory(app.store(), &account).await?;
        let pictures = directory.people().filter(|person| person.user.picture.is_some()).count();
        output::say(format_args!(
            "{}: {} people, {pictures} pictures, served at {url} from {}",
            account.name,
            directory.len(),
            arguments.data.display()
        ));
        output::say("Try, in another terminal:");
        output::say(format_args!(
            "  curl -u {ADMINISTRATOR}:{key} -H 'X-API-Version: 2.0.0' {url}/users.json"
        ));
        output::say(format_args!(
            "  FOLKMOOT_KEY={key} {} avatars pull {url} --username {ADMINISTRATOR} --key-env FOLKMOOT_KEY --out pictures",
            program()
        ));
    }
    serve::until_stopped(app, listening, stop).await
}

/// How the program was called, so that the line that is printed works where it was printed.
fn program() -> String {
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    match (program, here) {
        (Some(program), Some(here)) => program.strip_prefix(&here).unwrap_or(&program).display().to_string(),
        _ => "folkmoot".to_owned(),
    }
}

async fn open_or_make(arguments: &Demo, settings: &Settings) -> anyhow::Result<Store> {
    // A demo is a data directory of its own, whatever store is otherwise in use.
    let place = StorePlace { data: Some(arguments.data.clone()) };
    let store = setup::open_or_make(&place, settings).await?;
    let account = match store.accounts().await?.as_slice() {
        [] => {
            let (name, settings) = ("Maple & Moot", folkmoot_core::Settings::default());
            store.create_account(ACCOUNT, name, settings, Author::OPERATOR).await??
        }
        [account] if account.subdomain == ACCOUNT => account.clone(),
        _ => bail!("{} holds something else than a demo", arguments.data.display()),
    };
    // An account without people is what a demo leaves that was killed while it was made.
    let people = setup::directory(&store, &account).await?.len();
    if people == 0 {
        make(&store, &account, arguments).await?;
    } else if let Some(asked) = arguments.people.filter(|&asked| asked as usize != people) {
        bail!(
            "{} already holds a company of {people} people; name another --data for one of {asked}",
            arguments.data.display()
        );
    }
    Ok(store)
}

async fn make(store: &Store, account: &Account, arguments: &Demo) -> anyhow::Result<()> {
    let quiet = arguments.json;
    let options = DemoOptions {
        people: arguments.people.unwrap_or(PEOPLE) as usize,
        admin_username: Text::from(ADMINISTRATOR),
        ..DemoOptions::new(store.clock().today(), store.clock().now())
    };
    let seal = |plain: &str| store.keys().seal_government_id(account.id, plain);
    let DemoCompany { org, mut people, sequences, admin, .. } = folkmoot_demo::company(&options, &seal);
    let portraits = if arguments.no_pictures {
        None
    } else {
        Some(draw_portraits(store, account.id, options.seed, &mut people, quiet).await?)
    };
    let bar = progress::bar(Some(people.len() as u64), "people", quiet);
    let encrypted: HashSet<_> =
        org.custom_fields.values().filter(|field| field.encrypted).map(|field| field.id).collect();
    let mut tx = store.begin(account.id, Author::OPERATOR).await?;
    if let Some(portraits) = portraits {
        portraits.publish().await?;
    }
    tx.add_org(&org).await?;
    for batch in people.chunks(10_000) {
        tx.add_people(batch, &encrypted).await?;
        bar.inc(batch.len() as u64);
    }
    drop(people);
    tx.set_sequences(&sequences).await?;
    tx.set_api_key(admin, &store.keys().new_api_key()).await?;
    tx.commit().await?;
    bar.finish_and_clear();
    let directory = setup::directory(store, account).await?;
    store.write_directory_image(&directory).await?;
    Ok(())
}

/// Draws the portraits on every core, lays them ready, and names them in `people`.
async fn draw_portraits(
    store: &Store,
    account: AccountId,
    seed: u64,
    people: &mut [PersonHistory],
    quiet: bool,
) -> anyhow::Result<Staging> {
    let bar = progress::bar(Some(people.len() as u64), "portraits", quiet);
    let mut portraits = store.stage_pictures(account).await?;
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    for batch in people.chunks_mut(PICTURES_AT_ONCE) {
        let next = AtomicUsize::new(0);
        let drawn: Vec<(usize, PictureName, Vec<u8>)> = std::thread::scope(|scope| {
            let draw = || {
                let mut drawn = Vec::new();
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(person) = batch.get(at) else { return drawn };
                    if let Some(picture) = folkmoot_demo::portrait(seed, person.user.id) {
                        let name = store.keys().picture_name(account, PictureKind::Jpeg, &picture);
                        drawn.push((at, name, picture));
                    }
                    bar.inc(1);
                }
            };
            let workers: Vec<_> = (0..cores).map(|_| scope.spawn(draw)).collect();
            workers.into_iter().filter_map(|worker| worker.join().ok()).flatten().collect()
        });
        let mut blobs = Vec::with_capacity(drawn.len());
        for (at, name, picture) in drawn {
            batch[at].user.picture = Some(name);
            blobs.push((name, picture));
        }
        portraits.add(blobs).await?;
    }
    bar.finish_and_clear();
    Ok(portraits)
}

async fn administrators_key(store: &Store, account: &Account) -> anyhow::Result<String> {
    let directory = setup::directory(store, account).await?;
    let person = setup::person(&directory, ADMINISTRATOR)?;
    let sealed = person.user.api_key.as_ref().context("the demo's administrator has no API key")?;
    let keys = store.keys();
    Ok(keys.following(|| keys.open_api_key(account.id, sealed)).await?.expose())
}
