//! `/beside`: what goes with the exercises: support, questionnaires, medicines, physiotherapy, belts, what to expect.

mod belt;
mod course;
mod examined;
mod log;
mod medicines;
mod physiotherapy;
mod questionnaires;

use axum::Router;
use axum::extract::{Form, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use jiff::civil::{Date, DateTime};
use keel_knowledge::{Lang, Questionnaire, Record, Truth};
use keel_record::Projection;
use keel_therapy::{Answers, Asking, Complex, FieldSpec, PersonFacts, RANK_LOCKED, Triage, complex, triage};
use maud::{Markup, html};

use crate::answers::{self, Pairs, Refusal};
use crate::app::App;
use crate::clinic::{Clinic, day_of};
use crate::language::Language;
use crate::pages::ask::Asker;
use crate::problem::Problem;
use crate::ui::fields::saved_as_you_go;
use crate::ui::icon;
use crate::ui::notice::{Tone, notice};
use crate::ui::shell::Page;

pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/beside", get(show).post(send))
        .merge(questionnaires::routes())
        .merge(medicines::routes())
        .merge(physiotherapy::routes())
        .merge(belt::routes())
        .merge(course::routes())
        .merge(examined::routes())
        .merge(log::routes())
}

/// The person as every page here needs them.
struct Visit<'a> {
    clinic: &'a Clinic,
    lang: Lang,
    state: &'a Projection,
    answers: &'a Answers,
    today: Date,
    now: DateTime,
    signed_in: bool,
}

impl<'a> Visit<'a> {
    fn facts(&self) -> PersonFacts<'_> {
        PersonFacts::new(self.clinic.knowledge, &self.clinic.catalogue, self.answers, self.today).at(self.now)
    }

    /// The day from which questionnaires come due: that of the first answer ever.
    fn began(&self) -> Date {
        self.state.started_at.as_ref().map_or(self.today, day_of)
    }

    fn complex<'f>(&self, facts: &PersonFacts<'f>) -> Complex<'f> {
        complex(facts, self.began(), self.now)
    }

    fn text(&self, id: &str) -> String {
        self.clinic.text(self.lang, id)
    }

    fn page(&self, title: &str, path: &str, scripts: &[&'static str], content: &Markup) -> Markup {
        let mut page = Page::new(self.lang, title).path(path).signed_in(self.signed_in);
        for script in scripts {
            page = page.script(script);
        }
        page.render(&html! {
            p.way-back { a href="/beside" { (self.text("complex-more")) } }
            (self.locked())
            (content)
        })
    }

    /// What the answers lead to so far, where it closes everything.
    fn lock(&self) -> Option<Triage> {
        Some(triage(&self.facts(), Asking::Underway)).filter(|triage| triage.rank >= RANK_LOCKED)
    }

    /// What stands above everything here while exercise is not safe, or not yet known to be.
    fn locked(&self) -> Markup {
        let Some(triage) = self.lock() else {
            return html! {};
        };
        let tone = if triage.rank > RANK_LOCKED {
            Tone::Emergency
        } else {
            Tone::Caution
        };
        notice(
            tone,
            triage.title.get(self.lang),
            &html! { p { a href="/stop" { (self.text("complex-locked")) } } },
        )
    }

    /// Questions of a questionnaire that concern this person, by path.
    fn fields(&self, questionnaire: &Record<Questionnaire>, facts: &PersonFacts<'_>) -> Vec<FieldSpec<'static>> {
        questionnaire
            .fields
            .iter()
            .filter(|field| {
                let concerns = |when: &keel_knowledge::Condition| when.evaluate(facts).truth != Truth::No;
                self.answers.get(&field.path).is_some() || field.asked_when.as_ref().is_none_or(concerns)
            })
            .filter_map(|field| self.clinic.catalogue.field(&field.path))
            .collect()
    }
}

/// Runs a page with the person's answers as they are now.
async fn visit(app: &App, lang: Lang, draw: impl FnOnce(&Visit<'_>) -> Result<Markup, Problem>) -> Result<Markup, Problem> {
    let clinic = app.clinic()?;
    let state = app.record.projection(app.person().await?).await?;
    let answers = clinic.answers(&state);
    draw(&Visit {
        clinic,
        lang,
        state: &state,
        answers: &answers,
        today: app.today(),
        now: jiff::ZonedDateTime::now().datetime(),
        signed_in: app.door.is_some(),
    })
}

async fn show(State(app): State<App>, Language(lang): Language) -> Result<Markup, Problem> {
    hub(&app, lang, &[]).await
}

async fn send(State(app): State<App>, Language(lang): Language, Form(form): Form<Pairs>) -> Result<Response, Problem> {
    let refusals = save(&app, &form).await?;
    if refusals.is_empty() {
        return Ok(Redirect::to("/beside").into_response());
    }
    Ok(hub(&app, lang, &refusals).await?.into_response())
}

/// Saves what a form says; gives what could not be taken.
async fn save(app: &App, form: &Pairs) -> Result<Vec<Refusal>, Problem> {
    let person = app.person().await?;
    let state = app.record.projection(person).await?;
    let reading = answers::read(app.questions.as_ref(), &state, app.now(), form);
    app.record.append(person, app.now(), &reading.events).await?;
    Ok(reading.refusals)
}

async fn hub(app: &App, lang: Lang, refusals: &[Refusal]) -> Result<Markup, Problem> {
    visit(app, lang, |visit| {
        let facts = visit.facts();
        let complex = visit.complex(&facts);
        let text = |id: &str| visit.text(id);
        let title = text("complex-title");
        let asker = Asker::new(visit.clinic, lang, visit.answers).refused(refusals);
        let due = complex.due.len();
        let cards = [
            (
                "/questionnaires",
                "complex-questionnaires",
                "complex-questionnaires-what",
                (due > 0).then(|| format!("{} ({due})", text("questionnaires-due"))),
            ),
            (
                "/medicines",
                "complex-medicines",
                "complex-medicines-what",
                complex.diary.first().map(|warning| warning.text.get(lang).to_owned()),
            ),
            (
                "/physiotherapy",
                "complex-physiotherapy",
                "complex-physiotherapy-what",
                complex
                    .waits
                    .first()
                    .map(|wait| physiotherapy::wait_text(visit.clinic, lang, visit.today, wait)),
            ),
            (
                "/belt",
                "complex-belt",
                "complex-belt-what",
                complex.belt.wearing.as_ref().map(|wearing| belt::wearing_text(visit, wearing)),
            ),
            (
                "/course",
                "complex-course",
                "complex-course-what",
                complex.flare.as_ref().map(|flare| flare.name.get(lang).to_owned()),
            ),
            ("/examined", "complex-examined", "complex-examined-what", None),
        ];
        let content = html! {
            h1 { (title) }
            (visit.locked())
            p.lead { (text("complex-lead")) }
            ul.doors {
                @for (href, id, what, state) in &cards {
                    li {
                        a.door href=(href) {
                            span.door-title { (text(id)) }
                            span.door-what { (text(what)) }
                            @if let Some(state) = state { span.door-state { (icon::info()) " " (state) } }
                        }
                    }
                }
            }
            @if !complex.yellow_flags.is_empty() {
                (notice(Tone::Info, &text("complex-support"), &html! {
                    p { (text(&format!("support-{}", complex.support.id()))) " " (text("support-why")) }
                    @for flag in &complex.yellow_flags {
                        details.why { summary { (flag.rule.title.get(lang)) } p { (flag.rule.message.get(lang)) } }
                    }
                }))
            }
            @if let Some(mood) = visit.clinic.knowledge.questionnaires.get("mood") {
                details.more open[!refusals.is_empty()] {
                    summary { (mood.title.get(lang)) }
                    p { (mood.lead.get(lang)) }
                    form.form method="post" action="/beside" novalidate {
                        @for spec in visit.fields(mood, &facts) { (asker.field(&spec)) }
                        p.actions { button.button type="submit" { (text("action-save-form")) } }
                        (saved_as_you_go(lang))
                    }
                }
            }
        };
        Ok(Page::new(lang, &title)
            .path("/beside")
            .signed_in(visit.signed_in)
            .script("autosave.js")
            .render(&content))
    })
    .await
}

/// "After TENS: no exercise before 15:30.", for every wait that holds now.
pub(super) fn wait_texts(clinic: &Clinic, lang: Lang, answers: &Answers, today: Date) -> Vec<String> {
    let now = jiff::ZonedDateTime::now().datetime();
    let facts = PersonFacts::new(clinic.knowledge, &clinic.catalogue, answers, today);
    let waits = keel_therapy::waits(&facts, now);
    waits
        .iter()
        .map(|wait| physiotherapy::wait_text(clinic, lang, today, wait))
        .collect()
}

/// A list of sentences.
fn sentences<'t>(texts: impl IntoIterator<Item = &'t str>) -> Markup {
    html! { ul { @for text in texts { li { (text) } } } }
}

/// A text with its line breaks, lines that begin with a dash as a list.
fn lines(text: &str) -> Markup {
    let (said, listed): (Vec<&str>, Vec<&str>) = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .partition(|line| !line.starts_with("– "));
    html! {
        @for line in said { p { (line) } }
        @if !listed.is_empty() { ul { @for line in listed { li { (line.trim_start_matches("– ")) } } } }
    }
}
