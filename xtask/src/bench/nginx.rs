//! An nginx of our own that serves pictures and the list of those who have them.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::pictures::Pictures;
use crate::run;

/// A running nginx; stopped when dropped.
pub(super) struct Nginx {
    master: Child,
    /// HTTP/1.1, plain.
    pub(super) plain: String,
    /// HTTP/1.1 and HTTP/2 over TLS.
    pub(super) secure: String,
    /// The authority that signed the certificate.
    pub(super) ca: PathBuf,
    folder: TempDir,
}

impl Nginx {
    /// Serves `pictures` below `/p/`, and `/users.json` of one user a picture.
    pub(super) fn start(pictures: &Pictures) -> Result<Nginx> {
        let folder = tempfile::tempdir()?;
        let here = folder.path();
        let (plain_port, secure_port) = (free_port()?, free_port()?);
        let plain = format!("http://127.0.0.1:{plain_port}");
        let secure = format!("https://127.0.0.1:{secure_port}");
        let ca = make_certificates(here)?;
        for (name, base) in [("plain", &plain), ("secure", &secure)] {
            fs::create_dir(here.join(name))?;
            fs::write(here.join(name).join("users.json"), users(base, pictures).to_string())?;
        }
        let config = here.join("nginx.conf");
        fs::write(&config, configuration(here, &pictures.folder, plain_port, secure_port))?;

        let program = run::find("nginx").context("nginx is missing")?;
        let mut command = run::program(program);
        let master =
            command.arg("-e").arg(here.join("errors")).arg("-p").arg(here).arg("-c").arg(config).spawn()?;
        let nginx = Nginx { master, plain, secure, ca, folder };
        nginx.wait_until_ready()?;
        Ok(nginx)
    }

    fn wait_until_ready(&self) -> Result<()> {
        let url = format!("{}/users.json", self.secure);
        for _ in 0..100 {
            let mut curl = run::program("curl");
            curl.args(["--silent", "--fail", "--output", "/dev/null", "--cacert"]).arg(&self.ca);
            if run::output(curl.arg(&url)).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let errors = fs::read_to_string(self.folder.path().join("errors")).unwrap_or_default();
        anyhow::bail!("nginx did not start: {errors}")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let asked = Pid::from_raw(self.master.id() as i32).map(|pid| kill_process(pid, Signal::TERM));
        if !matches!(asked, Some(Ok(()))) {
            let _ = self.master.kill();
        }
        let _ = self.master.wait();
    }
}

/// The list as version 2 of the API has it, with absolute URLs of pictures.
fn users(base: &str, pictures: &Pictures) -> Value {
    let user = |(index, name): (usize, &String)| {
        let id = index + 1;
        json!({
            "id": id,
            "username": format!("user{id}"),
            "avatar": { "url": format!("{base}/p/{name}") },
            "email": format!("user{id}@example.org"),
            "display_name": format!("User {id}"),
            "employee_record": {
                "first_name": "User",
                "last_name": id.to_string(),
                "url": format!("/employee_records/{id}.json"),
            },
            "url": format!("/users/{id}.json"),
        })
    };
    pictures.names.iter().enumerate().map(user).collect()
}

fn configuration(here: &Path, pictures: &Path, plain: u16, secure: u16) -> String {
    let (here, pictures) = (here.display(), pictures.display());
    // Started by root, its workers would become somebody who may not read these folders.
    let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
    format!(
        "daemon off;
{user}
worker_processes auto;
worker_rlimit_nofile 65536;
pid {here}/pid;
error_log {here}/errors;
events {{ worker_connections 4096; }}
http {{
    types {{ application/json json; image/jpeg jpg; }}
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 10000000;
    open_file_cache max=20000 inactive=10m;
    open_file_cache_valid 10m;
    client_body_temp_path {here}/body;
    proxy_temp_path {here}/proxy;
    fastcgi_temp_path {here}/fastcgi;
    uwsgi_temp_path {here}/uwsgi;
    scgi_temp_path {here}/scgi;
    server {{
        listen 127.0.0.1:{plain};
        location / {{ root {here}/plain; }}
        location /p/ {{ alias {pictures}/; }}
    }}
    server {{
        listen 127.0.0.1:{secure} ssl http2;
        ssl_certificate {here}/server.pem;
        ssl_certificate_key {here}/server.key;
        location / {{ root {here}/secure; }}
        location /p/ {{ alias {pictures}/; }}
    }}
}}
"
    )
}

/// Makes an authority and a certificate for 127.0.0.1 that it signed; returns the authority's file.
fn make_certificates(here: &Path) -> Result<PathBuf> {
    let openssl = |arguments: &str| {
        let mut command = run::program("openssl");
        run::output(command.current_dir(here).args(arguments.split(' ')))
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc";
    fs::write(
        here.join("server.ext"),
        "subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
    )?;
    openssl(&format!("req -x509 {key} -days 2 -subj /CN=bench-authority -keyout ca.key -out ca.pem"))?;
    openssl(&format!("req {key} -subj /CN=127.0.0.1 -keyout server.key -out server.csr"))?;
    openssl(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile server.ext -out server.pem",
    )?;
    let ca = here.join("ca.pem");
    ensure!(ca.exists(), "openssl made no certificate");
    Ok(ca)
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
