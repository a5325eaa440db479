//! Devices: registered, changed, taken over.

use folkmoot_core::{MobileSystem, Settings, UserId};

use crate::support::{ALICE, GEORGE, Kept, Server, key_of, trio};

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_registered_changed_and_taken_over() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let server = Server::start(kept, &[]).await;
    let (alices, georges) = (key_of(account, ALICE), key_of(account, GEORGE));
    let list = server.get("/users.json").by("alice", &alices).send().await.is(200).etag().to_owned();
    let register = async |who: &str, key: &str, format: &str, version: &str, form: &'static str| {
        let ask = server.ask("POST", &format!("/mobile_devices.{format}")).by(who, key);
        ask.with("x-api-version", version).form(form).send().await
    };
    let registered = "The Mobile Device was successfully registered";
    let form = "device_identifier=d-1&notification_token=t%201&operating_system=ios&device_model=iPhone&device_name=Al%27s&mobile_app_version=1.0";
    for version in ["1.0.0", "2.2.0", "3.0.0"] {
        let answer = register("alice", &alices, "json", version, form).await.is(200);
        let expected = format!(r#"{{"success":{{"code":"CREATED","messages":["{registered}"]}}}}"#);
        assert_eq!(answer.text(), expected);
        assert_eq!(answer.header("x-api-version"), Some(version));
    }
    let xml = register("alice", &alices, "xml", "3.0.0", form).await.is(200).text();
    assert!(
        xml.ends_with(&format!("<messages><message>{registered}</message></messages></success>")),
        "{xml}"
    );
    let devices = server.store.mobile_devices(account).await.expect("devices");
    assert_eq!(devices.len(), 1);
    assert_eq!((devices[0].user, devices[0].system), (UserId(ALICE), MobileSystem::Ios));
    assert_eq!((&*devices[0].notification_token, &*devices[0].name), ("t 1", "Al's"));
    // What is not sent is not there any more; and George has it now.
    register("george", &georges, "json", "2.0.0", "device_identifier=d-1&operating_system=ANDROID")
        .await
        .is(200);
    let devices = server.store.mobile_devices(account).await.expect("devices");
    assert_eq!(devices.len(), 1);
    assert_eq!((devices[0].user, devices[0].system), (UserId(GEORGE), MobileSystem::Android));
    assert!(devices[0].notification_token.is_empty());
    let again = server.get("/users.json").by("alice", &alices).send().await;
    assert_eq!(again.etag(), list, "nothing that anybody reads has changed");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_of_a_device_is_told_by_its_field() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let server = Server::start(kept, &[]).await;
    let alices = key_of(account, ALICE);
    let long = format!("operating_system=ios&device_identifier={}", "x".repeat(256));
    for (form, messages) in [
        ("", &["device_identifier: is required.", "operating_system: is required."][..]),
        ("device_identifier=a&operating_system=palm", &["operating_system: is one of ios, android."]),
        (&long, &["device_identifier: is longer than 255 characters."]),
        (
            "device_identifier=a%01b&operating_system=ios&device_name=%07",
            &[
                "device_identifier: contains a control character.",
                "device_name: contains a control character.",
            ],
        ),
    ] {
        for (format, version, code) in [
            ("json", "2.0.0", "VALIDATION_ERROR"),
            ("xml", "3.0.0", "VALIDATION_ERROR"),
            ("json", "1.0.0", "VALIDATE_ERROR"),
        ] {
            let ask = server.ask("POST", &format!("/mobile_devices.{format}")).by("alice", &alices);
            let answer = ask.with("x-api-version", version).form(form.to_owned()).send().await.is(400);
            let messages: Vec<String> = messages.iter().map(|message| (*message).to_owned()).collect();
            assert_eq!(answer.error(), (code.to_owned(), messages), "{form}");
        }
    }
    assert!(server.store.mobile_devices(account).await.expect("devices").is_empty());
}
