//! `/examined`: what a clinician has examined and found known and unchanged, for how long that holds, and what it may not change.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use keel_knowledge::{Knowledge, Lang, Level, Record, RedFlag};
use keel_therapy::{EXAMINED_DAYS_MOST, Entry, Examined};
use maud::{Markup, html};

use crate::app::App;
use crate::language::Language;
use crate::pages::beside::log::{Typed, entries};
use crate::pages::beside::{Visit, visit};
use crate::problem::Problem;
use crate::ui::fields::{Choice, Entry as Input, Question, entry, one_of, select};
use crate::ui::notice::{Tone, notice};

pub(super) fn routes() -> Router<App> {
    Router::new().route("/examined", get(show))
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    page(&app, lang, &Typed::default()).await
}

pub(super) async fn page(app: &App, lang: Lang, typed: &Typed) -> Result<Markup, Problem> {
    visit(app, lang, |visit| {
        let text = |id: &str| visit.text(id);
        let title = text("examined-title");
        let days = [("days", EXAMINED_DAYS_MOST.into())];
        let content = html! {
            h1 { (title) }
            p.lead { (text("examined-lead")) }
            (notice(Tone::Caution, &text("examined-not"), &html! {
                ul {
                    li { (text("examined-not-new")) }
                    li { (text("examined-not-others")) }
                    li { (text("examined-not-cleared")) }
                    li { (visit.clinic.format(lang, "examined-not-long", &days)) }
                }
            }))
            h2 { (text("examined-signs")) }
            p { (text("examined-signs-lead")) }
            ul {
                @for (flag, level) in signs(visit.clinic.knowledge) {
                    li {
                        (flag.question.get(lang)) " → "
                        // The title of the lowest level would read as a clearance, which this is not.
                        strong { @if level.rank == 0 { (text("examined-alone")) } @else { (level.title.get(lang)) } }
                    }
                }
            }
            h2 #record { (text("examined-record")) }
            p { (text("examined-record-lead")) }
            (form(visit, typed))
            (entries(visit, "examined", usize::MAX, ("examined-log", Some("examined-none")), |written| match written {
                Entry::Examined(one) => row(visit, one),
                _ => None,
            }))
        };
        Ok(visit.page(&title, "/examined", &[], &content))
    })
    .await
}

/// The signs that may be recorded so, with the level to which they lead while the record holds, as they are asked.
fn signs(knowledge: &Knowledge) -> Vec<(&Record<RedFlag>, &Record<Level>)> {
    let screens = knowledge.red_flag_screens();
    let flags = screens.into_iter().flat_map(|(_, flags)| flags);
    flags
        .filter_map(|flag| Some((flag, knowledge.levels.get(flag.examined_level.as_ref()?)?)))
        .collect()
}

fn form(visit: &Visit<'_>, typed: &Typed) -> Markup {
    let lang = visit.lang;
    let choices: Vec<Choice<'_>> = signs(visit.clinic.knowledge)
        .into_iter()
        .map(|(flag, _)| Choice {
            value: &flag.id,
            label: flag.question.get(lang),
            chosen: typed.value("item") == Some(&flag.id),
        })
        .collect();
    let answers = [
        ("yes", visit.text("examined-unchanged-yes")),
        ("no", visit.text("examined-unchanged-no")),
    ];
    let answers: Vec<Choice<'_>> = answers
        .iter()
        .map(|(value, label)| Choice {
            value,
            label,
            chosen: typed.value("unchanged") == Some(value),
        })
        .collect();
    let until = visit
        .clinic
        .format(lang, "examined-until-help", &[("days", EXAMINED_DAYS_MOST.into())]);
    let field = |path: &'static str| {
        let ask = visit.text(&format!("examined-{path}"));
        // Who writes by hand cannot know the ids that a case file has.
        let wrong = typed.wrong("examined", path, lang).map(|wrong| match path {
            "item" | "unchanged" => visit.text(&format!("examined-{path}-wrong")),
            _ => wrong,
        });
        let question = Question {
            path,
            ask: &ask,
            help: (path == "until").then_some(until.as_str()),
            error: wrong.as_deref(),
        };
        match path {
            "item" => select(lang, &question, &visit.text("ask-choose"), &choices),
            "unchanged" => one_of(lang, &question, &answers),
            "by" => entry(lang, &question, &Input::Text, typed.value(path)),
            _ => entry(lang, &question, &Input::Date, typed.value(path)),
        }
    };
    html! {
        form.form method="post" action="/log/examined" novalidate {
            (field("item")) (field("by")) (field("on")) (field("until")) (field("unchanged"))
            p.actions { button.button type="submit" { (visit.text("meds-save")) } }
        }
    }
}

/// One record in the list: its name, and what is shown of it.
fn row(visit: &Visit<'_>, one: &Examined) -> Option<(String, Markup)> {
    let question = visit.clinic.knowledge.red_flags.get(&one.item)?.question.get(visit.lang);
    let state = if !one.unchanged {
        "examined-state-changed"
    } else if one.until < visit.today {
        "examined-state-ended"
    } else {
        "examined-state-holds"
    };
    let args = [
        ("by", one.by.clone().into()),
        ("on", one.on.to_string().into()),
        ("until", one.until.to_string().into()),
    ];
    let shown = html! { strong { (visit.clinic.format(visit.lang, state, &args)) } " " (question) };
    Some((question.to_owned(), shown))
}
