//! Which files are accepted as a record, which are refused, and that a refused one is left as it was.

use std::fs;
use std::path::Path;

use keel_record::{Error, Event, PersonId, Record};
use sqlx::{Connection, Executor, SqliteConnection};

async fn refused(path: &Path) -> Error {
    Record::open(path).await.expect_err("is refused")
}

fn person() -> PersonId {
    PersonId::new("anna").expect("a valid id")
}

fn now() -> jiff::Timestamp {
    "2026-03-01T07:30:00Z".parse().expect("a timestamp")
}

#[tokio::test]
async fn files_that_are_not_databases() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(&str, Vec<u8>); 4] = [
        ("notes.txt", b"Dear diary, my back hurts today, as it did yesterday.".to_vec()),
        ("short.txt", b"SQLite".to_vec()),
        ("zeros.bin", vec![0; 4096]),
        // The right beginning, and nonsense behind it.
        ("torn.db", [b"SQLite format 3\0".to_vec(), vec![0xA5; 8192]].concat()),
    ];
    for (name, content) in cases {
        let path = folder.path().join(name);
        fs::write(&path, &content).expect("writes");
        let error = refused(&path).await;
        assert!(matches!(error, Error::NotADatabase { .. }), "{name}: {error:?}");
        assert!(error.to_string().contains(name), "{error}");
        assert_eq!(fs::read(&path).expect("reads"), content, "{name} was touched");
    }
    assert!(matches!(refused(folder.path()).await, Error::NotADatabase { .. }));
}

#[tokio::test]
async fn a_database_of_another_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bookmarks.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut other = SqliteConnection::connect(&url).await.expect("connects");
    other.execute("CREATE TABLE bookmarks (url TEXT)").await.expect("creates");
    other.close().await.expect("closes");
    let before = fs::read(&path).expect("reads");
    let error = refused(&path).await;
    assert!(matches!(error, Error::ForeignDatabase { .. }), "{error:?}");
    assert_eq!(fs::read(&path).expect("reads"), before, "the file was touched");
}

#[tokio::test]
async fn a_new_file_in_a_new_folder_with_any_name() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["a/b/keel.db", ":memory:", "file:keel?mode=memory", "моя запись.db", "100%.db"] {
        let path = folder.path().join(name);
        let record = Record::open(&path).await.expect(name);
        record.append(&person(), now(), &[Event::PersonStarted]).await.expect(name);
        record.close().await;
        assert!(path.is_file(), "{name}");
        let record = Record::open(&path).await.expect(name);
        assert_eq!(record.events(&person()).await.expect(name).len(), 1, "{name}");
    }
    // An empty file is a new record.
    let path = folder.path().join("empty.db");
    fs::write(&path, b"").expect("writes");
    Record::open(&path).await.expect("opens");
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_can_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("new/keel.db");
    let record = Record::open(&path).await.expect("opens");
    record.append(&person(), now(), &[Event::PersonStarted]).await.expect("appends");
    let mode = |path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&folder.path().join("new/keel.db-wal")), 0o600);
    assert_eq!(mode(&folder.path().join("new")), 0o700);
}

#[tokio::test]
async fn a_folder_that_cannot_be_made() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("file"), b"").expect("writes");
    let error = refused(&folder.path().join("file/keel.db")).await;
    assert!(matches!(error, Error::CreateFolder { .. } | Error::File { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_new_file_opened_by_many_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keel.db");
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move {
                let record = Record::open(&path).await.expect("opens");
                record.append(&person(), now(), &[Event::PersonStarted]).await.expect("appends");
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no task fails");
    }
    let record = Record::open(&path).await.expect("opens");
    assert_eq!(record.events(&person()).await.expect("reads").len(), 8);
}

/// A file as the first published format left it. The text is never changed: it stands for the files people have.
#[tokio::test]
async fn a_file_of_format_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keel.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let mut old = SqliteConnection::connect(&url).await.expect("connects");
    old.execute(include_str!("fixtures/format-1.sql")).await.expect("is made");
    old.close().await.expect("closes");

    let record = Record::open(&path).await.expect("opens");
    let state = record.projection(&person()).await.expect("projects");
    assert_eq!(state.answers["pain.leg_now"], 4);
    assert_eq!(state.last_programme.as_ref().expect("a programme").engine, "keel 0.1.0");
    assert!(state.skipped.is_empty(), "every event of format 1 can still be read");
    record.append(&person(), now(), &[Event::PersonStarted]).await.expect("appends");
    assert_eq!(record.events(&person()).await.expect("reads").len(), 8);
}

#[tokio::test]
async fn a_damaged_file_says_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keel.db");
    let record = Record::open(&path).await.expect("opens");
    for n in 0..200 {
        let event = Event::Answered {
            path: format!("a.q{n}"),
            value: "x".repeat(300).into(),
        };
        record.append(&person(), now(), &[event]).await.expect("appends");
    }
    record.close().await;
    let mut bytes = fs::read(&path).expect("reads");
    for byte in bytes.iter_mut().skip(4096 * 2) {
        *byte = 0xA5;
    }
    fs::write(&path, bytes).expect("writes");
    let outcome = match Record::open(&path).await {
        Ok(record) => record.events(&person()).await.map(|_| ()),
        Err(error) => Err(error),
    };
    let error = outcome.expect_err("is noticed");
    assert!(matches!(error, Error::Damaged { .. }), "{error:?}");
    assert!(error.to_string().contains("restore it from a copy"), "{error}");
}
