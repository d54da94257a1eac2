//! What can go wrong, in words that a person can act on. No message holds an answer, a plan or a name.

use std::path::PathBuf;

/// A failed operation on the record.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The folder of the database could not be made.
    #[error("cannot create the folder {}: {source}", path.display())]
    CreateFolder {
        /// The folder.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The database file could not be made, read or examined.
    #[error("cannot use {} as the record: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The file is something else: a text, a picture, a folder.
    #[error("{} is not a Keel record (it is not a database); nothing was changed in it", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is a database, but of another program.
    #[error("{} is a database of another program, not a Keel record; nothing was changed in it", path.display())]
    ForeignDatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file was written by a later Keel. An older one could misread it, so it does not try.
    #[error(
        "{} was written by a newer Keel (record format {found}, this Keel knows up to {known}); \
         please update Keel, nothing was changed in the file",
        path.display()
    )]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The format the file is in.
        found: i64,
        /// The latest format this program knows.
        known: i64,
    },
    /// SQLite could not open the file.
    #[error("cannot open the record {}: {source}", path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The file could not be brought to the format of this program; it is as it was before.
    #[error("cannot bring the record {} to the format of this Keel; it was left as it was: {source}", path.display())]
    Migrate {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: sqlx::migrate::MigrateError,
    },
    /// Pages of the file are damaged.
    #[error(
        "the record {} is damaged; please restore it from a copy, or save what is left with `sqlite3 FILE .recover`",
        path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The events were not written, none of them.
    #[error("nothing was saved: {source}")]
    Append {
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// The events could not be read.
    #[error("the record cannot be read: {source}")]
    Read {
        /// What SQLite said.
        source: sqlx::Error,
    },
    /// A row that this program cannot have written.
    #[error("event {seq} of the record has an unreadable {what}")]
    BadRow {
        /// The number of the event.
        seq: i64,
        /// The column.
        what: &'static str,
    },
    /// An event that must not enter the record. None of the events passed with it was written.
    #[error("a {kind} event was refused: {reason}")]
    Refused {
        /// The kind of the event.
        kind: String,
        /// What is wrong with it, without its values.
        reason: &'static str,
    },
    /// A person id with other signs than `a-z 0-9 -`, or of no or too great length.
    #[error("a person id is 1 to 64 signs of a-z, 0-9 and -, it begins and ends with a letter or digit")]
    PersonId,
    /// The time of an event lies outside the years 0 to 9999.
    #[error("the time of an event lies outside the years 0 to 9999")]
    Time,
    /// The task that writes ended before its time, as when the program is being closed.
    #[error("nothing was confirmed as saved: the program is closing")]
    Closing,
}
