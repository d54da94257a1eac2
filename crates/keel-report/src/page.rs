//! The sheet as one HTML page that stands alone: no script, no linked file, printable.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{EmergencyNumber, Exercise, Footer, Language, SafetySheet, Sheet};

const STYLE: &str = include_str!("page.css");

/// The programme as a page.
pub(crate) fn programme(sheet: &Sheet) -> String {
    let labels = &sheet.labels;
    let body = html! {
        header {
            h1 { (sheet.title) }
            p.who { @for line in &sheet.person { span { (line) } } span { (labels.planned_on) " " (sheet.planned_on) } }
        }
        section.card aria-labelledby="safety" {
            h2 #safety { (sheet.safety.title) }
            ul { @for line in &sheet.safety.lines { li { (line) } } }
            (numbers(&sheet.safety.numbers))
        }
        section { h2 { (labels.summary) } @for line in &sheet.summary { p { (line) } } }
        section {
            h2 { (labels.week) }
            table {
                thead { tr { th scope="col" { (labels.day) } th scope="col" { (labels.when) } th scope="col" { (labels.what) } } }
                tbody {
                    @for day in &sheet.week {
                        @if day.sessions.is_empty() {
                            tr { th scope="row" { (day.name) } td {} td { (labels.rest_day) } }
                        }
                        @for session in &day.sessions {
                            tr {
                                th scope="row" { (day.name) }
                                td { (session.time) " · " (session.minutes) }
                                td { ul.inline { @for item in &session.items { li { @if let Some(number) = item.number { b { (number) } " " } (item.name) } } } }
                            }
                        }
                    }
                }
            }
        }
        section { h2 { (labels.exercises) } ol.cards { @for exercise in &sheet.exercises { (exercise_card(exercise, sheet)) } } }
        (lines(&labels.walking, &sheet.walking))
        (lines(&labels.medicines, &sheet.medicines))
        (lines(&labels.stop_rules, &sheet.stop_rules))
        section {
            h2 { (labels.pain_light) }
            p { (sheet.pain_light.lead) }
            dl { @for level in [&sheet.pain_light.go, &sheet.pain_light.ease, &sheet.pain_light.stop] { dt { b { (level.range) } " " (level.word) } dd { (level.advice) } } }
        }
        section {
            h2 { (labels.diary) }
            p { (sheet.diary.lead) }
            table.diary {
                thead { tr { td {} @for day in &sheet.diary.days { th scope="col" { (day) } } } }
                tbody {
                    @for row in &sheet.diary.rows {
                        tr { th scope="row" { @if let Some(number) = row.number { (number) " " } (row.label) } @for boxes in &row.boxes { td { @for _ in 0..*boxes { span.box role="img" aria-label=(labels.tick_box) {} } } } }
                    }
                    @for row in &sheet.diary.pain_rows { tr { th scope="row" { (row) } @for _ in &sheet.diary.days { td {} } } }
                }
            }
        }
        (lines(&labels.left_out, &sheet.left_out))
        (footer(&sheet.footer, &labels.knowledge, &labels.engine))
    };
    document(sheet.lang, &sheet.title, &body)
}

/// The safety sheet as a page.
pub(crate) fn safety(sheet: &SafetySheet) -> String {
    let labels = &sheet.labels;
    let body = html! {
        header {
            h1 { (sheet.title) }
            p.who { @for line in &sheet.person { span { (line) } } span { (labels.written_on) " " (sheet.written_on) } }
        }
        section.card { h2 { (labels.what_to_do) } @for line in &sheet.what_to_do { p { (line) } } h2 { (labels.numbers) } (numbers(&sheet.numbers)) }
        (lines(&labels.reasons, &sheet.reasons))
        (lines(&labels.still_allowed, &sheet.still_allowed))
        (lines(&labels.questions, &sheet.questions))
        (footer(&sheet.footer, &labels.knowledge, &labels.engine))
    };
    document(sheet.lang, &sheet.title, &body)
}

fn exercise_card(exercise: &Exercise, sheet: &Sheet) -> Markup {
    let labels = &sheet.labels;
    html! {
        li {
            h3 { (exercise.name) }
            p.dose { (exercise.dose) " · " (exercise.block) }
            @if let Some(svg) = &exercise.pictogram_svg { div.picture role="img" aria-label=(exercise.pictogram_alt) { (PreEscaped(svg)) } }
            p { b { (labels.position) ": " } (exercise.position) }
            p { b { (labels.movement) ": " } (exercise.movement) }
            p { b { (labels.cue) ": " } (exercise.cue) }
            @if !exercise.mistakes.is_empty() { p { b { (labels.mistakes) ": " } (exercise.mistakes.join(" ")) } }
            @if !exercise.stop.is_empty() { p { b { (labels.stop) ": " } (exercise.stop) } }
            @if !exercise.load.is_empty() { p { (exercise.load) } }
            p { b { (labels.why) ": " } (exercise.why) }
        }
    }
}

fn numbers(numbers: &[EmergencyNumber]) -> Markup {
    html! { p.numbers { @for number in numbers { span { b { (number.number) } " " (number.name) } } } }
}

fn lines(heading: &str, lines: &[String]) -> Markup {
    html! { @if !lines.is_empty() { section { h2 { (heading) } ul { @for line in lines { li { (line) } } } } } }
}

fn footer(footer: &Footer, knowledge: &str, engine: &str) -> Markup {
    html! { footer { p { (footer.note) } p { (engine) " " (footer.engine_version) " · " (knowledge) " " (footer.knowledge_hash) } } }
}

fn document(lang: Language, title: &str, body: &Markup) -> String {
    let lang = match lang {
        Language::En => "en",
        Language::Ru => "ru",
    };
    let page = html! {
        (DOCTYPE)
        html lang=(lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    };
    page.into_string()
}
