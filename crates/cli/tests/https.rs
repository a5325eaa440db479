//! HTTPS as an operator sets it up and a client uses it.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use support::{Server, eventually, folkmoot, init, run, text};

/// A certificate for this machine in `folder`, its key, and the authority that vouches for it.
fn certificate(folder: &Path) -> [PathBuf; 3] {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let parameters = CertificateParams::new(["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    let chain = parameters.signed_by(&key, &issuer).unwrap();
    let [chain_file, key_file, ca_file] = ["own.pem", "own.key", "ca.pem"].map(|name| folder.join(name));
    fs::write(&chain_file, chain.pem()).unwrap();
    fs::write(&key_file, key.serialize_pem()).unwrap();
    fs::set_permissions(&key_file, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&ca_file, issuer.pem()).unwrap();
    [chain_file, key_file, ca_file]
}

#[test]
fn a_server_says_where_https_is_and_our_own_client_speaks_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let ada = init(&data);
    let [chain, key, ca] = certificate(folder.path());
    let arguments = ["serve", "--data", text(&data), "--listen", "127.0.0.1:0", "--json"];
    let mut command = folkmoot(&arguments);
    command.env("FOLKMOOT_TLS_LISTEN", "127.0.0.1:0");
    command.env("FOLKMOOT_TLS_CERTIFICATE", &chain).env("FOLKMOOT_TLS_KEY", &key);
    let server = Server::start(command, &data);
    let url = server.ready["https_url"].as_str().unwrap().to_owned();
    assert!(url.starts_with("https://127.0.0.1:") && url != server.url, "{}", server.ready);
    let report = |authority: &Path| {
        let mut command = folkmoot(&[
            "avatars",
            "report",
            &url,
            "--username",
            &ada.username,
            "--key-env",
            "KEY",
            "--ca-file",
            text(authority),
            "--json",
        ]);
        let output = command.env("KEY", &ada.secret).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(report(&ca), (Some(0), String::new()));
    // Who does not know the authority sends nothing.
    let stranger = folder.path().join("stranger");
    fs::create_dir(&stranger).unwrap();
    let [_, _, stranger] = certificate(&stranger);
    assert_ne!(report(&stranger).0, Some(0));
    // SIGHUP has certificates read again, and ends nothing.
    server.signal(rustix::process::Signal::HUP);
    eventually("the certificates are read again", || {
        server.log().contains("certificates were read again").then_some(())
    });
    assert_eq!(report(&ca).0, Some(0));
    assert_eq!(server.terminate(), Some(0));
}

#[test]
fn without_tls_there_is_no_https_and_with_a_bad_key_no_server() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let server = Server::serve(&data);
    assert!(server.ready["https_url"].is_null(), "{}", server.ready);
    assert_eq!(server.terminate(), Some(0));
    let [chain, key, _] = certificate(folder.path());
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let config = folder.path().join("folkmoot.toml");
    let lines = format!(
        "[tls]\nlisten = \"127.0.0.1:0\"\ncertificate = [{:?}]\nkey = [{:?}]\n",
        text(&chain),
        text(&key)
    );
    fs::write(&config, lines).unwrap();
    let arguments = ["serve", "--config", text(&config), "--data", text(&data), "--listen", "127.0.0.1:0"];
    let refused = run(&arguments);
    let problem = format!("{0}: can be read by others (mode 644); run: chmod 600 {0}", text(&key));
    assert!(refused.status != Some(0) && refused.stderr.contains(&problem), "{refused:?}");
}
