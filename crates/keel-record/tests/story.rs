//! One story through the record: a person answers, changes their mind, is shown an outcome and gets a programme; the program is
//! closed and opened in between. Then the doors: what is refused, what is kept, what two at once do.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use keel_record::{Error, Event, PersonId, Record, Recorded, project};
use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use tempfile::TempDir;

fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

fn person(id: &str) -> PersonId {
    PersonId::new(id).expect("a valid id")
}

fn answered(path: &str, value: impl Into<Value>) -> Event {
    Event::Answered {
        path: path.into(),
        value: value.into(),
    }
}

fn unknown(payload: &str) -> Event {
    Event::Unknown {
        kind: "moon_seen".into(),
        schema: 3,
        payload: payload.into(),
    }
}

async fn open(folder: &TempDir) -> Record {
    Record::open(folder.path().join("keel.db")).await.expect("opens")
}

/// Raw access, as any SQLite tool has it.
async fn raw(folder: &TempDir) -> SqliteConnection {
    let url = format!("sqlite://{}", folder.path().join("keel.db").display());
    SqliteConnection::connect(&url).await.expect("connects")
}

fn logged(list: &str, entry: serde_json::Value) -> Event {
    Event::Logged { list: list.into(), entry }
}

#[tokio::test]
async fn the_story_of_anna() {
    let folder = tempfile::tempdir().expect("a folder");
    let (anna, boris) = (person("anna"), person("boris"));
    let plan = json!({"sessions": [{"start": "07:30", "items": ["DS11"]}], "load": 0.1 + 0.2, "note": null});
    let events = vec![
        Event::PersonStarted,
        answered("answers.CES_BLADDER", "no"),
        answered("pain.leg_now", 6),
        answered("equipment.have", json!(["mat", "band"])),
        answered("pain.leg_now", 4),
        answered("day.rises_at", "07:00"),
        Event::Cleared {
            path: "day.rises_at".into(),
        },
        Event::StepFinished { step: "red-flags".into() },
        Event::TriageShown {
            level: "GP".into(),
            items: vec!["INFLAM".into()],
        },
        Event::EmergencyAcknowledged { level: "GP".into() },
        logged("taken", json!({"medicine": "ibuprofen", "at": "2026-03-02T07:00", "mg": 400})),
        logged("taken", json!({"medicine": "paracetamol", "at": "2026-03-02T07:00"})),
        // The entry before was written by mistake: boris's event lies between, so its number is 13.
        Event::Unlogged { seq: 13 },
        Event::ProgrammeMade {
            input_hash: "in".into(),
            knowledge_hash: "know".into(),
            engine: "keel 0.1.0".into(),
            plan: plan.clone(),
        },
    ];

    // Written over two sittings, with somebody else in between.
    let record = open(&folder).await;
    record
        .append(&anna, at("2026-03-01T07:30:00.123456Z"), &events[..5])
        .await
        .expect("appends");
    record
        .append(&boris, at("2026-03-01T08:00:00Z"), &[Event::PersonStarted])
        .await
        .expect("appends");
    record.close().await;
    let record = open(&folder).await;
    record
        .append(&anna, at("2026-03-02T07:30:00Z"), &events[5..])
        .await
        .expect("appends");
    record.close().await;

    // Everything is there, in order.
    let record = open(&folder).await;
    let kept = record.events(&anna).await.expect("reads");
    let what: Vec<_> = kept.iter().map(|r| r.event.clone()).collect();
    assert_eq!(what, events);
    assert!(kept.is_sorted_by_key(|r| r.seq));
    assert_eq!(kept[0].at, at("2026-03-01T07:30:00.123Z"), "kept to the millisecond");
    assert_eq!(record.persons().await.expect("reads"), [anna.clone(), boris.clone()]);

    // What follows from it.
    let state = record.projection(&anna).await.expect("projects");
    assert_eq!(*state, project(&kept));
    let log: Vec<_> = state.log.iter().map(|one| (one.list.as_str(), &one.entry["medicine"])).collect();
    assert_eq!(log, [("taken", &json!("ibuprofen"))], "what was taken back is gone from the state");
    assert_eq!(state.started_at, Some(at("2026-03-01T07:30:00.123Z")));
    let answers: Vec<_> = state.answers.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    assert_eq!(
        answers,
        [
            ("answers.CES_BLADDER", json!("no")),
            ("equipment.have", json!(["mat", "band"])),
            ("pain.leg_now", json!(4)),
        ]
    );
    assert_eq!(state.answered_at["pain.leg_now"], at("2026-03-01T07:30:00.123Z"));
    assert!(!state.answered_at.contains_key("day.rises_at"));
    assert_eq!(state.finished_steps["red-flags"], at("2026-03-02T07:30:00Z"));
    let triage = state.last_triage.as_ref().expect("a triage");
    assert_eq!((triage.level.as_str(), &triage.items[..]), ("GP", &["INFLAM".to_owned()][..]));
    assert!(triage.acknowledged.is_some());
    let programme = state.last_programme.as_ref().expect("a programme");
    assert_eq!(programme.plan, plan);
    assert_eq!(programme.plan.to_string(), plan.to_string(), "same order, same bits");
    assert!(state.skipped.is_empty());
    assert_eq!(record.projection(&person("nobody")).await.expect("projects").last_seq, 0);
}

#[tokio::test]
async fn the_state_is_the_same_step_by_step_and_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = open(&folder).await;
    let anna = person("anna");
    let mut so_far: Vec<Recorded> = Vec::new();
    for n in 0..40_i64 {
        let event = match n % 5 {
            0 => answered(&format!("a.q{}", n % 3), n),
            1 => Event::Cleared {
                path: format!("a.q{}", n % 2),
            },
            2 => Event::StepFinished {
                step: format!("s{}", n % 4),
            },
            3 => Event::TriageShown {
                level: "CONTINUE".into(),
                items: vec![],
            },
            _ => unknown("{}"),
        };
        record
            .append(&anna, at("2026-03-01T07:30:00Z") + SignedDuration::from_secs(n), &[event])
            .await
            .expect("appends");
        // The held state grows event by event; the list is projected whole.
        let state = record.projection(&anna).await.expect("projects");
        so_far = record.events(&anna).await.expect("reads");
        assert_eq!(*state, project(&so_far));
    }
    assert_eq!(so_far.len(), 40);
}

#[tokio::test]
async fn a_later_triage_has_to_be_acknowledged_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = open(&folder).await;
    let anna = person("anna");
    let shown = || Event::TriageShown {
        level: "EMERGENCY".into(),
        items: vec!["CES_SADDLE".into()],
    };
    let read = Event::EmergencyAcknowledged { level: "EMERGENCY".into() };
    record
        .append(&anna, at("2026-03-01T07:30:00Z"), &[read.clone(), shown(), read, shown()])
        .await
        .expect("appends");
    let state = record.projection(&anna).await.expect("projects");
    assert_eq!(state.last_triage.as_ref().expect("a triage").acknowledged, None);
}

#[tokio::test]
async fn what_another_program_appends_is_seen() {
    let folder = tempfile::tempdir().expect("a folder");
    let (here, there) = (open(&folder).await, open(&folder).await);
    let anna = person("anna");
    let now = at("2026-03-01T07:30:00Z");
    here.append(&anna, now, &[answered("pain.leg_now", 3)]).await.expect("appends");
    assert_eq!(there.projection(&anna).await.expect("projects").answers["pain.leg_now"], 3);
    there.append(&anna, now, &[answered("pain.leg_now", 2)]).await.expect("appends");
    assert_eq!(here.projection(&anna).await.expect("projects").answers["pain.leg_now"], 2);
}

#[tokio::test]
async fn nothing_written_is_ever_updated_deleted_or_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = open(&folder).await;
    let anna = person("anna");
    record
        .append(&anna, at("2026-03-01T07:30:00Z"), &[answered("pain.leg_now", 3)])
        .await
        .expect("appends");
    let mut raw = raw(&folder).await;
    for statement in [
        "UPDATE events SET payload = '{}'",
        "UPDATE events SET recorded_at = '2027-01-01T00:00:00.000Z' WHERE seq = 1",
        "DELETE FROM events",
        "INSERT OR REPLACE INTO events VALUES (1, 'anna', 'answered', 1, '{}', '2026-03-01T07:30:00.000Z')",
        "REPLACE INTO events VALUES (1, 'anna', 'answered', 1, '{}', '2026-03-01T07:30:00.000Z')",
        "INSERT INTO events VALUES (1, 'anna', 'answered', 1, '{}', '2026-03-01T07:30:00.000Z')
           ON CONFLICT (seq) DO UPDATE SET payload = excluded.payload",
    ] {
        let error = sqlx::query(statement).execute(&mut raw).await.expect_err(statement);
        assert!(error.to_string().contains("append-only"), "{statement}: {error}");
    }
    // And what is appended past the program must at least look like an event.
    for statement in [
        "INSERT INTO events VALUES (NULL, 'anna', 'answered', 1, 'pain', '2026-03-01T07:30:00.000Z')",
        "INSERT INTO events VALUES (NULL, 'anna', 'answered', 1, '[]', '2026-03-01T07:30:00.000Z')",
        "INSERT INTO events VALUES (NULL, 'anna', 'answered', 1, '{\"value\": NaN}', '2026-03-01T07:30:00.000Z')",
        "INSERT INTO events VALUES (NULL, 'anna', 'answered', 1, '{}', 'yesterday')",
        "INSERT INTO events VALUES (NULL, '', 'answered', 1, '{}', '2026-03-01T07:30:00.000Z')",
        "INSERT INTO events VALUES (NULL, 'anna', 'answered', 'one', '{}', '2026-03-01T07:30:00.000Z')",
    ] {
        sqlx::query(statement).execute(&mut raw).await.expect_err(statement);
    }
    assert_eq!(record.events(&anna).await.expect("reads")[0].event, answered("pain.leg_now", 3));
}

#[tokio::test]
async fn events_of_other_versions_are_kept_and_skipped() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = open(&folder).await;
    let anna = person("anna");
    record
        .append(&anna, at("2026-03-01T07:30:00Z"), &[answered("pain.leg_now", 3)])
        .await
        .expect("appends");
    let mut raw = raw(&folder).await;
    // An unheard-of kind, a later payload of a known kind, a payload that is not as it should be, one that has gained a field.
    for row in [
        ("moon_seen", 3, r#"{"phase":  "full"}"#),
        ("answered", 2, r#"{"question": "pain.leg_now", "value": 9}"#),
        ("answered", 1, r#"{"value": 9}"#),
        ("answered", 1, r#"{"path": "pain.back_now", "value": 1, "by": "voice"}"#),
    ] {
        sqlx::query(
            "INSERT INTO events (person_id, kind, schema, payload, recorded_at) VALUES ('anna', ?, ?, ?, '2026-03-01T07:30:00.000Z')",
        )
        .bind(row.0)
        .bind(row.1)
        .bind(row.2)
        .execute(&mut raw)
        .await
        .expect("inserts");
    }
    let events = record.events(&anna).await.expect("reads");
    assert_eq!(events[1].event, unknown(r#"{"phase":  "full"}"#), "not a sign of it is lost");
    let state = record.projection(&anna).await.expect("projects");
    assert_eq!(state.answers["pain.leg_now"], 3);
    assert_eq!(state.answers["pain.back_now"], 1);
    let skipped: Vec<_> = state.skipped.iter().map(|s| (s.kind.as_str(), s.schema)).collect();
    assert_eq!(skipped, [("moon_seen", 3), ("answered", 2), ("answered", 1)]);

    // It can be carried into another record as it is.
    let other = tempfile::tempdir().expect("a folder");
    let copy = open(&other).await;
    let now = at("2026-03-01T07:30:00Z");
    copy.append(&anna, now, &[events[1].event.clone()]).await.expect("appends");
    assert_eq!(copy.events(&anna).await.expect("reads")[0].event, events[1].event);
}

#[tokio::test]
async fn what_must_not_enter_is_refused_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = open(&folder).await;
    let anna = person("anna");
    let now = at("2026-03-01T07:30:00Z");
    let long = "x".repeat(70_000);
    let bad = [
        answered("pain.leg_now", f64::NAN),
        answered("pain.leg_now", f64::INFINITY),
        answered("pain.leg_now", Value::Null),
        answered("pain.leg_now", json!([1, {"deep": null}])),
        answered("", 1),
        answered("pain..leg", 1),
        answered("pain.leg now", 1),
        answered("боль.нога", 1),
        answered(&long, 1),
        answered("notes.free", long.clone()),
        Event::Cleared { path: ".".into() },
        Event::StepFinished { step: String::new() },
        Event::TriageShown {
            level: String::new(),
            items: vec![],
        },
        Event::ProgrammeMade {
            input_hash: "a".into(),
            knowledge_hash: "b".into(),
            engine: "c".into(),
            plan: Value::Null,
        },
        unknown("no json"),
        unknown("[]"),
        Event::Unknown {
            kind: String::new(),
            schema: 1,
            payload: "{}".into(),
        },
        Event::Unknown {
            kind: "moon".into(),
            schema: 0,
            payload: "{}".into(),
        },
        Event::Unknown {
            kind: "person_started".into(),
            schema: 1,
            payload: "{}".into(),
        },
    ];
    for event in bad {
        let error = record
            .append(&anna, now, &[answered("pain.leg_now", 1), event.clone()])
            .await
            .expect_err("is refused");
        assert!(matches!(error, Error::Refused { .. }), "{event:?}: {error}");
        assert!(error.to_string().len() < 200, "no value in the message");
    }
    assert!(serde_json::from_str::<Value>("NaN").is_err());
    assert!(serde_json::from_str::<Value>("1e999").is_err());
    let error = record
        .append(&anna, Timestamp::MIN, &[Event::PersonStarted])
        .await
        .expect_err("is refused");
    assert!(matches!(error, Error::Time), "{error}");
    assert!(record.events(&anna).await.expect("reads").is_empty(), "all or none");
    record.append(&anna, now, &[]).await.expect("nothing is easily done");

    for id in ["", "Anna", "anna b", "anna_b", "-anna", "анна", "a/../b", &"x".repeat(65)] {
        assert!(PersonId::new(id).is_err(), "{id}");
    }
}

#[tokio::test]
async fn numbers_come_back_bit_for_bit() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = open(&folder).await;
    let anna = person("anna");
    // A plain 64-bit mix over the bits of a float: every exponent, every length of digits.
    let mut bits = 0x9E37_79B9_7F4A_7C15_u64;
    let mut numbers = vec![0.1, -0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, 1.0 / 3.0, 123_456_789.123_456_79];
    while numbers.len() < 2000 {
        bits = bits.wrapping_mul(0xD134_2543_DE82_EF95).wrapping_add(1) ^ (bits >> 29);
        let number = f64::from_bits(bits);
        if number.is_finite() {
            numbers.push(number);
        }
    }
    let plan = json!({"numbers": numbers.clone()});
    let made = Event::ProgrammeMade {
        input_hash: "a".into(),
        knowledge_hash: "b".into(),
        engine: "c".into(),
        plan,
    };
    record.append(&anna, at("2026-03-01T07:30:00Z"), &[made]).await.expect("appends");
    let state = record.projection(&anna).await.expect("projects");
    let kept = state.last_programme.as_ref().expect("a programme").plan["numbers"]
        .as_array()
        .expect("a list")
        .clone();
    for (number, kept) in numbers.iter().zip(&kept) {
        let kept = kept.as_f64().expect("a number");
        assert_eq!(number.to_bits(), kept.to_bits(), "{number:e} came back as {kept:e}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_lose_nothing_and_mix_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    // Two programs on one file, eight people at once, twenty-five batches of three each.
    let records = [open(&folder).await, open(&folder).await];
    let now = at("2026-03-01T07:30:00Z");
    let tasks: Vec<_> = (0..8)
        .map(|n| {
            let record = records[n % 2].clone();
            tokio::spawn(async move {
                let who = person(&format!("p{n}"));
                for batch in 0..25 {
                    let events: Vec<_> = (0..3).map(|i| answered(&format!("q.{i}"), batch)).collect();
                    record.append(&who, now, &events).await.expect("appends");
                    let state = record.projection(&who).await.expect("projects");
                    let seen: BTreeSet<_> = state.answers.values().map(Value::to_string).collect();
                    assert_eq!(seen, BTreeSet::from([batch.to_string()]), "a batch is seen whole");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("no task fails");
    }
    let mut all: Vec<i64> = Vec::new();
    for n in 0..8 {
        let events = records[0].events(&person(&format!("p{n}"))).await.expect("reads");
        assert_eq!(events.len(), 75);
        assert!(
            events.chunks(3).all(|batch| batch[2].seq == batch[0].seq + 2),
            "batches do not interleave"
        );
        all.extend(events.iter().map(|e| e.seq));
    }
    all.sort_unstable();
    assert_eq!(all, (1..=600).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_request_that_is_given_up_leaves_the_writer_free() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = open(&folder).await;
    let anna = person("anna");
    let now = at("2026-03-01T07:30:00Z");
    for n in 0..30_u64 {
        // Dropped after no poll, one poll or some microseconds, as when a browser hangs up.
        let batch = [answered("a.b", n), answered("a.c", n)];
        let append = record.append(&anna, now, &batch);
        let _ = tokio::time::timeout(std::time::Duration::from_micros(n * 20), append).await;
    }
    record
        .append(&anna, now, &[answered("a.d", 1)])
        .await
        .expect("the writer still works");
    let events = record.events(&anna).await.expect("reads");
    assert_eq!(events.len() % 2, 1, "whole batches and the last one");
}
