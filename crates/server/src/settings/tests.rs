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
    assert_eq!(mistake("[pictures]\nurls = \"both\""), "FILE: pictures.urls: takes one of: public, private");
    assert_eq!(mistake("x = 1"), "FILE: x: keys belong into a [section]");
    assert!(mistake("[server").contains("FILE: "));
    let error = Settings::read(None, environment("FOLKMOOT_SERVER_CACHE_MB", "-1")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "FOLKMOOT_SERVER_CACHE_MB: server.cache_mb: takes a whole number from 1 to 1048576"
    );
}
