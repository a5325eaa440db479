//! A server is killed under writers: every write that was acknowledged is there, and no user is in a state that
//! nobody wrote.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    Dice, play,
    support::{
        Server, assert_sound, copy_folder,
        http::{Credentials, Http},
        init, people_csv, png, run, run_with_input, text,
    },
};

const WRITERS: usize = 4;
/// Users whose pictures one writer changes; nobody else does.
const EACH: usize = 4;
/// Users with a password and no key.
const WITH_PASSWORD: usize = 6;
const PASSWORD: &str = "correct horse battery staple";
/// Pictures that are written: few, so that people share them, and whoever takes one away may not take another's.
const PICTURES: u32 = 10;

/// A store to begin with, and what its pictures are called and hold once they are stored.
struct Beginning {
    folder: TempDir,
    ada: Credentials,
    names: Vec<String>,
    contents: HashMap<String, Vec<u8>>,
    /// Usernames and ids.
    users: Vec<(String, u64)>,
}

impl Beginning {
    fn make() -> Beginning {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let ada = init(&data);
        let table = folder.path().join("people.csv");
        std::fs::write(&table, people_csv(WRITERS * EACH + WITH_PASSWORD)).unwrap();
        run(&["import", "people", text(&table), "--data", text(&data)]).expect(0);
        for number in WRITERS * EACH..WRITERS * EACH + WITH_PASSWORD {
            let arguments = ["users", "set-password", &format!("person{number}"), "--data", text(&data)];
            run_with_input(&arguments, PASSWORD).expect(0);
        }
        let server = Server::serve(&data);
        let http = server.http().with(&ada);
        let users: Vec<_> =
            http.users().iter().map(|user| (username(user), user["id"].as_u64().unwrap())).collect();
        let (mut names, mut contents) = (Vec::new(), HashMap::new());
        for picture in 0..PICTURES {
            let path = format!("/users/{}/picture", users[0].1);
            let put = http.send("PUT", &path, &png(picture)).unwrap().expect(200).json();
            let url = put["avatar"]["url"].as_str().unwrap();
            names.push(name(url).to_owned());
            contents.insert(name(url).to_owned(), http.get_url(url).expect(200).body);
        }
        http.send("DELETE", &format!("/users/{}/picture", users[0].1), &[]).unwrap().expect(200);
        assert_eq!(server.terminate(), Some(0));
        assert_eq!(contents.len(), PICTURES as usize, "each picture is another");
        Beginning { folder, ada, names, contents, users }
    }

    fn id(&self, username: &str) -> u64 {
        self.users.iter().find(|user| user.0 == username).unwrap().1
    }
}

fn username(user: &Value) -> String {
    user["username"].as_str().unwrap().to_owned()
}

/// The last part of a picture's address.
fn name(url: &str) -> &str {
    url.rsplit('/').next().unwrap()
}

/// What is known of somebody's picture: which of the pictures it is, if any.
#[derive(Clone, Copy, Debug, Default)]
struct Known {
    acknowledged: Option<usize>,
    in_flight: Flight,
}

/// A write that was sent and not answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Flight {
    #[default]
    Nothing,
    Write(Option<usize>),
}

#[derive(Default)]
struct Ledger {
    pictures: Mutex<HashMap<String, Known>>,
    keys: Mutex<HashMap<String, String>>,
    writes: AtomicU64,
}

/// Changes pictures of the writer's users until the server is gone.
fn write_pictures(
    beginning: &Beginning,
    http: &Http,
    ledger: &Ledger,
    writer: usize,
    mut dice: Dice,
    dead: &AtomicBool,
) {
    loop {
        let user = format!("person{}", writer * EACH + dice.below(EACH));
        let picture = (dice.below(4) > 0).then(|| dice.below(PICTURES as usize));
        ledger.pictures.lock().unwrap().entry(user.clone()).or_default().in_flight = Flight::Write(picture);
        let path = format!("/users/{}/picture", beginning.id(&user));
        let sent = match picture {
            Some(picture) => http.send("PUT", &path, &png(picture as u32)),
            None => http.send("DELETE", &path, &[]),
        };
        let Ok(answer) = sent else {
            assert!(dead.load(Ordering::SeqCst), "a write failed before the server was killed");
            return;
        };
        let answer = answer.expect(200);
        if let Some(picture) = picture {
            let url = answer.json()["avatar"]["url"].as_str().unwrap().to_owned();
            assert_eq!(name(&url), beginning.names[picture]);
        }
        let known = Known { acknowledged: picture, in_flight: Flight::Nothing };
        let before = ledger.pictures.lock().unwrap().insert(user, known);
        if before.is_some_and(|before| before.acknowledged != picture) {
            ledger.writes.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Has keys made for those who have none, until the server is gone.
fn make_keys(http: &Http, ledger: &Ledger, dead: &AtomicBool) {
    for number in (WRITERS * EACH..WRITERS * EACH + WITH_PASSWORD).cycle() {
        let user = format!("person{number}");
        let http = http.with(&Credentials::new(&user, PASSWORD));
        let Ok(answer) = http.send("GET", "/users/me.json?requireApiKey=true", &[]) else {
            assert!(dead.load(Ordering::SeqCst), "a request failed before the server was killed");
            return;
        };
        let key = answer.expect(200).json()["api_key"].as_str().unwrap().to_owned();
        let before = ledger.keys.lock().unwrap().insert(user, key.clone());
        assert_eq!(before.as_ref().unwrap_or(&key), &key, "a key that is there is not replaced");
        if before.is_none() {
            ledger.writes.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Everybody's picture is one that was written, and every key that was given is good. What is there is known now.
fn compare(beginning: &Beginning, server: &Server, ledger: &Ledger) {
    let http = server.http().with(&beginning.ada);
    let users = http.users();
    assert_eq!(users.len(), beginning.users.len());
    let mut pictures = ledger.pictures.lock().unwrap();
    for user in users {
        let known = pictures.entry(username(&user)).or_default();
        let there = user["avatar"]["url"].as_str().map(|url| {
            let body = server.http().get_url(url).expect(200).body;
            let at = beginning
                .names
                .iter()
                .position(|known| known == name(url))
                .expect("a picture that was written");
            assert!(body == beginning.contents[name(url)], "{url} is not what was written");
            at
        });
        let written = there == known.acknowledged || known.in_flight == Flight::Write(there);
        assert!(written, "{}: {known:?}, but there is {there:?}", user["username"]);
        *known = Known { acknowledged: there, in_flight: Flight::Nothing };
    }
    let keys = ledger.keys.lock().unwrap();
    for number in WRITERS * EACH..WRITERS * EACH + WITH_PASSWORD {
        let user = format!("person{number}");
        let secret = keys.get(&user).map_or(PASSWORD, String::as_str);
        let me =
            server.http().with(&Credentials::new(&user, secret)).get("/users/me.json").expect(200).json();
        if let Some(key) = keys.get(&user) {
            assert_eq!(me["api_key"].as_str(), Some(key.as_str()));
        } else if let Some(key) = me["api_key"].as_str() {
            // Made, and never told.
            server.http().with(&Credentials::new(&user, key)).get("/users/me.json").expect(200);
        }
    }
}

fn write_and_kill(beginning: &Beginning, data: &Path, ledger: &Ledger, dice: &mut Dice) {
    let server = Server::serve(data);
    compare(beginning, &server, ledger);
    let http = server.http();
    let dead = AtomicBool::new(false);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (http, dice, dead) = (http.with(&beginning.ada), Dice(dice.roll()), &dead);
            scope.spawn(move || write_pictures(beginning, &http, ledger, writer, dice, dead));
        }
        scope.spawn(|| make_keys(&http, ledger, &dead));
        thread::sleep(dice.moment(Duration::from_millis(1500)));
        dead.store(true, Ordering::SeqCst);
        server.kill();
    });
    assert_sound(data);
}

#[test]
fn a_server_that_is_killed_has_what_it_acknowledged() {
    let beginning = Beginning::make();
    let mut writes = 0;
    play(1, |dice| {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        copy_folder(&beginning.folder.path().join("data"), &data);
        let ledger = Ledger::default();
        for _ in 0..2 {
            write_and_kill(&beginning, &data, &ledger, dice);
        }
        let server = Server::serve(&data);
        compare(&beginning, &server, &ledger);
        assert_eq!(server.terminate(), Some(0));
        assert_sound(&data);
        writes += ledger.writes.load(Ordering::Relaxed);
        2
    });
    println!("{writes} changes were acknowledged");
    assert!(writes > 0, "nothing was ever written");
}
