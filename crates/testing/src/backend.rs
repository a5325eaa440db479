//! Which backend tests use.

/// The environment variable that says which.
pub const STORE_VARIABLE: &str = "FOLKMOOT_TEST_STORE";

/// Which backend tests use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// SQLite and files.
    Sqlite,
    /// PostgreSQL and S3.
    Postgres,
}

impl Backend {
    /// Its name, as [`STORE_VARIABLE`] has it.
    pub const fn name(self) -> &'static str {
        match self {
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
        }
    }

    /// The one that the environment asks for.
    ///
    /// # Panics
    /// When it asks for one that there is not.
    pub fn chosen() -> Backend {
        match std::env::var(STORE_VARIABLE).as_deref() {
            Err(_) | Ok("" | "sqlite") => Backend::Sqlite,
            Ok("postgres") => Backend::Postgres,
            Ok(other) => panic!("{STORE_VARIABLE} is sqlite or postgres, not {other:?}"),
        }
    }
}
