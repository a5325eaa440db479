//! Which tests are about which backend.
//!
//! A test that makes its store where `folkmoot_testing::Backend::chosen` says runs on both. One in a module `embedded`
//! is about the files of a data directory, one in a module `postgres_only` about what only a server does.

/// The modules whose tests run on one backend only.
pub(super) const EMBEDDED: &str = "embedded::";
pub(super) const POSTGRES_ONLY: &str = "postgres_only::";

/// A test binary with tests that follow the backend: its package, its name, and what the names of these tests start
/// with.
pub(super) struct Following {
    pub(super) package: &'static str,
    pub(super) binary: &'static str,
    pub(super) tests: &'static str,
}

const fn following(package: &'static str, binary: &'static str, tests: &'static str) -> Following {
    Following { package, binary, tests }
}

pub(super) const FOLLOWING: &[Following] = &[
    following("folkmoot-store", "it", ""),
    following("folkmoot-server", "it", ""),
    following("folkmoot", "accounts", ""),
    following("folkmoot", "backups", ""),
    following("folkmoot", "kill", "moving::"),
    following("folkmoot", "grown", ""),
];

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::run::root;

    /// Those who ask which backend it is, below `folder`.
    fn asking(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                asking(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs")
                && fs::read_to_string(&path).unwrap().contains("::chosen(")
            {
                found.push(path.strip_prefix(root()).unwrap().display().to_string());
            }
        }
    }

    #[test]
    fn no_test_that_follows_the_backend_is_left_out() {
        let mut found = Vec::new();
        for package in fs::read_dir(root().join("crates")).unwrap() {
            let tests = package.unwrap().path().join("tests");
            if tests.is_dir() {
                asking(&tests, &mut found);
            }
        }
        assert!(found.len() > 4, "{found:?}");
        for path in found {
            // crates/PACKAGE/tests/BINARY.rs, or crates/PACKAGE/tests/BINARY/MODULE.rs
            let parts: Vec<&str> = path.split('/').collect();
            let (folder, binary) = (parts[1], parts[3].trim_end_matches(".rs"));
            if binary == "support" {
                continue;
            }
            let module = parts.get(4).map(|module| format!("{}::", module.trim_end_matches(".rs")));
            let covered = |following: &Following| {
                let package =
                    if folder == "cli" { "folkmoot".to_owned() } else { format!("folkmoot-{folder}") };
                let of_it = following.tests.is_empty() || module.as_deref() == Some(following.tests);
                following.package == package && following.binary == binary && of_it
            };
            assert!(FOLLOWING.iter().any(covered), "{path}");
        }
    }
}
