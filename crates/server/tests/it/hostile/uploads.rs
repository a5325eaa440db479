use std::time::Duration;

use super::Company;
use crate::support::{ALICE, GEORGE, HELEN, gif, jpeg, multipart, png, raw, statuses};

/// The head of a PNG that claims to be this large, with far too little in it.
fn claiming(width: u32, height: u32) -> Vec<u8> {
    let ihdr = [b"IHDR", &width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    let chunk = |named: &[u8]| {
        let length = u32::try_from(named.len() - 4).expect("short").to_be_bytes();
        [&length[..], named, &crc32fast::hash(named).to_be_bytes()].concat()
    };
    let mut zeros = flate2::Compress::new(flate2::Compression::best(), true);
    let mut idat = Vec::with_capacity(1 << 20);
    idat.extend_from_slice(b"IDAT");
    let plain = vec![0; 32 << 20];
    zeros.compress_vec(&plain, &mut idat, flate2::FlushCompress::Finish).expect("compresses");
    [b"\x89PNG\r\n\x1A\n".to_vec(), chunk(&ihdr), chunk(&idat), chunk(b"IEND")].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_and_not_kept() {
    let company = Company::new(&[("pictures.max_bytes", "262144")]).await;
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect/></svg>"#;
    let cut = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let script = b"GIF89a/*\x01\0\x01\0*/=1;alert(document.domain)//".to_vec();
    let files: Vec<(&str, Vec<u8>, u16)> = vec![
        ("nothing", Vec::new(), 400),
        ("one byte", vec![0xff], 400),
        ("SVG", svg.to_vec(), 400),
        ("SVG behind a declaration", [&b"<?xml version=\"1.0\"?>\n"[..], svg].concat(), 400),
        ("SVG in gzip", b"\x1f\x8b\x08\0\0\0\0\0\0\0".to_vec(), 400),
        ("HTML", b"<!doctype html><script>alert(1)</script>".to_vec(), 400),
        ("PHP", b"<?php system($_GET['c']);".to_vec(), 400),
        ("a script that begins like a GIF", script, 400),
        ("PDF", b"%PDF-1.7 /JS (app.alert(1))".to_vec(), 400),
        ("BMP", b"BM\x46\0\0\0\0\0\0\0\x36\0\0\0".to_vec(), 400),
        ("TIFF", b"II*\0\x08\0\0\0".to_vec(), 400),
        ("ZIP", b"PK\x03\x04\x14\0".to_vec(), 400),
        ("text", b"hello".to_vec(), 400),
        ("a form", b"picture=x".to_vec(), 400),
        ("JSON", b"{\"picture\":\"x\"}".to_vec(), 400),
        ("half a JPEG", cut(jpeg(1)), 400),
        ("half a PNG", cut(png(1)), 400),
        ("the start of a JPEG", jpeg(1)[..20].to_vec(), 400),
        ("a PNG of no pixels", claiming(0, 0), 400),
        ("a PNG of too many pixels", claiming(60_000, 60_000), 400),
        ("a PNG as wide as can be", claiming(u32::MAX >> 1, 1), 400),
        ("a JPEG larger than is accepted", [jpeg(1), vec![0; 300 << 10]].concat(), 413),
        ("noise", (0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect(), 400),
    ];
    for (what, file, status) in files {
        let (form, body) = multipart("picture", &file);
        for (content_type, body) in [("image/jpeg", file), (form.as_str(), body)] {
            for suffix in ["json", "xml"] {
                let path = format!("/users/3/picture.{suffix}");
                let put = company.ask("PUT", &path).by("alice", &company.key(ALICE));
                let sending = put.body(content_type, body.clone()).send();
                let answer =
                    tokio::time::timeout(Duration::from_mins(1), sending).await.expect("never a stall");
                // In a form it may not stand out as too large before it is taken out.
                let expected = if content_type == form { 400 } else { status };
                let answer = answer.fails(expected, "VALIDATION_ERROR", "picture");
                assert!(
                    !answer.text().contains("alert(") && answer.body.len() < 1_000,
                    "{what}: {}",
                    answer.text()
                );
            }
        }
    }
    let alice = company.get("/users/3.json").by("alice", &company.key(ALICE)).send().await.is(200).json();
    assert!(alice["avatar"]["url"].is_null());
    assert!(company.blobs(company.account).await.is_empty(), "nothing was kept");
    let files = std::fs::read_dir(company.folder.path().join("data/blobs"));
    assert!(files.map_or(true, |mut files| files.next().is_none()), "nor on the way there");
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hides_behind_a_picture_is_gone() {
    let company = Company::new(&[]).await;
    let payload = b"PK\x03\x04<script>alert(1)</script><?php evil(); ?>";
    let mut commented = gif(1);
    // A comment extension before the trailer.
    let trailer = commented.pop().expect("a trailer");
    commented.extend([0x21, 0xFE, payload.len() as u8]);
    commented.extend(payload);
    commented.extend([0, trailer]);
    for file in [[jpeg(1), payload.to_vec()].concat(), [png(1), payload.to_vec()].concat(), commented] {
        let put = company.ask("PUT", "/users/3/picture.json").by("alice", &company.key(ALICE));
        let url = put.body("text/html", Vec::new()).send().await;
        url.fails(400, "VALIDATION_ERROR", "not an input format");
        let put = company.ask("PUT", "/users/3/picture.json").by("alice", &company.key(ALICE));
        put.body("image/gif", file).send().await.is(200);
        let answer =
            company.get("/users/view/3/picture").by("alice", &company.key(ALICE)).send().await.is(200);
        for mark in [&b"<script>"[..], b"PK\x03\x04", b"<?php"] {
            assert!(!answer.body.windows(mark.len()).any(|window| window == mark));
        }
        assert!(matches!(answer.header("content-type"), Some("image/jpeg" | "image/png")));
    }
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_without_a_picture_are_refused() {
    let company = Company::new(&[]).await;
    let put = |content_type: &str, body: Vec<u8>| {
        let ask = company.ask("PUT", "/users/3/picture.json").by("alice", &company.key(ALICE));
        ask.body(content_type, body).send()
    };
    let (form, other) = multipart("photo", &jpeg(1));
    put(&form, other).await.fails(400, "VALIDATION_ERROR", "picture: is missing");
    let (_, body) = multipart("picture", &jpeg(1));
    let parts =
        "--mark\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nb\r\n".repeat(20_000) + "--mark--\r\n";
    let many = parts.into_bytes();
    for (content_type, body) in [
        ("multipart/form-data", body.clone()),
        ("multipart/form-data; boundary=", body.clone()),
        ("multipart/form-data; boundary=other", body.clone()),
        ("multipart/form-data; boundary=mark", body[..body.len() - 20].to_vec()),
        ("multipart/form-data; boundary=mark", Vec::new()),
        ("multipart/form-data; boundary=mark", b"--mark\r\n".repeat(10_000)),
        (
            "multipart/form-data; boundary=mark",
            b"--mark\r\nContent-Disposition: \xff\r\n\r\nx\r\n--mark--".to_vec(),
        ),
        ("multipart/form-data; boundary=mark", many),
    ] {
        put(content_type, body).await.fails(400, "VALIDATION_ERROR", "");
    }
    // Of any length, and without saying which beforehand.
    let mut endless = company.head("PUT /users/3/picture.json HTTP/1.1").into_bytes();
    endless.extend(b"Content-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n");
    let chunk = [b"100000\r\n".to_vec(), vec![7; 1 << 20], b"\r\n".to_vec()].concat();
    endless.extend(chunk.repeat(12));
    let received = raw(company.address, &endless).await;
    assert!(matches!(statuses(&received)[..], [] | [413]), "{received:.300}");
    company.is_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_peoples_pictures_are_not_ones_own() {
    let company = Company::new(&[]).await;
    let put = |who: &'static str, id: i64, target: &str| {
        let path = format!("/users/{target}/picture.json");
        let ask = company.ask("PUT", &path).by(who, &company.key(id));
        ask.body("image/jpeg", jpeg(1)).send()
    };
    for (who, id, target, status, code) in [
        ("alice", ALICE, "1", 403, "ACCESS_ERROR"),
        ("alice", ALICE, "2", 403, "ACCESS_ERROR"),
        // Her manager is not she either.
        ("george", GEORGE, "3", 403, "ACCESS_ERROR"),
        ("alice", ALICE, "4", 403, "ACCESS_ERROR"),
        // Who has left is not there for her.
        ("alice", ALICE, "5", 404, "NOT_FOUND"),
        ("alice", ALICE, "999", 404, "NOT_FOUND"),
        ("alice", ALICE, "me", 404, "INVALID_ID"),
        ("alice", ALICE, "03", 404, "INVALID_ID"),
        ("alice", ALICE, "%33%20", 404, "INVALID_ID"),
    ] {
        put(who, id, target).await.fails(status, code, "");
        let path = format!("/users/{target}/picture.xml");
        let delete = company.ask("DELETE", &path).by(who, &company.key(id)).send().await;
        delete.fails(status, code, "");
    }
    for target in ["1", "3", "4", "5"] {
        put("helen", HELEN, target).await.is(200);
    }
    put("alice", ALICE, "3").await.is(200);
    company.is_well().await;
}
