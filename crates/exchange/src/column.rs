//! The one table of columns, by which files are read and written.
