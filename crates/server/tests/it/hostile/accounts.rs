use folkmoot_core::Settings;

use crate::support::{HELEN, Kept, Server, jpeg, key_of, raw, statuses, trio};

#[tokio::test(flavor = "multi_thread")]
async fn nothing_crosses_from_one_company_to_another() {
    let kept = Kept::new().await;
    let mut accounts = Vec::new();
    for name in ["one", "two"] {
        let account = kept.account(name, Settings::default()).await;
        kept.add_people(account, &trio(&kept.store, account)).await;
        accounts.push(account);
    }
    let server = Server::start(kept, &[("server.base_domain", "hr.example")]).await;
    let keys = [key_of(accounts[0], HELEN), key_of(accounts[1], HELEN)];
    let hosts = ["one.hr.example", "two.hr.example"];
    let mut pictures = Vec::new();
    for at in [0, 1] {
        let by = |host: &str, key: &str| server.get("/users/me.json").host(host).by("helen", key).send();
        for host in
            [hosts[at], &hosts[at].to_uppercase(), &format!("{}:8443", hosts[at]), &format!("{}.", hosts[at])]
        {
            by(host, &keys[at]).await.is(200);
            by(host, &keys[1 - at]).await.bare(401);
        }
        let put = server.ask("PUT", "/users/1/picture.json").host(hosts[at]).by("helen", &keys[at]);
        let url = put.body("image/jpeg", jpeg(1)).send().await.is(200).json()["avatar"]["url"].clone();
        let url = url.as_str().expect("an address").to_owned();
        pictures.push(url.strip_prefix(&format!("http://{}", hosts[at])).expect("its host").to_owned());
    }
    assert_ne!(pictures[0], pictures[1], "the same picture has a name in each company");
    for at in [0, 1] {
        server.get(&pictures[at]).host(hosts[at]).send().await.is(200);
        server.get(&pictures[at]).host(hosts[1 - at]).send().await.bare(404);
    }
    // The one that the request line names is meant, whatever the Host header says.
    let pair = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, format!("helen:{}", keys[0]));
    for (target, host, expected) in [(0, 0, 200), (0, 1, 200), (1, 0, 401), (1, 1, 401)] {
        let request = format!(
            "GET http://{}/users/me.json HTTP/1.1\r\nHost: {}\r\nX-API-Version: 2\r\nAuthorization: Basic {pair}\r\n\
             Connection: close\r\n\r\n",
            hosts[target], hosts[host]
        );
        let received = raw(server.address, request.as_bytes()).await;
        assert_eq!(statuses(&received), [expected], "{target} {host}");
    }
    for host in [
        "hr.example",
        "three.hr.example",
        "one.hr.example.evil",
        "onehr.example",
        "evil-one.hr.example",
        "localhost",
    ] {
        let answer = server.get("/users.json").host(host).by("helen", &keys[0]).send().await;
        answer.fails(404, "UNKNOWN_SUBDOMAIN", "no account");
        server.get(&pictures[0]).host(host).send().await.fails(404, "UNKNOWN_SUBDOMAIN", "no account");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_companies_and_no_domain_to_tell_them_apart_by_are_none() {
    let kept = Kept::new().await;
    for name in ["one", "two"] {
        let account = kept.account(name, Settings::default()).await;
        kept.add_people(account, &trio(&kept.store, account)).await;
    }
    let server = Server::start(kept, &[]).await;
    server.get("/users.json").send().await.fails(404, "UNKNOWN_SUBDOMAIN", "no account");
}
