-- Who has an address, in whatever account: for those who have forgotten where theirs is.
CREATE INDEX users_email ON users (email_folded);
