//! Formats of the file over time: what a later Keel will do to a file of today, played with a made-up second migration.

use sqlx::SqlSafeStr;
use sqlx::migrate::{Migration, MigrationType};

use super::*;

/// The migrations of a Keel to come: everything there is, and one more.
fn later_migrations(sql: &'static str) -> (Migrator, i64) {
    let mut migrations: Vec<_> = MIGRATIONS.iter().cloned().collect();
    let version = migrations.last().map_or(1, |m| m.version + 1);
    migrations.push(Migration::new(
        version,
        "later".into(),
        MigrationType::Simple,
        sql.into_sql_str(),
        false,
    ));
    (Migrator::with_migrations(migrations), version)
}

fn now() -> Timestamp {
    "2026-03-01T07:30:00Z".parse().expect("a timestamp")
}

fn anna() -> PersonId {
    PersonId::new("anna").expect("a valid id")
}

#[tokio::test]
async fn the_latest_migration_states_its_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = Record::open(folder.path().join("keel.db")).await.expect("opens");
    let stated: String = sqlx::query_scalar("SELECT value FROM meta WHERE key = 'schema_version'")
        .fetch_one(&record.reader)
        .await
        .expect("a version");
    let latest = MIGRATIONS.iter().map(|m| m.version).max().expect("a migration");
    assert_eq!(stated, latest.to_string());
}

#[tokio::test]
async fn a_later_keel_brings_the_file_to_its_format_and_this_one_then_refuses_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keel.db");
    let record = Record::open(&path).await.expect("opens");
    record.append(&anna(), now(), &[Event::PersonStarted]).await.expect("appends");
    record.close().await;

    let (later, version) = later_migrations(
        "CREATE TABLE devices (id TEXT PRIMARY KEY) STRICT;
         UPDATE meta SET value = '1000' WHERE key = 'schema_version';",
    );
    let opened = Record::open_with(&path, &later).await.expect("is migrated");
    assert_eq!(opened.events(&anna()).await.expect("reads").len(), 1);
    opened.close().await;
    assert!(version > 1);

    let before = fs::read(&path).expect("a file");
    let error = Record::open(&path).await.expect_err("is refused");
    assert!(matches!(error, Error::NewerSchema { found: 1000, .. }), "{error}");
    assert!(error.to_string().contains("please update Keel"), "{error}");
    assert_eq!(fs::read(&path).expect("a file"), before, "the file was touched");
}

#[tokio::test]
async fn a_failing_migration_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keel.db");
    let record = Record::open(&path).await.expect("opens");
    record.append(&anna(), now(), &[Event::PersonStarted]).await.expect("appends");
    record.close().await;

    let (broken, _) = later_migrations(
        "CREATE TABLE devices (id TEXT PRIMARY KEY) STRICT; DROP TRIGGER events_are_never_deleted; INSERT INTO nowhere VALUES (1);",
    );
    let error = Record::open_with(&path, &broken).await.expect_err("fails");
    assert!(matches!(error, Error::Migrate { .. }), "{error}");

    let record = Record::open(&path).await.expect("opens as before");
    assert_eq!(record.events(&anna()).await.expect("reads").len(), 1);
    let objects: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_schema WHERE name IN ('devices', 'events_are_never_deleted')")
        .fetch_one(&record.reader)
        .await
        .expect("counts");
    assert_eq!(objects, 1, "the trigger is there, the table is not");
}

#[tokio::test]
async fn the_writer_syncs_fully_and_the_readers_cannot_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = Record::open(folder.path().join("keel.db")).await.expect("opens");
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(&record.writer)
        .await
        .expect("reads");
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&record.writer)
        .await
        .expect("reads");
    assert_eq!((synchronous, journal.as_str()), (2, "wal"));
    let refused = sqlx::query("INSERT INTO meta (key, value) VALUES ('a', 'b')")
        .execute(&record.reader)
        .await;
    assert!(refused.is_err());
}
