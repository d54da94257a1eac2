//! `/programme`: today, the week, and why; or the advice that takes its place.

use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::civil::Date;
use keel_knowledge::{Lang, MedicineSeverity, MuscleState};
use keel_record::{Event, Projection};
use keel_report::{dose_text, load_text};
use keel_therapy::{Answers, Findings, Item, Plan, Programme, Session, Triage, decimal, plan_json};
use maud::{Markup, html};

use crate::app::App;
use crate::clinic::Clinic;
use crate::language::Language;
use crate::pages::beside::wait_texts;
use crate::pages::exercises::figure_urls;
use crate::pages::today::{Before, before_session};
use crate::pages::{stop, way};
use crate::problem::Problem;
use crate::ui::exercise::{Exercise, Figure, cards, why};
use crate::ui::icon;
use crate::ui::notice::{Tone, notice};
use crate::ui::shell::Page;
use crate::ui::week::{Day, Slot, week};
use crate::words;

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/programme", get(show))
}

/// Days a programme is for.
const WEEK: i64 = 7;

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Response, Problem> {
    let clinic = app.clinic()?;
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    if !way::reached(&state, "programme") {
        return Ok(Redirect::to(way::open(&state).1).into_response());
    }
    let begins = week_begins(clinic, &state, app.today());
    let plan = clinic.plan(&state, begins)?;
    let input_hash = clinic.input_hash(&state);
    let known = state
        .last_programme
        .as_ref()
        .is_some_and(|last| last.input_hash == input_hash && last.plan["date"] == begins.to_string());
    if !known {
        let made = Event::ProgrammeMade {
            input_hash,
            knowledge_hash: plan.knowledge_hash.clone(),
            engine: format!("keel-therapy {}", plan.engine_version),
            plan: plan_json(&plan, clinic.knowledge, lang),
        };
        let finished = Event::StepFinished {
            step: "programme".to_owned(),
        };
        app.record.append(person, app.now(), &[made, finished]).await?;
    }
    let answers = clinic.answers(&state);
    let title = clinic.text(lang, "step-programme");
    let view = View {
        clinic,
        lang,
        plan: &plan,
        today: app.today(),
        before: before_session(clinic, &state, app.today()),
        waits: &wait_texts(clinic, lang, &answers, app.today()),
    };
    let content = html! {
        (way::progress(clinic, lang, &state, "programme"))
        @match &plan.programme {
            Some(programme) => (view.programme(programme)),
            None => { h1 { (plan.triage.title.get(lang)) } (stop::advice(clinic, lang, &plan.triage, &answers)) (view.triage_trace()) },
        }
        (view.change_answers(&answers))
    };
    Ok(Page::new(lang, &title)
        .path("/programme")
        .script("figures.js")
        .wide()
        .signed_in(app.door.is_some())
        .render(&content)
        .into_response())
}

/// The first day of the current week: the one of the last programme while its answers still hold, today otherwise.
pub(crate) fn week_begins(clinic: &Clinic, state: &Projection, today: Date) -> Date {
    let last = state
        .last_programme
        .as_ref()
        .filter(|last| last.input_hash == clinic.input_hash(state));
    let begun: Option<Date> = last.and_then(|last| last.plan["date"].as_str()?.parse().ok());
    begun
        .filter(|begun| (0..WEEK).contains(&i64::from((today - *begun).get_days())))
        .unwrap_or(today)
}

struct View<'a> {
    clinic: &'a Clinic,
    lang: Lang,
    plan: &'a Plan,
    today: Date,
    /// What has to be asked before today's session.
    before: Before,
    /// Waits after treatments.
    waits: &'a [String],
}

impl View<'_> {
    fn text(&self, id: &str) -> String {
        self.clinic.text(self.lang, id)
    }

    fn programme(&self, programme: &Programme) -> Markup {
        let todays = programme.sessions.iter().find(|session| session.date == self.today);
        let next = programme.sessions.iter().find(|session| session.date > self.today);
        html! {
            h1 { (self.text("programme-title")) }
            p.lead { (programme.message.get(self.lang)) }
            (self.triage_notice(&self.plan.triage))
            (self.medicines())
            nav.jump aria-label=(self.text("programme-jump")) {
                a href="#today" { (self.text("programme-today")) }
                a href="#week" { (self.text("programme-week")) }
                a href="#why" { (self.text("programme-why")) }
                a.button href="/programme.pdf" aria-describedby="pdf-note" { (self.text("programme-pdf")) }
                p.note #pdf-note { (words::PDF_NOTE.get(self.lang)) }
            }
            section aria-labelledby="today" {
                h2 #today { (self.text("programme-today")) }
                @for wait in self.waits { (notice(Tone::Caution, wait, &html! {})) }
                @match (todays, next) {
                    (Some(_), _) if self.before != Before::Nothing => {
                        (notice(Tone::Caution, &self.text("today-title"), &html! {
                            p { (self.text("today-due")) }
                            p.actions { a.button href="/today" { (self.text("today-go")) (icon::arrow()) } }
                        }))
                    },
                    (Some(session), _) => (self.session(session)),
                    (None, Some(next)) => { p { (self.clinic.format(self.lang, "programme-free-day", &[("day", self.day(next.date).into())])) } (self.session(next)) },
                    (None, None) => p { (self.text("programme-week-over")) },
                }
            }
            (self.pain_rule())
            section aria-labelledby="week" { h2 #week { (self.text("programme-week")) } (self.week(programme)) }
            @for note in programme.gaps.iter().chain(&programme.notes) { p.note { (note.get(self.lang)) } }
            section aria-labelledby="why" { h2 #why { (self.text("programme-why")) } (self.findings(&self.plan.findings)) (self.left_out()) }
        }
    }

    fn session(&self, session: &Session) -> Markup {
        let messages = &self.clinic.knowledge.messages;
        let doses: Vec<String> = session
            .items
            .iter()
            .map(|item| dose_text(&item.dose, messages, self.lang))
            .collect();
        let blocks: Vec<[String; 3]> = session
            .items
            .iter()
            .map(|item| {
                [
                    self.text(&format!("block-{}", item.block.id())),
                    self.text("programme-new"),
                    self.text("atlas-play"),
                ]
            })
            .collect();
        let exercises: Vec<Exercise<'_>> = session
            .items
            .iter()
            .zip(&doses)
            .zip(&blocks)
            .filter_map(|((item, dose), tags)| self.card(item, dose, tags))
            .collect();
        html! {
            p.when {
                (session.start.strftime("%H:%M").to_string()) " · "
                (self.clinic.format(self.lang, "report-minutes", &[("minutes", session.minutes().into())]))
            }
            (self.day_load(session))
            (cards(self.lang, &exercises))
        }
    }

    fn card<'c>(&'c self, item: &'c Item, dose: &'c str, [block, new, play]: &'c [String; 3]) -> Option<Exercise<'c>> {
        let record = self.clinic.knowledge.exercises.get(&item.exercise)?;
        let mut tags: Vec<&str> = vec![block];
        if item.is_new {
            tags.push(new);
        }
        Some(Exercise {
            id: &item.exercise,
            name: item.name.get(self.lang),
            pictogram: self.clinic.knowledge.pictures.get(&record.position).map_or("", |svg| svg),
            figure: match figure_urls(self.clinic, &item.exercise) {
                (Some(still), moving) => Some(Figure {
                    still,
                    moving,
                    alt: item.name.get(self.lang),
                    play,
                }),
                _ => None,
            },
            load: self
                .plan
                .programme
                .as_ref()
                .and_then(|programme| load_text(item, &programme.load_budget, self.clinic.knowledge, self.lang)),
            tags,
            dose,
            start: record.start.get(self.lang),
            movement: record.movement.get(self.lang),
            cue: record.cue.get(self.lang),
            mistakes: record.mistakes.iter().map(|mistake| mistake.get(self.lang)).collect(),
            stop: record.stop.as_ref().map(|stop| stop.get(self.lang)),
            because: item.because.iter().map(|because| because.text.get(self.lang)).collect(),
        })
    }

    /// What the session uses of the day's load.
    fn day_load(&self, session: &Session) -> Markup {
        let Some(programme) = &self.plan.programme else { return html! {} };
        let (used, limit) = (session.load(), &programme.load_budget);
        let one = |value: f64| decimal(value, self.lang);
        let words = [
            ("compression", one(used.compression_min).into()),
            ("compression_limit", one(limit.compression_min_per_day).into()),
            ("shear", one(used.shear_min).into()),
            ("shear_limit", one(limit.shear_min_per_day).into()),
            ("flexion", one(used.flexion_min).into()),
            ("flexion_limit", one(limit.flexion_min_per_day).into()),
        ];
        html! { p.note { (self.clinic.format(self.lang, "programme-load-day", &words)) " " a href="/exercises" { (self.text("programme-all-exercises")) } } }
    }

    fn day(&self, date: Date) -> String {
        self.text(&format!("weekday-{}", date.weekday().to_monday_one_offset()))
    }

    fn week(&self, programme: &Programme) -> Markup {
        let columns = [self.text("programme-session"), self.text("programme-items")];
        let today = self.text("programme-today");
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let dates: Vec<Date> = (0..WEEK)
            .map(|offset| self.plan.date.saturating_add(jiff::Span::new().days(offset)))
            .collect();
        let rows: Vec<(String, Option<&Session>)> = dates
            .iter()
            .map(|date| (self.day(*date), programme.sessions.iter().find(|session| session.date == *date)))
            .collect();
        let times: Vec<(String, String, String)> = rows
            .iter()
            .map(|(_, session)| {
                let Some(session) = session else {
                    return (String::new(), String::new(), self.text("label-rest-day"));
                };
                let names: Vec<&str> = session.items.iter().map(|item| item.name.get(self.lang)).collect();
                let minutes = self
                    .clinic
                    .format(self.lang, "report-minutes", &[("minutes", session.minutes().into())]);
                (session.start.strftime("%H:%M").to_string(), minutes, names.join(" · "))
            })
            .collect();
        let days: Vec<Day<'_>> = rows
            .iter()
            .zip(&dates)
            .zip(&times)
            .map(|(((name, session), date), (time, minutes, items))| {
                let slot = Slot {
                    time,
                    what: minutes,
                    href: None,
                    done: None,
                };
                let what = Slot {
                    time: "",
                    what: items,
                    href: None,
                    done: None,
                };
                Day {
                    name,
                    today: (*date == self.today).then_some(today.as_str()),
                    cells: vec![if session.is_some() { vec![slot] } else { Vec::new() }, vec![what]],
                }
            })
            .collect();
        week(&self.text("programme-week"), &columns, &days)
    }

    fn triage_notice(&self, triage: &Triage) -> Markup {
        html! {
            @if triage.rank > 0 {
                (notice(Tone::Caution, triage.title.get(self.lang), &html! {
                    p { (triage.message.get(self.lang)) }
                    ul { @for reason in &triage.because { li { (reason.text.get(self.lang)) } } }
                    @let questions = triage.questions();
                    @if !questions.is_empty() {
                        p { strong { (self.text("programme-ask-doctor")) } }
                        ul { @for question in questions { li { (question.get(self.lang)) } } }
                    }
                }))
            }
        }
    }

    /// Under the advice: what led to it, including what was not answered.
    fn triage_trace(&self) -> Markup {
        let reasons: Vec<&str> = self.plan.triage.because.iter().map(|reason| reason.text.get(self.lang)).collect();
        why(self.lang, &reasons)
    }

    fn medicines(&self) -> Markup {
        html! {
            @for warning in &self.plan.findings.medicines {
                @let tone = if warning.severity == MedicineSeverity::Effect { Tone::Info } else { Tone::Caution };
                (notice(tone, warning.title.get(self.lang), &html! { p { (warning.message.get(self.lang)) } }))
            }
        }
    }

    fn pain_rule(&self) -> Markup {
        notice(
            Tone::Info,
            &self.text("label-pain-light"),
            &html! {
                p { (self.text("pain-lead")) }
                dl.pain-light {
                    @for level in ["go", "ease", "stop"] {
                        div data-level=(level) { dt { b { (self.text(&format!("pain-{level}-range"))) } " " (self.text(&format!("pain-{level}-word"))) } dd { (self.text(&format!("pain-{level}-advice"))) } }
                    }
                }
                p { strong { (self.text("label-stop-rules")) } }
                ul { @for index in 1..=4 { li { (self.text(&format!("report-stop-{index}"))) } } }
            },
        )
    }

    fn findings(&self, findings: &Findings) -> Markup {
        let known = [
            ("stage", &findings.stage),
            ("irritability", &findings.irritability),
            ("direction", &findings.direction),
        ];
        html! {
            dl.findings {
                @for (id, classified) in known {
                    @let title = self.clinic.knowledge.classifications.get(id).map(|one| one.title.get(self.lang)).unwrap_or_default();
                    dt { (title) }
                    dd {
                        @if classified.determined.is_some() { strong { (classified.name.get(self.lang)) } " — " (classified.meaning.get(self.lang)) }
                        @else { (self.clinic.format(self.lang, "findings-unknown", &[("used", classified.name.get(self.lang).to_owned().into())])) }
                    }
                }
                @for (state, id) in [(MuscleState::Weak, "report-strengthen"), (MuscleState::Tense, "report-relieve")] {
                    @if findings.of(state).next().is_some() {
                        dt { (self.text(id)) }
                        dd { ul { @for finding in findings.of(state) { li { b { (self.clinic.knowledge.muscle_group_name(&finding.group, self.lang)) } ": " (finding.says.get(self.lang)) } } } }
                    }
                }
            }
            @if !findings.to_do.is_empty() {
                h3 { (self.text("findings-to-do")) }
                ul { @for to_do in &findings.to_do { li { a href={ "/tests/" (to_do.test) } { (to_do.title.get(self.lang)) } " — " (to_do.why.get(self.lang)) } } }
            }
        }
    }

    fn left_out(&self) -> Markup {
        html! {
            details.why {
                summary { (self.clinic.format(self.lang, "programme-left-out", &[("count", self.plan.excluded.len().into())])) }
                dl.left-out {
                    @for excluded in &self.plan.excluded {
                        dt { (excluded.name.get(self.lang)) }
                        @for against in &excluded.against { dd { (against.text.get(self.lang)) } }
                    }
                }
            }
        }
    }

    fn change_answers(&self, answers: &Answers) -> Markup {
        html! {
            nav.after aria-label=(self.text("programme-more")) {
                h2 { (self.text("programme-more")) }
                p { (self.clinic.format(self.lang, "programme-made-on", &[("date", self.plan.date.to_string().into()), ("answers", answers.iter().count().into())])) }
                ul {
                    li { a href="/programme.pdf" { (self.text("programme-pdf")) } }
                    li { a href="/programme.html" { (self.text("programme-print")) } }
                    li { a href="/case.toml" { (self.text("programme-case")) } }
                    li { a href="/about/pain" { (self.text("programme-change")) (icon::arrow()) } }
                }
            }
        }
    }
}
