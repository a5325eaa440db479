//! Where a store is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// The address of a store. Displayed, it holds no password.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreUrl {
    /// A data directory: `sqlite:folkmoot-data`.
    Sqlite(PathBuf),
    /// A PostgreSQL database: `postgres://user:password@host:port/name?sslmode=require`. A secret.
    Postgres(String),
}

impl FromStr for StoreUrl {
    type Err = ();

    fn from_str(text: &str) -> Result<StoreUrl, ()> {
        match text.split_once(':') {
            Some(("sqlite", directory)) if !directory.is_empty() => Ok(StoreUrl::Sqlite(directory.into())),
            Some(("postgres" | "postgresql", rest)) if rest.starts_with("//") => {
                Ok(StoreUrl::Postgres(format!("postgres:{rest}")))
            }
            _ => Err(()),
        }
    }
}

impl fmt::Display for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreUrl::Sqlite(directory) => write!(f, "sqlite:{}", directory.display()),
            StoreUrl::Postgres(url) => {
                // What stands before the last @ of the address proper is a name and a password; passwords are also
                // taken from parameters.
                let (address, parameters) =
                    url.split_once('?').map_or((url.as_str(), None), |(a, p)| (a, Some(p)));
                let rest = address.trim_start_matches("postgres://");
                let shown = match rest.rsplit_once('@') {
                    None => rest.to_owned(),
                    Some((identity, place)) => match identity.split_once(':') {
                        None => format!("{identity}@{place}"),
                        Some((user, _)) => format!("{user}:***@{place}"),
                    },
                };
                let more = if parameters.is_some() { "?***" } else { "" };
                write!(f, "postgres://{shown}{more}")
            }
        }
    }
}

impl fmt::Debug for StoreUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_its_password() {
        let shown = |text: &str| text.parse::<StoreUrl>().map(|url| url.to_string());
        assert_eq!(shown("sqlite:/var/lib/folkmoot"), Ok("sqlite:/var/lib/folkmoot".into()));
        assert_eq!(shown("postgres://db/folkmoot"), Ok("postgres://db/folkmoot".into()));
        assert_eq!(shown("postgresql://moot@db:5/f"), Ok("postgres://moot@db:5/f".into()));
        assert_eq!(shown("postgres://moot:s3cr:e@t@db/f"), Ok("postgres://moot:***@db/f".into()));
        assert_eq!(shown("postgres://db/f?password=secret"), Ok("postgres://db/f?***".into()));
        for text in ["", "sqlite:", "postgres:db", "mysql://x", "/var/lib"] {
            assert_eq!(shown(text), Err(()), "{text}");
        }
    }
}
