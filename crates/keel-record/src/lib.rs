//! What happened, in the order it happened, and what follows from it.
//!
//! A record is a list of [`Event`]s per person in one SQLite file. Events are appended and never changed; triggers in the file itself
//! refuse anything else. The state of a person is not stored: [`project`] computes it from the events, so a programme can be replayed
//! and every decision traced to the answers it used. "Acknowledged" means on disk: [`Record::append`] returns after the write-ahead log was
//! synced (`synchronous=FULL`), so neither a killed process nor a power cut takes back what it confirmed.
//!
//! This crate knows no clock (the time of an event is passed in), no question and no rule: an answer is a path and a JSON value, a plan is
//! JSON. It never logs, and its errors name people, files and question ids but no answer.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use keel_record::{Event, PersonId, Record};
//!
//! let folder = tempfile::tempdir().unwrap();
//! let record = Record::open(folder.path().join("keel.db")).await.unwrap();
//! let person = PersonId::new("anna").unwrap();
//! let now = "2026-03-01T07:30:00Z".parse().unwrap();
//! record
//!     .append(&person, now, &[
//!         Event::PersonStarted,
//!         Event::Answered { path: "pain.leg_now".into(), value: 4.into() },
//!     ])
//!     .await
//!     .unwrap();
//! assert_eq!(record.projection(&person).await.unwrap().answers["pain.leg_now"], 4);
//! # });
//! ```

mod envelope;
mod error;
mod event;
mod person;
mod projection;
mod store;

pub use error::Error;
pub use event::{Event, Recorded};
pub use person::PersonId;
pub use projection::{Acknowledgement, Logged, Programme, Projection, Skipped, Triage, project};
pub use store::Record;
