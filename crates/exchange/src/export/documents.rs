//! People as the API's own documents: a list of full users, in JSON or XML.

use std::io::{self, Write};

use folkmoot_core::{Directory, FullUser, Viewer};
use folkmoot_wire::documents::FullUserDocument;
use folkmoot_wire::{
    ApiMajor, Format, Opened, PictureUrls, Style, fragment, list_close, list_open, list_separator,
};

/// Writes everybody whom `viewer` may know of as full users (version 2), in order of creation. Pictures are named by
/// their relative addresses, which mean the same on whatever host the account is next.
///
/// # Errors
/// When `out` does.
pub fn documents(
    directory: &Directory,
    viewer: &Viewer,
    format: Format,
    out: &mut dyn Write,
) -> io::Result<()> {
    let style = Style { version: ApiMajor::V2, format, pictures: PictureUrls::Private };
    let people = directory.people().filter_map(|person| FullUser::of(directory, viewer, person));
    out.write_all(&list_open(format, "users"))?;
    let mut buffer = Vec::new();
    for (at, user) in people.enumerate() {
        if at > 0 {
            out.write_all(list_separator(format))?;
        }
        buffer.clear();
        let document = FullUserDocument { user: &user, opened: Opened::default(), style };
        fragment(format, "user", [document], &mut buffer);
        out.write_all(&buffer)?;
    }
    out.write_all(&list_close(format, "users"))?;
    out.write_all(b"\n")
}
