//! How long an acknowledged append takes on this disk, and how long it takes to know a person's state.
//!
//! `cargo run --release -p keel-record --example latency [FOLDER]`

use std::time::{Duration, Instant};

use keel_record::{Event, PersonId, Record};

/// Two years of a daily session: twenty questions before it, thirty events in it.
const EVENTS: usize = 2 * 365 * 50;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".into());
    let folder = tempfile::tempdir_in(root)?;
    let path = folder.path().join("keel.db");
    let record = Record::open(&path).await?;
    let anna = PersonId::new("anna")?;
    let now = "2026-03-01T07:30:00Z".parse()?;
    let answer = |n: usize| Event::Answered {
        path: format!("pain.q{}", n % 60),
        value: (n % 11).into(),
    };

    let mut times = Vec::new();
    for n in 0..2000 {
        let begin = Instant::now();
        record.append(&anna, now, &[answer(n)]).await?;
        times.push(begin.elapsed());
    }
    print("append of one answer, synced", &mut times);

    let batch: Vec<_> = (0..50).map(answer).collect();
    let mut times = Vec::new();
    for _ in 0..(EVENTS - 2000) / 50 {
        let begin = Instant::now();
        record.append(&anna, now, &batch).await?;
        times.push(begin.elapsed());
    }
    print("append of fifty answers, synced", &mut times);

    record.close().await;
    let mut times = Vec::new();
    for _ in 0..5 {
        let record = Record::open(&path).await?;
        let begin = Instant::now();
        record.projection(&anna).await?;
        times.push(begin.elapsed());
        record.close().await;
    }
    print("first state after opening, two years of events", &mut times);

    let record = Record::open(&path).await?;
    record.projection(&anna).await?;
    let mut times = Vec::new();
    for n in 0..500 {
        record.append(&anna, now, &[answer(n)]).await?;
        let begin = Instant::now();
        record.projection(&anna).await?;
        times.push(begin.elapsed());
    }
    print("state after one more event", &mut times);
    println!("{:>10} kB  the file", std::fs::metadata(&path)?.len() / 1000);
    Ok(())
}

fn print(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    println!("{:>10.1?} median {:>10.1?} p99  {what} ({} times)", at(50), at(99), times.len());
}
