use super::*;

fn environment(name: &str, value: &str) -> Vec<(String, String)> {
    vec![(name.to_owned(), value.to_owned())]
}

#[test]
fn the_environment_wins_over_the_file_and_each_value_tells_its_origin() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("folkmoot.toml");
    std::fs::write(&path, "[server]\nlisten = \"0.0.0.0:9000\"\ncache_mb = 8\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\n[pictures]\nurls = \"private\"\n").unwrap();
    let settings = Settings::read(Some(&path), environment("FOLKMOOT_PICTURES_URLS", "public")).unwrap();
    assert_eq!(settings.listen().to_string(), "0.0.0.0:9000");
    assert_eq!(settings.cache_bytes(), 8 << 20);
    assert_eq!(settings.picture_urls(), PictureUrlSetting::Public);
    assert!(settings.trusted_proxies()[0].contains("10.1.2.3".parse().unwrap()));
    assert!(settings.trusted_proxies()[0].contains("::ffff:10.1.2.3".parse().unwrap()));
    assert!(!settings.trusted_proxies()[0].contains("11.1.2.3".parse().unwrap()));
    let origin = |key| settings.entries().find(|setting| setting.key == key).unwrap().origin;
    assert_eq!(origin("server.listen"), Origin::File(path));
    assert_eq!(origin("pictures.urls"), Origin::Environment("FOLKMOOT_PICTURES_URLS".to_owned()));
    assert_eq!(origin("log.level"), Origin::Default);
}

#[test]
fn mistakes_are_named_with_place_and_key() {
    let mistake = |text: &str| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("folkmoot.toml");
        std::fs::write(&path, text).unwrap();
        let message = Settings::read(Some(&path), []).unwrap_err().to_string();
        message.replace(&path.display().to_string(), "FILE")
    };
    assert_eq!(mistake("[server]\nlissen = \"x\""), "FILE: server.lissen: there is no such setting");
    assert_eq!(
        mistake("[pictures]\nurls = \"both\""),
        "FILE: pictures.urls: takes one of: public, private, presigned"
    );
    assert_eq!(mistake("x = 1"), "FILE: x: keys belong into a [section]");
    assert!(mistake("[server").contains("FILE: "));
    let error = Settings::read(None, environment("FOLKMOOT_SERVER_CACHE_MB", "-1")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "FOLKMOOT_SERVER_CACHE_MB: server.cache_mb: takes a whole number from 1 to 1048576"
    );
}

#[test]
fn keys_come_from_a_file_or_a_command_of_exact_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("folkmoot.toml");
    let source = |toml: &str, environment: Vec<(String, String)>| {
        std::fs::write(&path, toml).unwrap();
        Settings::read(Some(&path), environment).unwrap().key_source()
    };
    let command =
        |words: &[&str]| Some(KeySource::Command(words.iter().map(|&word| word.to_owned()).collect()));
    assert_eq!(source("", Vec::new()), None);
    assert_eq!(source("[keys]\nfile = \"/etc/k\"", Vec::new()), Some(KeySource::File("/etc/k".into())));
    let both = "[keys]\nfile = \"/etc/k\"\ncommand = [\"kms\", \"get key\", \"a,b\", \"\"]";
    assert_eq!(source(both, Vec::new()), command(&["kms", "get key", "a,b", ""]));
    let spelled = |text: &str| source("", environment("FOLKMOOT_KEYS_COMMAND", text));
    assert_eq!(spelled(" kms  get 'key' "), command(&["kms", "get", "'key'"]));
    assert_eq!(spelled("[\"kms\", \"get key\"]"), command(&["kms", "get key"]));
    assert!(Settings::read(None, environment("FOLKMOOT_KEYS_COMMAND", "[\"kms\", 7]")).is_err());
    // What is shown can be given again.
    for text in ["kms get key", "[\"kms\",\"get key\",\"\"]"] {
        let settings = Settings::read(None, environment("FOLKMOOT_KEYS_COMMAND", text)).unwrap();
        let shown = settings.entries().find(|entry| entry.key == "keys.command").unwrap().value;
        assert_eq!(shown, text);
    }
}

#[test]
fn certificates_and_keys_are_counted_off_against_each_other() {
    let mut settings = Settings::default();
    assert_eq!(settings.certificate_files(), Ok(CertificateFiles::default()));
    assert_eq!(settings.tls_listen(), None);
    settings.set("tls.certificate", "a.pem, b.pem").unwrap();
    settings.set("tls.key", "a.key,b.key").unwrap();
    settings.set("tls.listen", "[::]:443").unwrap();
    let files = settings.certificate_files().unwrap();
    assert_eq!(files.pairs[1], ("b.pem".into(), "b.key".into()));
    assert_eq!(settings.tls_listen().unwrap().port(), 443);
    settings.set("tls.key", "a.key").unwrap();
    assert_eq!(
        settings.certificate_files().unwrap_err().to_string(),
        "command line: tls.key: names 1 files, and tls.certificate 2: each certificate needs its key"
    );
    assert_eq!(
        settings.set("tls.listen", "443").unwrap_err().to_string(),
        "command line: tls.listen: takes an address and port, such as 0.0.0.0:443, or nothing"
    );
}

#[test]
fn what_cannot_be_ordered_is_said() {
    let with = |given: &[(&str, &str)]| {
        let mut settings = Settings::default();
        for (key, value) in given {
            settings.set(key, value).unwrap();
        }
        settings.acme().map_err(|error| error.to_string().replace("command line: ", ""))
    };
    let tls = ("tls.listen", "0.0.0.0:443");
    let domains = |domains: &'static str| with(&[tls, ("acme.domains", domains)]);
    assert_eq!(with(&[]), Ok(None));
    let set = with(&[tls, ("acme.domains", "HR.example, b.example"), ("acme.contact", "a@b.example")]);
    let set = set.unwrap().unwrap();
    assert_eq!(
        (set.domains.join(" "), set.contact.concat()),
        ("hr.example b.example".to_owned(), "mailto:a@b.example".to_owned())
    );
    assert!(domains("*.hr.example").unwrap_err().starts_with("acme.domains: \"*.hr.example\" is a wildcard"));
    for other in ["localhost", "10.0.0.1", "a b.example", "hr.example:443", "https://hr.example", "-.example"]
    {
        let expected = format!("acme.domains: {other:?} is not the name of a host");
        assert_eq!(domains(other), Err(expected));
    }
    let needs = "acme.domains: needs tls.listen, where the certificates are shown";
    assert_eq!(with(&[("acme.domains", "hr.example")]), Err(needs.to_owned()));
    let needs = "acme.accounts: needs server.base_domain, below which accounts have hosts";
    assert_eq!(with(&[tls, ("acme.accounts", "true")]), Err(needs.to_owned()));
    let plain = with(&[tls, ("acme.domains", "hr.example"), ("acme.directory", "http://ca.example/")]);
    assert_eq!(plain, Err("acme.directory: is not an address on HTTPS".to_owned()));
}

#[test]
fn blobs_are_where_they_are_said_to_be_and_secrets_are_not_told() {
    let read = |pairs: &[(&str, &str)]| {
        let pairs = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::read(None, pairs)
    };
    let bucket = |pairs: &[(&str, &str)]| match read(pairs).unwrap().blobs() {
        Some(folkmoot_store::BlobsOptions::S3(options)) => options,
        other => panic!("{other:?}"),
    };
    assert!(read(&[]).unwrap().blobs().is_none());
    let folder = read(&[("FOLKMOOT_BLOBS_URL", "file:/srv/blobs")]).unwrap();
    assert_eq!(folder.blobs_folder(), Some("/srv/blobs".into()));
    let url = ("FOLKMOOT_BLOBS_URL", "s3://acme/pictures");
    let amazon = bucket(&[url]);
    assert_eq!((amazon.endpoint, amazon.path_style, &*amazon.region), (None, false, "us-east-1"));
    assert_eq!(amazon.location.to_string(), "s3://acme/pictures/");
    let other = [url, ("FOLKMOOT_S3_ENDPOINT", "http://127.0.0.1:1"), ("FOLKMOOT_S3_REGION", "eu")];
    assert!(bucket(&other).path_style && bucket(&other).region == "eu");
    let hosted = [&other[..], &[("FOLKMOOT_S3_PATH_STYLE", "false")]].concat();
    assert!(!bucket(&hosted).path_style);
    assert_eq!(
        read(&[("FOLKMOOT_BLOBS_URL", "s3://a/../b")]).unwrap_err().to_string(),
        "FOLKMOOT_BLOBS_URL: blobs.url: names no bucket: that is 3 to 63 letters, digits, dots and hyphens"
    );

    let keys = [("AWS_SECRET_ACCESS_KEY", "s3cret"), ("AWS_ACCESS_KEY_ID", "AKIA")];
    let known = [&keys[..], &[url]].concat();
    assert_eq!(bucket(&known).access_key, "AKIA");
    let both = [&known[..], &[("FOLKMOOT_S3_ACCESS_KEY", "OURS")]].concat();
    for both in [both.clone(), both.iter().rev().copied().collect()] {
        assert_eq!(bucket(&both).access_key, "OURS");
    }
    let settings = read(&known).unwrap();
    let shown: Vec<String> =
        settings.entries().map(|setting| format!("{} = {}", setting.key, setting.value)).collect();
    assert!(shown.contains(&"s3.secret_key = set".to_owned()), "{shown:?}");
    assert!(!format!("{shown:?} {settings:?} {:?}", settings.blobs()).contains("s3cret"));
    assert!(read(&[]).unwrap().entries().any(|setting| setting.value == "unset"));
}

#[test]
fn the_base_of_public_addresses_is_one() {
    let read = |text: &str| {
        let settings = Settings::read(None, environment("FOLKMOOT_PICTURES_PUBLIC_URL", text))?;
        Ok::<_, SettingsError>(settings.picture_public_url())
    };
    let named = |base: &str| Ok(Some(PublicUrl::Named(base.to_owned())));
    assert_eq!(read(""), Ok(None));
    assert_eq!(read("https://cdn.example.com/"), named("https://cdn.example.com/"));
    assert_eq!(read("http://cdn.example.com/a/"), named("http://cdn.example.com/a/"));
    let placed = PublicUrl::Placed("https://acme.s3.amazonaws.com/pictures/".to_owned());
    assert_eq!(read("https://acme.s3.amazonaws.com/pictures/{path}"), Ok(Some(placed)));
    for text in
        ["cdn", "https://cdn", "https://cdn/{name}", "https://{path}/x/", "https://c\"dn/", "ftp://c/"]
    {
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn a_collector_is_named_by_its_base_or_by_the_whole_address() {
    let mut settings = Settings::default();
    assert_eq!(settings.traces_collector(), None);
    for (given, whole) in [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("http://collector:4318/", "http://collector:4318/v1/traces"),
        ("http://collector/otlp/v1/traces", "http://collector/otlp/v1/traces"),
    ] {
        settings.set("traces.collector", given).unwrap();
        assert_eq!(settings.traces_collector().unwrap().to_string(), whole);
    }
    for bad in ["collector:4318", "https://collector", "http://", "http://me:secret@collector", "http://c/?x"]
    {
        assert!(settings.set("traces.collector", bad).is_err(), "{bad}");
    }
    settings.set("traces.collector", "").unwrap();
    assert_eq!(settings.traces_collector(), None);
}
