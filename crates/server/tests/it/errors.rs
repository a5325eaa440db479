//! The errors of `http.md`, in both formats, to the byte.

use folkmoot_core::Settings;

use crate::support::{ALICE, Ask, GEORGE, HELEN, Kept, Server, jpeg, key_of, trio};

/// Two companies on one server.
async fn companies() -> (Server, [String; 3]) {
    let kept = Kept::new().await;
    let account = kept.account("mycompany", Settings::default()).await;
    kept.account("other", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let keys = [HELEN, GEORGE, ALICE].map(|id| key_of(account, id));
    (Server::start(kept, &[("server.base_domain", "hr.example")]).await, keys)
}

const HOST: &str = "mycompany.hr.example";

fn both(code: &str, message: &str) -> [String; 2] {
    let json = format!(r#"{{"error":{{"code":"{code}","messages":["{message}"]}}}}"#);
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error><code>{code}</code><messages><message>{message}\
         </message></messages></error>"
    );
    [json, xml]
}

async fn expect(
    server: &Server,
    method: &str,
    path: &str,
    prepare: impl Fn(Ask<'_>) -> Ask<'_>,
    status: u16,
    [json, xml]: [String; 2],
) {
    for (suffix, body) in [("json", json), ("xml", xml)] {
        let path = format!("{path}.{suffix}");
        let answer = prepare(server.ask(method, &path).host(HOST)).send().await.is(status);
        assert_eq!(answer.text(), body, "{method} {path}");
        let content_type = format!("application/{suffix}; charset=UTF-8");
        assert_eq!(answer.header("content-type"), Some(content_type.as_str()));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.header("x-request-id").is_some());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_error_has_its_documented_body() {
    let (server, [helen, _, alice]) = companies().await;
    let invalid = |what: &str| both("NOT_FOUND", &format!("Invalid {what}"));
    for (path, what) in [
        ("/users/999", "User"),
        ("/users/view/999", "User"),
        ("/employee_records/999", "Employee Record"),
        ("/employee_records/view/999", "Employee Record"),
        ("/assignment_records/999", "Assignment Record"),
        ("/jobs/999", "Job"),
        ("/departments/999", "Department"),
        ("/locations/999", "Location"),
        ("/employee_classes/999", "Employee Class"),
        ("/custom_fields/999", "Custom Field"),
        ("/event_types/999", "Event Type"),
        ("/values/999", "Value"),
        ("/badges/999", "Badge"),
        ("/leave_types/999", "Leave Type"),
    ] {
        expect(&server, "GET", path, |ask| ask.by("helen", &helen), 404, invalid(what)).await;
    }
    for (path, what) in [
        ("/employee_records", "Employee Record"),
        ("/assignment_records", "Assignment Record"),
        ("/users/x", "User"),
        ("/users/07", "User"),
        ("/users/-7", "User"),
        ("/jobs/%20", "Job"),
    ] {
        let body = both("INVALID_ID", &format!("{what} needs the number of one in its address"));
        expect(&server, "GET", path, |ask| ask.by("helen", &helen), 404, body).await;
    }
    let unknown = both("UNKNOWN_SUBDOMAIN", "There is no account of that name here.");
    for host in ["nobody.hr.example", "hr.example", "mycompany.example", "x.mycompany.hr.example"] {
        expect(&server, "GET", "/users", |ask| ask.by("helen", &helen).host(host), 404, unknown.clone())
            .await;
    }
    let served = "versions served: 1.0.0, 2.2.0, 3.0.0.";
    for (header, problem) in [
        ("4.0.0", "X-API-Version names version 4.0.0, which is not served; "),
        ("2.x", "X-API-Version must be MAJOR.MINOR.PATCH, such as 2.2.0, not '2.x'; "),
    ] {
        let body = both("VALIDATION_ERROR", &format!("{problem}{served}"));
        let path = "/users";
        expect(&server, "GET", path, |ask| ask.by("helen", &helen).with("x-api-version", header), 400, body)
            .await;
    }
    let access =
        both("ACCESS_ERROR", "Only they themselves and administrators may change somebody's picture.");
    expect(
        &server,
        "PUT",
        "/users/2/picture",
        |ask| ask.by("alice", &alice).body("image/jpeg", jpeg(1)),
        403,
        access,
    )
    .await;
}

fn in_version<'a>(ask: Ask<'a>, version: Option<&str>) -> Ask<'a> {
    match version {
        Some(version) => ask.with("x-api-version", version),
        None => ask.without("x-api-version"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn version_1_spells_some_codes_in_its_own_way() {
    let (server, [helen, _, alice]) = companies().await;
    for version in [None, Some("1.0.0"), Some("1.2.3")] {
        let body = both("INVALID_ID", "Invalid User");
        expect(&server, "GET", "/users/999", |ask| in_version(ask, version).by("helen", &helen), 404, body)
            .await;
        let body = both("INVALID_ID", "User needs the number of one in its address");
        expect(&server, "GET", "/users/x", |ask| in_version(ask, version).by("helen", &helen), 404, body)
            .await;
        let missing =
            "picture: is missing; send a file as multipart/form-data, or the image itself as the body.";
        expect(
            &server,
            "PUT",
            "/users/3/picture",
            |ask| in_version(ask, version).by("alice", &alice).form("a=b"),
            400,
            both("VALIDATE_ERROR", missing),
        )
        .await;
        let head = in_version(server.ask("HEAD", "/users/999.json").host(HOST), version)
            .by("helen", &helen)
            .send()
            .await;
        let get =
            in_version(server.get("/users/999.json").host(HOST), version).by("helen", &helen).send().await;
        assert_eq!((head.status, head.body.len()), (404, 0));
        assert_eq!(head.header("content-length"), Some(&*get.body.len().to_string()));
        let delete =
            in_version(server.ask("DELETE", "/users/3/picture.xml").host(HOST), version).by("alice", &alice);
        assert!(delete.send().await.is(200).text().ends_with(
            "<success><code>DELETE</code><message>The Picture was successfully deleted</message></success>"
        ));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deletion_says_so() {
    let (server, [_, _, alice]) = companies().await;
    for suffix in ["json", "xml"] {
        let path = format!("/users/3/picture.{suffix}");
        let delete = server.ask("DELETE", &path).host(HOST).by("alice", &alice);
        let answer = delete.send().await.is(200);
        let expected = match suffix {
            "json" => r#"{"success":{"code":"DELETED","messages":["Operation successfully completed."]}}"#,
            _ => {
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<success><code>DELETED</code><messages>\
                 <message>Operation successfully completed.</message></messages></success>"
            }
        };
        assert_eq!(answer.text(), expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_and_addresses_of_nothing_get_no_body() {
    let (server, [helen, ..]) = companies().await;
    for path in
        ["/users.json", "/users.xml", "/users/1.json", "/nothing.json", "/", "/users", "/users/1/picture"]
    {
        let answer = server.get(path).host(HOST).send().await.bare(401);
        let challenge = answer.header("www-authenticate").expect("a challenge");
        assert!(challenge.starts_with("Basic realm="), "{challenge}");
        server.get(path).host(HOST).by("helen", "wrong").send().await.bare(401);
        server.get(path).host(HOST).by("nobody", &helen).send().await.bare(401);
    }
    for path in
        ["/nothing.json", "/nothing.xml", "/", "/users", "/users.html", "/users/1.json/", "/users/1/2.json"]
    {
        let answer = server.get(path).host(HOST).by("helen", &helen).send().await.bare(404);
        assert_eq!(answer.header("content-type"), None);
    }
}
