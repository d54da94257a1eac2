//! What is acknowledged survives: a child process appends and is killed in the middle; the write-ahead log is torn at any byte.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use keel_record::{Event, PersonId, Record};

/// The environment variable that makes [`child`] a child.
const DATABASE: &str = "KEEL_RECORD_TEST_DATABASE";

/// Events in one append: a batch is there whole or not at all.
const BATCH: u64 = 3;

fn person() -> PersonId {
    PersonId::new("anna").expect("a valid id")
}

fn now() -> jiff::Timestamp {
    "2026-03-01T07:30:00Z".parse().expect("a timestamp")
}

/// Not a test: the process that is killed. It appends batch after batch and says so after each.
#[test]
#[ignore = "run by the tests below"]
fn child() {
    let Ok(path) = std::env::var(DATABASE) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let record = Record::open(path).await.expect("opens");
        let mut out = std::io::stdout();
        let mut batch = record.events(&person()).await.expect("reads").len() as u64 / BATCH;
        loop {
            let events: Vec<_> = (0..BATCH)
                .map(|i| Event::Answered {
                    path: format!("q.{i}"),
                    value: batch.into(),
                })
                .collect();
            record.append(&person(), now(), &events).await.expect("appends");
            writeln!(out, "\nacknowledged {batch}").expect("writes");
            out.flush().expect("flushes");
            batch += 1;
        }
    });
}

fn start(path: &Path) -> Child {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(DATABASE, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("starts")
}

/// Lets the child append, kills it without warning, and returns the last batch it acknowledged.
fn run_and_kill(path: &Path, acknowledgements: usize) -> u64 {
    let mut child = start(path);
    let out = BufReader::new(child.stdout.take().expect("is piped"));
    let mut acknowledged = out
        .lines()
        .map_while(Result::ok)
        .filter_map(|line| line.strip_prefix("acknowledged ")?.parse().ok());
    let mut last = acknowledged.by_ref().take(acknowledgements).last().expect("the child appends");
    child.kill().expect("is killed");
    child.wait().expect("has ended");
    // What it still said before it died counts as well.
    last = acknowledged.last().unwrap_or(last);
    last
}

/// The batches in the record; panics if one is not whole or not in its place.
async fn batches(path: &Path) -> u64 {
    let record = Record::open(path).await.expect("opens");
    let events = record.events(&person()).await.expect("reads");
    assert_eq!(events.len() as u64 % BATCH, 0, "a torn batch");
    for (n, recorded) in events.iter().enumerate() {
        let n = n as u64;
        let expected = Event::Answered {
            path: format!("q.{}", n % BATCH),
            value: (n / BATCH).into(),
        };
        assert_eq!(recorded.event, expected);
    }
    record.close().await;
    events.len() as u64 / BATCH
}

#[tokio::test]
async fn a_killed_process_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keel.db");
    // Six lives on one file, each killed at another moment.
    for acknowledgements in [1, 2, 7, 20, 61, 150] {
        let last = run_and_kill(&path, acknowledgements);
        let kept = batches(&path).await;
        assert!(kept > last, "batch {last} was acknowledged, {kept} are there");
    }
}

#[tokio::test]
async fn a_torn_log_gives_a_whole_beginning() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("keel.db");
    let last = run_and_kill(&path, 40);
    let database = std::fs::read(&path).expect("the file");
    let log = std::fs::read(folder.path().join("keel.db-wal")).expect("the log of a killed process");

    // Cut the log at many places, as a power cut under a disk that lied would; and flip a byte there.
    let mut seen = Vec::new();
    for cut in (0..=24).map(|n| log.len() * n / 24) {
        for flip in [false, true] {
            let torn = tempfile::tempdir().expect("a folder");
            let copy = torn.path().join("keel.db");
            let mut bytes = log[..cut].to_vec();
            if let (true, Some(byte)) = (flip, bytes.last_mut()) {
                *byte ^= 0xFF;
            }
            std::fs::write(&copy, &database).expect("writes");
            std::fs::write(torn.path().join("keel.db-wal"), bytes).expect("writes");
            let kept = batches(&copy).await;
            if !flip {
                seen.push(kept);
            }
        }
    }
    assert!(seen.is_sorted(), "{seen:?}");
    assert_eq!(seen.first(), Some(&0), "an empty file and no log is a new record");
    assert!(seen.last().is_some_and(|kept| *kept > last), "{seen:?}, acknowledged {last}");
}
