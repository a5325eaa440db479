//! `folkmoot export people`.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use folkmoot_core::{Account, Directory};
use folkmoot_exchange::export::{ExportOptions, csv, documents};
use folkmoot_server::Settings;
use folkmoot_store::Store;
use folkmoot_wire::Format;

use crate::args::{ExportFormat, ExportPeople};
use crate::exit::Exit;
use crate::setup::{self, AccountSealer};

pub(crate) async fn run(arguments: &ExportPeople, settings: &Settings) -> anyhow::Result<Exit> {
    let (store, account) = setup::open_account(&arguments.place, settings).await?;
    let directory = setup::directory(&store, &account).await?;
    // Somebody may have been sealed by a newer key since the store was opened.
    store.keys().refresh().await?;
    match &arguments.output {
        None => {
            let mut out = BufWriter::new(io::stdout().lock());
            let written = write(arguments, &store, &account, &directory, &mut out).and_then(|()| out.flush());
            // A reader that has gone away (`| head`) is no error of ours.
            written.or_else(
                |error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) },
            )?;
        }
        Some(path) => {
            write_file(path, |out| write(arguments, &store, &account, &directory, out))
                .with_context(|| path.display().to_string())?;
        }
    }
    Ok(Exit::Done)
}

fn write(
    arguments: &ExportPeople,
    store: &Store,
    account: &Account,
    directory: &Directory,
    out: &mut dyn Write,
) -> io::Result<()> {
    let viewer = setup::OPERATOR;
    match arguments.format {
        ExportFormat::Json => documents(directory, &viewer, Format::Json, out),
        ExportFormat::Xml => documents(directory, &viewer, Format::Xml, out),
        ExportFormat::Csv => {
            let opener = AccountSealer { keys: store.keys(), account };
            let options = ExportOptions { opener: arguments.government_ids.then_some(&opener as _) };
            csv(directory, &viewer, &options, out)
        }
    }
}

/// Writes a file whole or not at all, readable by nobody else.
fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    let partial = path.with_file_name(name);
    let file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&partial)?;
    let mut out = BufWriter::new(file);
    write(&mut out)?;
    out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&partial, path)
}
