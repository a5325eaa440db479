//! The program as it grows: rows in PostgreSQL, pictures in S3, several nodes.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

mod postgres_only {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use folkmoot_testing::{TestBucket, TestDatabase};
    use serde_json::Value;

    use crate::support::http::{Credentials, Http};
    use crate::support::{Ran, Server, eventually, files, folkmoot, people_csv, png, text};

    /// A database, a bucket, and a folder for the key and for files.
    struct Grown {
        folder: tempfile::TempDir,
        database: TestDatabase,
        bucket: TestBucket,
    }

    impl Grown {
        fn new() -> Grown {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let (database, bucket) = (runtime.block_on(TestDatabase::create()), TestBucket::create());
            Grown { folder: tempfile::tempdir().unwrap(), database, bucket }
        }

        fn path(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        /// The program, configured by a file but for what is secret, as an operator would.
        fn command(&self, arguments: &[&str]) -> Command {
            let TestBucket { endpoint, bucket, prefix, access_key, secret_key, .. } = &self.bucket;
            let config = self.path("folkmoot.toml");
            let settings = format!(
                "[blobs]\nurl = \"s3://{bucket}/{prefix}\"\n[s3]\nendpoint = \"{endpoint}\"\n[keys]\nfile = \"{}\"\n\
                 [server]\nbase_domain = \"hr.example\"\n",
                text(&self.path("key"))
            );
            fs::write(&config, settings).unwrap();
            let mut command = folkmoot(arguments);
            command
                .env("FOLKMOOT_CONFIG", config)
                .env("FOLKMOOT_STORE_URL", self.database.url())
                .env("FOLKMOOT_S3_ACCESS_KEY", access_key)
                .env("FOLKMOOT_S3_SECRET_KEY", secret_key);
            command
        }

        #[track_caller]
        fn run(&self, arguments: &[&str]) -> Ran {
            Ran::of(self.command(arguments).output().unwrap())
        }

        /// One more node.
        fn node(&self, name: &str) -> Server {
            let command = self.command(&["serve", "--listen", "127.0.0.1:0", "--json"]);
            Server::start(command, &self.path(name))
        }
    }

    /// The content of all files below `folder`.
    fn contents(folder: &Path, found: &mut BTreeSet<Vec<u8>>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                contents(&path, found);
            } else {
                found.insert(fs::read(path).unwrap());
            }
        }
    }

    /// A client of a company's host.
    fn client(node: &Server, company: &str, who: &Credentials) -> Http {
        node.http().host(&format!("{company}.hr.example")).with(who)
    }

    /// Names with the content of the pictures behind their addresses, as `node` shows them to `who`.
    fn pictures(node: &Server, who: &Credentials) -> Vec<(String, Vec<u8>)> {
        let http = client(node, "acme", who);
        let picture = |user: &Value| {
            let url = user["avatar"]["url"].as_str()?;
            Some((user["username"].as_str().unwrap().to_owned(), http.get_url(url).expect(200).body))
        };
        http.users().iter().filter_map(picture).collect()
    }

    #[test]
    fn a_company_lives_in_postgresql_and_s3_from_its_making_to_its_end() {
        let grown = Grown::new();
        let nothing = grown.run(&["check"]).expect(1);
        assert!(nothing.stderr.contains("holds no Folkmoot store"), "{}", nothing.stderr);
        let init = ["init", "--account", "acme", "--admin", "ada", "--email", "ada@acme.example", "--json"];
        let ada = Credentials::new("ada", grown.run(&init).expect(0).json()["api_key"].as_str().unwrap());
        let create = ["accounts", "create", "beta", "--admin", "bo", "--email", "bo@beta.example", "--json"];
        let bo = Credentials::new("bo", grown.run(&create).expect(0).json()["api_key"].as_str().unwrap());

        let (table, portraits) = (grown.path("people.csv"), grown.path("portraits"));
        fs::write(&table, people_csv(40)).unwrap();
        fs::create_dir(&portraits).unwrap();
        for number in 0..10 {
            fs::write(portraits.join(format!("person{number}.png")), png(number)).unwrap();
        }
        let import = ["import", "people", text(&table), "--pictures", text(&portraits), "--account", "acme"];
        grown.run(&import).expect(0);

        let one = grown.node("one");
        let other = grown.node("other");
        let shown = pictures(&one, &ada);
        assert_eq!(shown.len(), 10);
        assert_eq!(pictures(&other, &ada), shown);
        // What one node writes, the other shows.
        let put =
            client(&one, "acme", &ada).send("PUT", "/users/2/picture.json", &png(77)).unwrap().expect(200);
        let name = put.json()["avatar"]["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        eventually("the other node shows it", || {
            let user = client(&other, "acme", &ada).get("/users/2.json").expect(200).json();
            user["avatar"]["url"].as_str().unwrap().ends_with(&name).then_some(())
        });
        // Everything that is shown is an object of the bucket, and nothing is beside the key.
        let mut objects = BTreeSet::new();
        if let Some(files) = grown.bucket.files() {
            contents(&files, &mut objects);
            assert!(pictures(&other, &ada).iter().all(|(_, picture)| objects.contains(picture)));
        }
        let mut beside: Vec<String> = files(grown.folder.path()).into_keys().collect();
        beside.retain(|name| Path::new(name).extension() != Some("log".as_ref()));
        assert_eq!(beside, ["folkmoot.toml", "key", "people.csv"]);

        // Nothing of what is secret is told by commands or logs.
        let config = grown.run(&["config"]).expect(0).stdout;
        for told in [&config, &one.log(), &other.log()] {
            assert!(!told.contains(&grown.bucket.secret_key) && !told.contains(&ada.secret), "{told}");
        }
        assert_eq!(one.terminate(), Some(0));
        // A power cut for the other.
        other.kill();
        let report = grown.run(&["check", "--json"]).expect(0).json();
        assert_eq!((&report["accounts"], &report["findings"]), (&2.into(), &Value::Array(Vec::new())));

        // One company leaves; the other stays as it is.
        grown.run(&["accounts", "delete", "acme", "--yes"]).expect(0);
        let node = grown.node("one");
        let me = client(&node, "beta", &bo).get("/users/me.json").expect(200).json();
        assert_eq!(me["username"], "bo");
        client(&node, "acme", &ada).get("/users/me.json").expect(404);
        client(&node, "beta", &ada).get("/users/me.json").expect(401);
        assert_eq!(node.terminate(), Some(0));
        grown.run(&["check"]).expect(0);
    }
}
