//! `folkmoot serve`.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use folkmoot_server::{App, Listening, Settings, SystemRandom, listen};
use folkmoot_store::Store;
use serde_json::json;

use crate::args::Serve;
use crate::exit::Exit;
use crate::{output, setup, signals};

pub(crate) async fn run(arguments: &Serve, settings: Settings) -> anyhow::Result<Exit> {
    let address = arguments.listen.unwrap_or_else(|| settings.listen());
    let store = setup::open(&arguments.data).await?;
    let (app, listening) = start(store, settings, address).await?;
    let url = url(&listening);
    if arguments.json {
        output::say_json(&json!({ "url": url, "username": null, "data": arguments.data }));
    } else {
        output::say(format_args!("Serving {} at {url}", arguments.data.display()));
    }
    until_stopped(app, listening).await
}

/// Loads the store's accounts and binds the address.
pub(crate) async fn start(
    store: Store,
    settings: Settings,
    address: SocketAddr,
) -> anyhow::Result<(Arc<App>, Listening)> {
    let listening = listen(address).await.with_context(|| format!("cannot listen on {address}"))?;
    let app = App::new(settings, store, &SystemRandom).await?;
    if app.accounts().len() > 1 && app.settings().base_domain().is_none() {
        output::complain(
            "There are several accounts: set server.base_domain, so that the host name can tell them apart.",
        );
    }
    Ok((app, listening))
}

/// Serves until the process is asked to stop, and leaves everything tidy.
pub(crate) async fn until_stopped(app: Arc<App>, listening: Listening) -> anyhow::Result<Exit> {
    listening.serve(Arc::clone(&app), signals::stop()).await;
    for account in app.accounts().iter() {
        if let Err(error) = app.store().write_directory_image(&account.directory()).await {
            // Nothing depends on it: the next start reads rows instead.
            output::complain(format_args!("The next start will take longer: {error}"));
        }
    }
    app.store().close().await;
    Ok(Exit::Done)
}

/// The address at which the server answers, as a client on this machine would write it.
pub(crate) fn url(listening: &Listening) -> String {
    let address = listening.address();
    if address.ip().is_unspecified() {
        format!("http://localhost:{}", address.port())
    } else {
        format!("http://{address}")
    }
}
