//! `folkmoot init`.

use folkmoot_server::Settings;

use super::new_account::NewAccount;
use crate::args::Init;
use crate::exit::Exit;
use crate::{output, setup};

pub(crate) async fn run(arguments: &Init, settings: &Settings) -> anyhow::Result<Exit> {
    let Init { account: name, admin, email, .. } = arguments;
    let new = NewAccount { name, company: name, admin, email };
    new.check("--account")?;
    let store = setup::open_or_make(&arguments.store, settings).await?;
    let (account, key) = new.make(&store).await?;
    store.close().await;
    new.tell(&store, &account, &key, arguments.json);
    match store.data_dir() {
        _ if arguments.json => {}
        Some(data) => {
            output::say(format_args!("Serve it with: folkmoot serve --data {}", data.path().display()));
        }
        None => output::say("Serve it with: folkmoot serve"),
    }
    Ok(Exit::Done)
}
