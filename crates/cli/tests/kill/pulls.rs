//! A mirror is killed: a file that has its name is a whole picture, and the next run does the rest.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use crate::{
    kill_after, play,
    support::{Server, files, folkmoot, http::Http, png, run, text},
    time,
};

const MANIFEST: &str = "manifest.jsonl";

/// Everybody's picture as the server has it now, by the name that a file of it gets.
fn pictures(http: &Http) -> BTreeMap<String, Vec<u8>> {
    let with_picture = http.users().into_iter().filter(|user| user["avatar"]["url"].is_string());
    with_picture
        .map(|user| {
            let url = user["avatar"]["url"].as_str().unwrap();
            let extension = url.rsplit('.').next().unwrap();
            let file = format!("{}.{extension}", user["username"].as_str().unwrap());
            (file, http.get_url(url).expect(200).body)
        })
        .collect()
}

/// Gives two people another picture than they had.
fn change(http: &Http, first: usize, number: u32) {
    let users = http.users();
    for at in [first, first + 1] {
        let user = &users[at % users.len()];
        let path = format!("/users/{}/picture", user["id"]);
        http.send("PUT", &path, &png(number.wrapping_add(at as u32))).unwrap().expect(200);
    }
}

fn files_of(out: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = files(out);
    files.remove(MANIFEST);
    files
}

#[test]
fn a_pull_that_was_killed_left_whole_pictures_and_the_next_completes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let server = Server::demo(&data, "60");
    let ada = server.administrator();
    let http = server.http().with(&ada);
    let key = folder.path().join("key");
    std::fs::write(&key, &ada.secret).unwrap();
    let pull = |out: &Path| {
        let command =
            ["avatars", "pull", &server.url, "--username", "ada", "--key-file", text(&key), "--json"];
        command.into_iter().chain(["--jobs", "4", "--out", text(out)]).map(str::to_owned).collect::<Vec<_>>()
    };
    let whole = time(|| drop(run(&pull(&folder.path().join("first"))).expect(0)));
    play(5, |dice| {
        let out = folder.path().join("out");
        let mut ever: BTreeMap<String, HashSet<Vec<u8>>> = BTreeMap::new();
        let mut kills = 0;
        for kill in 0..3 {
            if kill > 0 {
                change(&http, dice.below(1000), dice.roll() as u32);
            }
            for (file, content) in pictures(&http) {
                ever.entry(file).or_default().insert(content);
            }
            kills += u64::from(kill_after(folkmoot(&pull(&out)), dice.moment(whole)));
            for (file, content) in files_of(&out) {
                let whole = ever.get(&file).is_some_and(|contents| contents.contains(&content));
                assert!(whole, "{file} of {} bytes is no picture that ever was", content.len());
            }
        }
        let report = run(&pull(&out)).expect(0).json();
        assert_eq!((&report["failed"], &report["cancelled"]), (&0.into(), &false.into()), "{report}");
        let (there, wanted) = (files_of(&out), pictures(&http));
        assert_eq!(there.keys().collect::<Vec<_>>(), wanted.keys().collect::<Vec<_>>());
        assert!(there == wanted, "a picture is not the present one");
        let report = run(&pull(&out)).expect(0).json();
        assert_eq!((&report["fetched"], &report["requests"]), (&0.into(), &1.into()), "{report}");
        std::fs::remove_dir_all(&out).unwrap();
        kills
    });
    assert_eq!(server.terminate(), Some(0));
}
