use super::Company;
use crate::support::{ALICE, jpeg, raw, statuses};

/// Neither a server error nor a page of some library's own.
const HARMLESS: [u16; 4] = [400, 401, 404, 405];

#[tokio::test(flavor = "multi_thread")]
async fn addresses_of_nothing_are_nothing() {
    let company = Company::new(&[]).await;
    let mut targets: Vec<String> = [
        "/users/%.json",
        "/users/%2.json",
        "/users/%ZZ.json",
        "/users/%00.json",
        "/users/3%00.json",
        "/users/%ff.json",
        "/users/%c3%28.json",
        "/users/%2e%2e/key.json",
        "/users/..%2f3.json",
        "/users/3.json%00",
        "/users/%33.json%0d%0a",
        "/users//3.json",
        "//users.json",
        "/users/3.json/",
        "/users/3.json/x",
        "/users/3.JSON",
        "/users/3.json.xml",
        "/users/3.jsonx",
        "/users/.json",
        "/users/3",
        "/users/view/.xml",
        "/users/9223372036854775808.json",
        "/users/-9223372036854775808.json",
        "/users/3e0.json",
        "/users/0x3.json",
        "/users/\u{663}.json",
        "/users/3;x.json",
        "/employee_records/%ff.json",
        "/assignment_records/%00.xml",
        "/jobs/%ff.xml",
        "/custom_fields/'.json",
        "/users/%ff/picture",
        "/attachments/User/avatar/%ff",
        "/.git/config",
        "/../../etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/users.json/..",
        "/users.json;/x",
        "/",
        "/index.php",
        "/users.php",
        "/api/users.json",
    ]
    .map(str::to_owned)
    .to_vec();
    targets.push(format!("/users/{}.json", "9".repeat(5_000)));
    targets.push(format!("/{}", "a/".repeat(5_000)));
    for target in &targets {
        let request = format!("{}Connection: close\r\n\r\n", company.head(&format!("GET {target} HTTP/1.1")));
        let received = raw(company.address, request.as_bytes()).await;
        let found = statuses(&received);
        assert!(found.len() == 1 && HARMLESS.contains(&found[0]), "{target:.80}: {received:.300}");
        assert!(
            !received.contains("text/plain") && !received.contains("Invalid UTF-8"),
            "{target:.80}: {received}"
        );
        // Not even that is told to strangers.
        let stranger = request.replace("Authorization", "X-Nothing");
        let found = statuses(&raw(company.address, stranger.as_bytes()).await);
        assert!(found == [401] || found == [400], "{target:.80}: {found:?}");
    }
    for query in [
        "?%",
        "?%00",
        "?size=%00",
        "?requireApiKey=%ff",
        "?&&&===",
        "?\u{e9}",
        &format!("?{}", "a=b&".repeat(5_000)),
    ] {
        let request =
            company.head(&format!("GET /users/me.json{query} HTTP/1.1")) + "Connection: close\r\n\r\n";
        let found = statuses(&raw(company.address, request.as_bytes()).await);
        assert!(found == [200] || found == [400], "{query:.40}: {found:?}");
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_pictures_lead_to_no_other_file() {
    let company = Company::new(&[]).await;
    let put = company.ask("PUT", "/users/3/picture.json").by("alice", &company.key(ALICE));
    let url = put.body("image/jpeg", jpeg(1)).send().await.is(200).json()["avatar"]["url"].clone();
    let url = url.as_str().expect("an address");
    let name = url.rsplit('/').next().expect("a name");
    let secret = company.key_text();
    let (digits, _) = name.split_once('.').expect("an extension");
    let targets = [
        "/pictures/".to_owned(),
        "/pictures".to_owned(),
        "/pictures//".to_owned(),
        "/pictures/../key".to_owned(),
        "/pictures/../../key".to_owned(),
        "/pictures/../data/key".to_owned(),
        "/pictures/..%2f..%2fkey".to_owned(),
        "/pictures/%2e%2e/%2e%2e/key".to_owned(),
        "/pictures/..\\..\\key".to_owned(),
        "/pictures//etc/passwd".to_owned(),
        format!("/pictures/{}/{name}", &name[..2]),
        format!("/pictures/1/{}/{name}", &name[..2]),
        format!("/pictures/{name}/"),
        format!("/pictures/{name}/.."),
        format!("/pictures/{name}%00"),
        format!("/pictures/{name}%00.png"),
        format!("/pictures/./{name}"),
        format!("/pictures/../pictures/{name}"),
        format!("/pictures/{}", name.to_uppercase()),
        format!("/pictures/{digits}"),
        format!("/pictures/{digits}.png"),
        format!("/pictures/{digits}.jpeg"),
        format!("/pictures/{digits}.jpg.jpg"),
        format!("/pictures/{}.jpg", &digits[..27]),
        format!("/pictures/%{:02x}{}", name.as_bytes()[0], &name[1..]),
        format!("/Pictures/{name}"),
    ];
    company.get(&format!("/pictures/{name}")).send().await.is(200);
    for target in targets {
        let request = format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let received = raw(company.address, request.as_bytes()).await;
        let found = statuses(&received);
        assert!(matches!(found[..], [404 | 401 | 400]), "{target}: {received:.200}");
        assert!(!received.contains(secret.trim()) && !received.contains("root:"), "{target}");
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn odd_hosts_are_refused_and_odd_targets_harmless() {
    let company = Company::new(&[]).await;
    let alices = company.alices();
    let request = |line: &str, hosts: &str| {
        format!("{line}\r\n{hosts}X-API-Version: 2\r\nAuthorization: {alices}\r\nConnection: close\r\n\r\n")
    };
    let long = format!("Host: {}\r\n", "a".repeat(50_000));
    for hosts in [
        "",
        "Host:\r\n",
        "Host: a b\r\n",
        "Host: a/b\r\n",
        "Host: @\r\n",
        "Host: evil@x\r\n",
        "Host: evil:x@y:80\r\n",
        "Host: [::1\r\n",
        "Host: <script>\r\n",
        "Host: x?y\r\n",
        "Host: x#y\r\n",
        "Host: \u{e9}\r\n",
        "Host: x\\y\r\n",
        "Host: x\r\nHost: x\r\n",
        "Host: x\r\nHost: y\r\n",
        "Host: x, y\r\n",
    ] {
        let received = raw(company.address, request("GET /users.json HTTP/1.1", hosts).as_bytes()).await;
        assert_eq!(statuses(&received), [400], "{hosts:?}: {received:.300}");
        assert!(!received.contains("evil") && !received.contains("<script>"), "{hosts:?}: {received:.300}");
    }
    for hosts in [
        "Host: x\r\n",
        "Host: 127.0.0.1:1\r\n",
        "Host: [::1]:80\r\n",
        "Host: xn--e1afmkfd.example\r\n",
        &long,
    ] {
        let received = raw(company.address, request("GET /users.json HTTP/1.1", hosts).as_bytes()).await;
        assert!(matches!(statuses(&received)[..], [200 | 400]), "{hosts:.60}: {received:.300}");
    }
    for (line, expected) in [
        ("GET http://x/users.json HTTP/1.1", 200),
        ("GET HTTP://x/users.json HTTP/1.1", 200),
        ("GET http://evil:pw@x/users.json HTTP/1.1", 400),
        ("GET http://evil@x/users.json HTTP/1.1", 400),
        ("GET http:///users.json HTTP/1.1", 400),
        // The name of a host, as far as the rules for targets go.
        ("GET users.json HTTP/1.1", 404),
        ("GET ../users.json HTTP/1.1", 400),
        ("GET  /users.json HTTP/1.1", 400),
        ("GET /users.json", 400),
        ("GET /users.json HTTP/9.9", 400),
        ("GET /users.json HTTP/1.1 x", 400),
        ("G\u{e9}T /users.json HTTP/1.1", 400),
        ("OPTIONS * HTTP/1.1", 404),
        ("CONNECT x:443 HTTP/1.1", 404),
        ("TRACE /users.json HTTP/1.1", 405),
        ("PROPFIND /users.json HTTP/1.1", 405),
        ("get /users.json HTTP/1.1", 405),
    ] {
        let received = raw(company.address, request(line, "Host: x\r\n").as_bytes()).await;
        assert_eq!(statuses(&received), [expected], "{line}: {received:.300}");
        assert!(!received.contains("pw@") && !received.contains("evil@"), "{line}: {received}");
    }
    company.is_well().await;
}
