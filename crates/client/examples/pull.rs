//! Mirrors all pictures of an account: `pull ACCOUNT USERNAME FOLDER [CA_FILE]`, with the API key in
//! `FOLKMOOT_API_KEY`.

use std::{io::Write as _, sync::Arc};

use folkmoot_client::{
    Client,
    mirror::{self, Options},
};

/// Half of what the standard allocator costs here.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // The allocator asks for huge pages, which would double the memory here and speed nothing up.
    #[cfg(target_os = "linux")]
    rustix::thread::disable_transparent_huge_pages(true)?;
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [account, username, folder, rest @ ..] = arguments.as_slice() else {
        return Err("pull ACCOUNT USERNAME FOLDER [CA_FILE]".into());
    };
    let secret = std::env::var("FOLKMOOT_API_KEY")?.into();
    let mut builder = Client::builder(account, username, secret);
    if let Some(ca_file) = rest.first() {
        builder = builder.ca_file(ca_file);
    }
    let cancel = async {
        // Without a handler for Ctrl-C the run simply cannot be cancelled politely.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let report = mirror::pull(&builder.build()?, &Options::new(folder), Arc::new(()), cancel).await?;
    serde_json::to_writer_pretty(std::io::stdout(), &report)?;
    Ok(writeln!(std::io::stdout())?)
}
