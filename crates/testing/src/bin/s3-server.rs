//! An S3 server as a process, for tests that kill it.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use folkmoot_testing::{ACCESS_KEY, serve_s3};

/// Serves a folder as S3, for tests: the folder's folders are its buckets.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder.
    #[arg(long)]
    folder: PathBuf,
    /// Where to listen; port 0 picks a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// A bucket to make, if it is not there.
    #[arg(long, default_value = "pictures")]
    bucket: String,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    std::fs::create_dir_all(arguments.folder.join(&arguments.bucket))?;
    serve_s3(&arguments.folder, arguments.listen, |address| {
        #[expect(clippy::print_stdout, reason = "whoever started it reads where it listens")]
        {
            println!("http://{address} {} {ACCESS_KEY}", arguments.bucket);
        }
    })
    .await?;
    Ok(())
}
