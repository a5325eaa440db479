//! `folkmoot serve`.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use folkmoot_server::{App, Listening, Settings, SystemRandom, listen};
use folkmoot_store::{DataDir, Store};
use serde_json::json;

use crate::args::Serve;
use crate::exit::Exit;
use crate::{output, setup, signals};

pub(crate) async fn run(arguments: &Serve, settings: Settings) -> anyhow::Result<Exit> {
    let store = setup::open(&arguments.store, &settings).await?;
    let (app, listening) = start(store, settings, arguments.listen).await?;
    // Before anybody is told that the server is ready, and may ask it to stop.
    let stop = signals::stop();
    let (url, https_url, store) = (url(&listening), https_url(&listening), app.store());
    if arguments.json {
        output::say_json(&json!({
            "url": url,
            "https_url": https_url,
            "username": null,
            "data": store.data_dir().map(DataDir::path),
        }));
    } else if let Some(https_url) = https_url {
        output::say(format_args!("Serving {} at {https_url} and {url}", store.database()));
    } else {
        output::say(format_args!("Serving {} at {url}", store.database()));
    }
    until_stopped(app, listening, stop).await
}

/// How long writing images may hold up the end of the process.
const IMAGES: Duration = Duration::from_secs(5);

/// Takes up the store's accounts and binds the addresses; `address` instead of the one that the settings name.
pub(crate) async fn start(
    store: Store,
    mut settings: Settings,
    address: Option<SocketAddr>,
) -> anyhow::Result<(Arc<App>, Listening)> {
    if let Some(address) = address {
        settings.set("server.listen", &address.to_string())?;
    }
    let listening = listen(&settings, &store, &SystemRandom).await?;
    let app = App::new(settings, store, &SystemRandom).await?;
    if app.accounts().count() > 1 && app.settings().base_domain().is_none() {
        output::complain(
            "There are several accounts: set server.base_domain, so that the host name can tell them apart.",
        );
    }
    Ok((app, listening))
}

/// Serves until `stop` is ready, and leaves everything tidy.
pub(crate) async fn until_stopped(
    app: Arc<App>,
    listening: Listening,
    stop: impl Future<Output = ()>,
) -> anyhow::Result<Exit> {
    listening.serve(Arc::clone(&app), stop).await;
    // Nothing depends on images: without them the next start reads rows instead.
    let _ = tokio::time::timeout(IMAGES, write_images(&app)).await;
    app.store().close().await;
    Ok(Exit::Done)
}

/// Writes images of the accounts in memory, those first that take longest to read row by row.
async fn write_images(app: &App) {
    let mut directories = app.accounts().in_memory();
    directories.sort_by_key(|directory| std::cmp::Reverse(directory.len()));
    for directory in directories {
        if let Err(error) = app.store().write_directory_image(&directory).await {
            output::complain(format_args!("The next start will take longer: {error}"));
        }
    }
}

/// The address at which the server answers, as a client on this machine would write it.
pub(crate) fn url(listening: &Listening) -> String {
    url_of("http", listening.address())
}

/// The same for HTTPS, where it is served. A certificate is for a host name, which only the operator knows.
fn https_url(listening: &Listening) -> Option<String> {
    listening.tls_address().map(|address| url_of("https", address))
}

fn url_of(scheme: &str, address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        format!("{scheme}://localhost:{}", address.port())
    } else {
        format!("{scheme}://{address}")
    }
}
