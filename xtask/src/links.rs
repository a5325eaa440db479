//! Relative links in Markdown: each must lead to a file or a folder of the repository.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::run;

/// A link that leads nowhere.
pub(crate) struct Broken {
    file: PathBuf,
    line: usize,
    target: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: there is no {}", self.file.display(), self.line, self.target)
    }
}

/// Every relative link of the repository's Markdown that leads nowhere.
pub(crate) fn broken() -> Result<Vec<Broken>> {
    // What git knows or would add, so that build folders are not searched.
    let mut git = run::program("git");
    git.args(["ls-files", "--cached", "--others", "--exclude-standard", "--", "*.md"]);
    let listed = run::output(&mut git)?;
    let mut broken = Vec::new();
    for file in listed.lines().map(PathBuf::from) {
        let path = run::root().join(&file);
        if !path.exists() {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| file.display().to_string())?;
        let folder = path.parent().unwrap_or(run::root());
        for (line, target) in links(&text) {
            if !resolves(folder, &target) {
                broken.push(Broken { file: file.clone(), line, target });
            }
        }
    }
    Ok(broken)
}

fn resolves(folder: &Path, target: &str) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let path = path.replace("%20", " ");
    match path.strip_prefix('/') {
        Some(from_root) => run::root().join(from_root).exists(),
        None => folder.join(&path).exists(),
    }
}

/// The relative targets of inline links and reference definitions, with their lines; code is left out.
fn links(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    for (index, line) in text.lines().enumerate() {
        let trimmed = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                let line = without_code(line);
                found.extend(
                    targets(&line).filter(|target| is_relative(target)).map(|target| (index + 1, target)),
                );
            }
            (Some(_), _) => {}
        }
    }
    found
}

/// The line without its `code`.
fn without_code(line: &str) -> String {
    line.split('`').step_by(2).collect::<Vec<_>>().join("`")
}

fn targets(line: &str) -> impl Iterator<Item = String> {
    let inline = line.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next());
    let definition = line
        .strip_prefix('[')
        .and_then(|rest| rest.split_once("]: "))
        .and_then(|(_, target)| target.split_whitespace().next());
    inline.chain(definition).map(|target| target.trim_matches(['<', '>']).to_owned())
}

fn is_relative(target: &str) -> bool {
    let has_scheme = target.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    !target.is_empty() && !target.starts_with('#') && !target.starts_with("//") && !has_scheme
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(usize, String)> {
        links(text)
    }

    #[test]
    fn inline_links_images_and_definitions_are_found() {
        let text = "See [a](docs/a.md#part) and ![b](b.png \"title\").\n\n[c]: <../c.md>\n";
        let expected = [(1, "docs/a.md#part"), (1, "b.png"), (3, "../c.md")];
        assert_eq!(found(text), expected.map(|(line, target)| (line, target.to_owned())));
    }

    #[test]
    fn other_places_and_code_are_left_alone() {
        for text in [
            "[a](https://example.org/x.md)",
            "[a](mailto:a@example.org)",
            "[a](#part)",
            "`[a](b.md)`",
            "```md\n[a](b.md)\n```",
            "~~~\n```\n[a](b.md)\n~~~",
            "fn f(x: [u8]) -> [u8]",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn a_target_is_looked_up_from_its_file_or_from_the_root() {
        let folder = run::root().join("xtask");
        assert!(resolves(&folder, "src/main.rs#L1"));
        assert!(resolves(&folder, "/xtask/Cargo.toml"));
        assert!(!resolves(&folder, "src/nowhere.rs"));
    }
}
