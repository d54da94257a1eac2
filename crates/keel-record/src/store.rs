//! The SQLite file: opening it safely, appending, reading.
//!
//! One connection writes, in `BEGIN IMMEDIATE` transactions, so writers queue instead of failing halfway; a few read-only ones read
//! beside it (WAL). A write runs in a task of its own: a browser that hangs up in the middle of a request takes neither the answer nor the
//! writing connection with it.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Row};

use crate::envelope::{self, Envelope};
use crate::{Error, Event, PersonId, Projection, Recorded};

/// The migrations from `migrations/`, built into the program.
static MIGRATIONS: Migrator = sqlx::migrate!();

/// `KEEL` in the header of the file (the first migration writes it).
const APPLICATION_ID: i64 = 0x4B45_454C;

/// How long a write waits for another program that holds the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Connections that read.
const READERS: u32 = 4;

/// People whose state is held in memory; beyond that the states are computed anew.
const CACHED_PEOPLE: usize = 256;

/// The record of what happened, in one SQLite file. Clones share the same connections.
#[derive(Clone, Debug)]
pub struct Record {
    path: PathBuf,
    writer: SqlitePool,
    reader: SqlitePool,
    /// States as of their `last_seq`; what came later is read and applied on top.
    states: Arc<Mutex<HashMap<PersonId, Arc<Projection>>>>,
}

impl Record {
    /// Opens the record in this file; makes the file, and its folder, if there is none.
    ///
    /// A file of an earlier format is brought to the present one in a single transaction. A file that is not a database, belongs to another
    /// program, or was written by a later Keel is refused and left untouched. On Unix the file is made readable by its owner only.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path.as_ref(), &MIGRATIONS).await
    }

    async fn open_with(path: &Path, migrations: &Migrator) -> Result<Self, Error> {
        // Absolute, so that no name (":memory:", "file:…") means anything special to SQLite.
        let path = std::path::absolute(path).map_err(|source| Error::File {
            path: path.to_owned(),
            source,
        })?;
        make_file(&path)?;
        check_header(&path)?;

        let plain = SqliteConnectOptions::new()
            .filename(&path)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .pragma("trusted_schema", "OFF")
            .disable_statement_logging();
        check_owner(&path, &plain, migrations).await?;

        let writing = plain
            .clone()
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let writer = connect_writer(&path, writing).await?;
        migrate(&path, &writer, migrations).await?;
        let reader = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(plain.read_only(true));
        Ok(Self {
            path,
            writer,
            reader,
            states: Arc::default(),
        })
    }

    /// The file, as an absolute path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Appends events of one person, all or none. When this returns `Ok` they are on disk.
    ///
    /// The time is kept to the millisecond.
    pub async fn append(&self, person: &PersonId, at: Timestamp, events: &[Event]) -> Result<(), Error> {
        if events.is_empty() {
            return Ok(());
        }
        let recorded_at = write_time(at)?;
        let mut envelopes = Vec::with_capacity(events.len());
        for event in events {
            event.check()?;
            let envelope = envelope::seal(event).map_err(|_| Error::Refused {
                kind: event.kind().to_owned(),
                reason: "it cannot be written as JSON",
            })?;
            envelopes.push(envelope);
        }
        let writer = self.writer.clone();
        let person = person.clone();
        let written = tokio::spawn(async move { write(&writer, &person, &recorded_at, &envelopes).await });
        match written.await {
            Ok(written) => written.map_err(|source| self.lay_out(source, |source| Error::Append { source })),
            Err(_) => Err(Error::Closing),
        }
    }

    /// All events of one person in the order of the record.
    pub async fn events(&self, person: &PersonId) -> Result<Vec<Recorded>, Error> {
        self.events_after(person, 0).await
    }

    /// The events of one person with a number above `seq`.
    pub async fn events_after(&self, person: &PersonId, seq: i64) -> Result<Vec<Recorded>, Error> {
        let rows = sqlx::query("SELECT seq, kind, schema, payload, recorded_at FROM events WHERE person_id = ? AND seq > ? ORDER BY seq")
            .bind(person.as_str())
            .bind(seq)
            .fetch_all(&self.reader)
            .await
            .map_err(|source| self.lay_out(source, |source| Error::Read { source }))?;
        rows.iter().map(read_row).collect()
    }

    /// The state of one person after all events on disk, those of other programs included.
    pub async fn projection(&self, person: &PersonId) -> Result<Arc<Projection>, Error> {
        let known = self.states().get(person).cloned().unwrap_or_default();
        let later = self.events_after(person, known.last_seq).await?;
        if later.is_empty() {
            return Ok(known);
        }
        let mut state = Arc::unwrap_or_clone(known);
        for recorded in &later {
            state.apply(recorded);
        }
        let state = Arc::new(state);
        self.remember(person, &state);
        Ok(state)
    }

    /// Everyone with at least one event, in the order they came.
    pub async fn persons(&self) -> Result<Vec<PersonId>, Error> {
        let rows = sqlx::query("SELECT person_id, min(seq) AS first FROM events GROUP BY person_id ORDER BY first")
            .fetch_all(&self.reader)
            .await
            .map_err(|source| self.lay_out(source, |source| Error::Read { source }))?;
        rows.iter()
            .map(|row| {
                let seq = row.try_get("first").unwrap_or_default();
                let bad = |_| Error::BadRow { seq, what: "person_id" };
                let id: String = row.try_get("person_id").map_err(bad)?;
                PersonId::new(id).map_err(|_| Error::BadRow { seq, what: "person_id" })
            })
            .collect()
    }

    /// Closes the file after the last write; the write-ahead log is folded into it.
    pub async fn close(&self) {
        self.reader.close().await;
        self.writer.close().await;
    }

    fn states(&self) -> std::sync::MutexGuard<'_, HashMap<PersonId, Arc<Projection>>> {
        // The map is only ever replaced entry by entry, so a panic elsewhere cannot have left it half-made.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn remember(&self, person: &PersonId, state: &Arc<Projection>) {
        let mut states = self.states();
        if states.get(person).is_some_and(|known| known.last_seq >= state.last_seq) {
            return;
        }
        if states.len() >= CACHED_PEOPLE && !states.contains_key(person) {
            states.clear();
        }
        states.insert(person.clone(), Arc::clone(state));
    }

    /// Damage is told apart from everything else that SQLite can say.
    fn lay_out(&self, source: sqlx::Error, other: impl FnOnce(sqlx::Error) -> Error) -> Error {
        if damaged(&source) {
            Error::Damaged { path: self.path.clone() }
        } else {
            other(source)
        }
    }
}

// -- opening ----------------------------------------------------------------------------------------------------------------

/// Makes folder and file, for the owner's eyes only, if they are not there.
fn make_file(path: &Path) -> Result<(), Error> {
    if path.is_dir() {
        return Err(Error::NotADatabase { path: path.to_owned() });
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder).map_err(|source| Error::CreateFolder {
            path: folder.to_owned(),
            source,
        })?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(source) => Err(Error::File {
            path: path.to_owned(),
            source,
        }),
    }
}

/// An SQLite file is empty or begins with these words.
fn check_header(path: &Path) -> Result<(), Error> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let mut header = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(16).read_to_end(&mut header).map_err(failed)?;
    if header.is_empty() || header == b"SQLite format 3\0" {
        Ok(())
    } else {
        Err(Error::NotADatabase { path: path.to_owned() })
    }
}

/// Looks, without writing, whether the file is ours and not from the future.
async fn check_owner(path: &Path, options: &SqliteConnectOptions, migrations: &Migrator) -> Result<(), Error> {
    let failed = |source| not_opened(path, source);
    let mut connection = connect(options).await.map_err(failed)?;
    let looked = look(&mut connection).await;
    connection.close().await.map_err(failed)?;
    let found = looked.map_err(failed)?;

    let known = migrations.iter().map(|m| m.version).max().unwrap_or(0);
    match found {
        Found::Empty => Ok(()),
        Found::Foreign => Err(Error::ForeignDatabase { path: path.to_owned() }),
        Found::Keel { schema } if schema > known => Err(Error::NewerSchema {
            path: path.to_owned(),
            found: schema,
            known,
        }),
        Found::Keel { .. } => Ok(()),
    }
}

enum Found {
    Empty,
    Foreign,
    Keel { schema: i64 },
}

async fn look(connection: &mut SqliteConnection) -> Result<Found, sqlx::Error> {
    // One view of the file: between two separate looks another program may lay out the same new file.
    let mut view = connection.begin().await?;
    let found = look_in(&mut view).await;
    view.rollback().await?;
    found
}

async fn look_in(connection: &mut SqliteConnection) -> Result<Found, sqlx::Error> {
    let application: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema")
        .fetch_one(&mut *connection)
        .await?;
    if tables == 0 {
        return Ok(Found::Empty);
    }
    if application != APPLICATION_ID {
        return Ok(Found::Foreign);
    }
    let schema: Option<i64> = sqlx::query_scalar("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'schema_version'")
        .fetch_optional(&mut *connection)
        .await?;
    Ok(Found::Keel {
        schema: schema.unwrap_or(0),
    })
}

async fn connect_writer(path: &Path, options: SqliteConnectOptions) -> Result<SqlitePool, Error> {
    let failed = |source| not_opened(path, source);
    // The first connection turns the write-ahead log on, which stays on in the file; the pool then never meets a locked file.
    let first = connect(&options).await.map_err(failed)?;
    let pool = SqlitePoolOptions::new()
        // One connection that stays: the queue of writers is the pool itself.
        .max_connections(1)
        .min_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
        .map_err(failed)?;
    first.close().await.map_err(failed)?;
    Ok(pool)
}

/// Runs what is missing of the migrations, in one transaction: a second program that opens the same new file waits and finds it done.
async fn migrate(path: &Path, writer: &SqlitePool, migrations: &Migrator) -> Result<(), Error> {
    let failed = |source: sqlx::migrate::MigrateError| Error::Migrate {
        path: path.to_owned(),
        source,
    };
    let mut transaction = writer
        .begin_with("BEGIN IMMEDIATE")
        .await
        .map_err(|source| not_opened(path, source))?;
    // `Migrator::run` would do, but the compiler cannot see that its future may change threads.
    migrations.run_direct(None, &mut *transaction, false).await.map_err(failed)?;
    transaction.commit().await.map_err(|source| not_opened(path, source))
}

fn not_opened(path: &Path, source: sqlx::Error) -> Error {
    let path = path.to_owned();
    match sqlite_code(&source) {
        Some(NOT_A_DATABASE) => Error::NotADatabase { path },
        Some(CORRUPT) => Error::Damaged { path },
        _ => Error::Open { path, source },
    }
}

/// Connects, and tries again for a while as long as another program holds the file: turning the write-ahead log on needs the whole
/// file for a moment, and SQLite does not wait for that by itself.
async fn connect(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let pause = Duration::from_millis(50);
    let mut waited = Duration::ZERO;
    loop {
        match options.connect().await {
            Err(error) if sqlite_code(&error) == Some(BUSY) && waited < BUSY_TIMEOUT => {
                tokio::time::sleep(pause).await;
                waited += pause;
            }
            outcome => return outcome,
        }
    }
}

// Primary result codes of SQLite.
const BUSY: i64 = 5;
const CORRUPT: i64 = 11;
const NOT_A_DATABASE: i64 = 26;

/// The primary code of an error that came from SQLite.
fn sqlite_code(error: &sqlx::Error) -> Option<i64> {
    let code: i64 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xff)
}

fn damaged(error: &sqlx::Error) -> bool {
    matches!(sqlite_code(error), Some(CORRUPT | NOT_A_DATABASE))
}

// -- writing and reading ----------------------------------------------------------------------------------------------------

async fn write(writer: &SqlitePool, person: &PersonId, recorded_at: &str, envelopes: &[Envelope]) -> Result<(), sqlx::Error> {
    let mut transaction = writer.begin_with("BEGIN IMMEDIATE").await?;
    for envelope in envelopes {
        sqlx::query("INSERT INTO events (person_id, kind, schema, payload, recorded_at) VALUES (?, ?, ?, ?, ?)")
            .bind(person.as_str())
            .bind(&envelope.kind)
            .bind(envelope.schema)
            .bind(&envelope.payload)
            .bind(recorded_at)
            .execute(&mut *transaction)
            .await?;
    }
    transaction.commit().await
}

fn read_row(row: &SqliteRow) -> Result<Recorded, Error> {
    let seq: i64 = row.try_get("seq").map_err(|_| Error::BadRow { seq: 0, what: "seq" })?;
    let bad = |what| Error::BadRow { seq, what };
    let kind: &str = row.try_get("kind").map_err(|_| bad("kind"))?;
    let schema: i64 = row.try_get("schema").map_err(|_| bad("schema"))?;
    let payload: &str = row.try_get("payload").map_err(|_| bad("payload"))?;
    let at: &str = row.try_get("recorded_at").map_err(|_| bad("recorded_at"))?;
    Ok(Recorded {
        seq,
        at: at.parse().map_err(|_| bad("recorded_at"))?,
        event: envelope::open(kind, schema, payload),
    })
}

/// RFC 3339 in UTC to the millisecond: as text it sorts like the time it is.
fn write_time(at: Timestamp) -> Result<String, Error> {
    let text = format!("{at:.3}");
    let four_digit_year = text.len() == "2026-03-01T07:30:00.000Z".len();
    if four_digit_year { Ok(text) } else { Err(Error::Time) }
}

#[cfg(test)]
mod tests;
