//! The safety questions come again: what a person who began some days ago meets.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use keel_knowledge::{Knowledge, embedded_files};
use keel_record::Event;

use super::tests::{PAGE, Tried, header, text, tried};

/// Someone with a programme who answered every red flag with no, so many hours ago.
async fn someone(hours: i64) -> Tried {
    let knowledge = Knowledge::read_unsealed(embedded_files()).expect("the shipped knowledge is in order");
    let ids: Vec<String> = knowledge.red_flags.keys().cloned().collect();
    let keel = tried(|config| config.knowledge = Some(Arc::new(knowledge))).await;
    let at = Timestamp::now() - SignedDuration::from_hours(hours);
    let answered = ids.iter().map(|id| Event::Answered {
        path: format!("answers.{id}"),
        value: "no".into(),
    });
    let finished = ["safety", "programme"].map(|step| Event::StepFinished { step: step.to_owned() });
    let sex = Event::Answered {
        path: "person.sex".to_owned(),
        value: "male".into(),
    };
    let events: Vec<Event> = answered.chain(finished).chain([sex]).collect();
    let person = keel.app.person().await.expect("a person").clone();
    keel.app.record.append(&person, at, &events).await.expect("appends");
    keel
}

#[tokio::test]
async fn nothing_is_asked_twice_on_a_day() {
    let keel = someone(0).await;
    let response = keel.get("/today", &[PAGE]).await;
    assert_eq!(header(&response, "location"), "/programme");
}

#[tokio::test]
async fn the_next_day_one_list_is_asked_and_nothing_is_chosen_beforehand() {
    let keel = someone(30).await;
    let page = text(keel.get("/today", &[PAGE]).await).await;
    assert!(page.contains("answers.CES_SADDLE") && page.contains("event.fall"));
    assert!(!page.contains("answers.AAA"), "what is asked once is not asked daily");
    assert!(!page.contains("answers.CA_SYSTEMIC"), "what is asked weekly is not due yet");
    assert!(!page.contains(" checked"));

    // An answer is needed, and only one kind of it.
    for form in ["", "none=yes&answers.CES_SADDLE=yes", "none=yes&event.fall=yes"] {
        let response = keel.post("/today", &[PAGE], form).await;
        assert_eq!(header(&response, "location"), "", "{form}");
    }
    let response = keel.post("/today", &[PAGE], "none=yes").await;
    assert_eq!(header(&response, "location"), "/programme");
    assert_eq!(
        header(&keel.get("/today", &[PAGE]).await, "location"),
        "/programme",
        "it is done for today"
    );
}

#[tokio::test]
async fn a_sign_stops_and_an_event_asks_everything() {
    let keel = someone(30).await;
    let response = keel.post("/today", &[PAGE], "answers.CES_SADDLE=yes").await;
    assert_eq!(header(&response, "location"), "/stop");

    let keel = someone(30).await;
    let response = keel.post("/today", &[PAGE], "event.fall=yes").await;
    assert_eq!(header(&response, "location"), "/safety");
    assert_eq!(
        header(&keel.get("/today", &[PAGE]).await, "location"),
        "/safety",
        "all questions, one by one"
    );
    let screen = header(&keel.get("/safety", &[PAGE]).await, "location").to_owned();
    let page = text(keel.get(&screen, &[PAGE]).await).await;
    assert!(!page.contains(" checked"), "what is asked again shows nothing chosen");
}

#[tokio::test]
async fn once_a_week_the_questions_are_put_one_by_one() {
    let keel = someone(8 * 24).await;
    assert_eq!(header(&keel.get("/today", &[PAGE]).await, "location"), "/safety");
}
