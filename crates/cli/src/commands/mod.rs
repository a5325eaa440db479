//! The commands, one file each.

mod accounts;
mod audit;
mod avatars;
mod backup;
mod check;
mod config;
mod demo;
mod docs;
mod export;
mod import;
mod import_pictures;
mod init;
mod keys;
mod migrate_store;
mod new_account;
mod restore;
mod serve;
mod users;
mod webhooks;

use crate::args::{Arguments, Command};
use crate::exit::Exit;
use crate::setup;

/// Runs the command that was asked for.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<Exit> {
    let settings = setup::settings(arguments.config.as_deref())?;
    setup::log(&settings)?;
    match arguments.command {
        Command::Init(arguments) => init::run(&arguments, &settings).await,
        Command::Demo(arguments) => demo::run(&arguments, settings).await,
        Command::Serve(arguments) => serve::run(&arguments, settings).await,
        Command::Import(crate::args::Import::People(arguments)) => import::run(&arguments, &settings).await,
        Command::Export(crate::args::Export::People(arguments)) => export::run(&arguments, &settings).await,
        Command::Users(arguments) => users::run(arguments, &settings).await,
        Command::Keys(arguments) => keys::run(arguments, &settings).await,
        Command::Avatars(arguments) => avatars::run(arguments).await,
        Command::Accounts(arguments) => accounts::run(arguments, &settings).await,
        Command::Webhooks(arguments) => webhooks::run(arguments, &settings).await,
        Command::Audit(arguments) => audit::run(arguments, &settings).await,
        Command::MigrateStore(arguments) => migrate_store::run(&arguments, &settings).await,
        Command::Backup(arguments) => backup::run(&arguments, &settings).await,
        Command::Restore(arguments) => restore::run(&arguments, &settings).await,
        Command::Check(arguments) => check::run(&arguments, &settings).await,
        Command::Config(arguments) => Ok(config::run(&arguments, &settings)),
        Command::Completions(arguments) => Ok(docs::completions(&arguments)),
        Command::Man(arguments) => docs::man(&arguments),
        Command::Docs(arguments) => docs::reference(&arguments),
    }
}
