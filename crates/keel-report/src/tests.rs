//! The two sheets at their door: what is on the pages, and what the file promises.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::Value;
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, VirtualPath, VirtualRoot};
use typst_layout::PagedDocument;

use super::*;
use crate::typeset::Density;
use crate::world::Template;

const PROGRAMMES: [&str; 2] = [
    include_str!("../tests/sheets/programme-en.json"),
    include_str!("../tests/sheets/programme-ru.json"),
];
const SAFETY_SHEETS: [&str; 2] = [
    include_str!("../tests/sheets/doctor-en.json"),
    include_str!("../tests/sheets/emergency-ru.json"),
];

fn programme(json: &str) -> Sheet {
    serde_json::from_str(json).expect("the test sheets are sheets")
}

fn english() -> Sheet {
    programme(PROGRAMMES[0])
}

fn russian() -> Sheet {
    programme(PROGRAMMES[1])
}

fn safety_sheet(json: &str) -> SafetySheet {
    serde_json::from_str(json).expect("the test sheets are sheets")
}

/// Pages and files of the two programmes as a person gets them, made once for all tests.
static USUAL: LazyLock<[(PagedDocument, Vec<u8>); 2]> = LazyLock::new(|| {
    PROGRAMMES.map(|json| {
        let sheet = programme(json);
        let view = view::programme(&sheet).expect("the sheet is sound");
        let date = typeset::timestamp(sheet.planned_on_iso.as_deref()).expect("the date is a day");
        let document = typeset::lay_out_programme(&view).expect("the sheet can be set");
        let pdf = typeset::export(&document, &view, date).expect("the sheet is accessible");
        (document, pdf)
    })
});

/// A sheet's pages in comfortable type, checked to be accessible.
#[track_caller]
fn pages(sheet: &Sheet) -> PagedDocument {
    let view = view::programme(sheet).expect("the sheet is sound");
    let document = typeset::lay_out(Template::Programme, &view, Density::COMFORTABLE).expect("the sheet can be set");
    typeset::export(&document, &view, None).expect("the sheet is accessible");
    document
}

#[track_caller]
fn safety_pages(sheet: &SafetySheet) -> PagedDocument {
    let view = view::safety(sheet).expect("the sheet is sound");
    let document = typeset::lay_out_safety(&view).expect("the sheet can be set");
    typeset::export(&document, &view, None).expect("the sheet is accessible");
    document
}

/// All text on the pages, without spaces: lines break where they like.
fn text(document: &PagedDocument) -> String {
    fn collect(frame: &Frame, text: &mut String) {
        for (_, item) in frame.items() {
            match item {
                FrameItem::Group(group) => collect(&group.frame, text),
                FrameItem::Text(run) => text.push_str(&run.text),
                _ => {}
            }
        }
    }
    let mut text = String::new();
    for page in document.pages() {
        collect(&page.frame, &mut text);
    }
    squeezed(&text)
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect()
}

/// Type size in points and number of characters of each run of text.
fn type_sizes_pt(frame: &Frame, runs: &mut Vec<(f64, usize)>) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => type_sizes_pt(&group.frame, runs),
            FrameItem::Text(run) => runs.push((run.size.to_pt(), run.text.chars().count())),
            _ => {}
        }
    }
}

/// How far to the right text reaches, in points; nothing on the sheets is turned or scaled.
fn right_edge_pt(frame: &Frame) -> f64 {
    frame
        .items()
        .map(|(at, item)| {
            at.x.to_pt()
                + match item {
                    FrameItem::Group(group) => right_edge_pt(&group.frame),
                    FrameItem::Text(run) => run.width().to_pt(),
                    _ => 0.0,
                }
        })
        .fold(0.0, f64::max)
}

fn has(bytes: &[u8], needle: &str) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// The sheet with `change` made to each string a person reads.
fn with_strings<S>(sheet: &S, change: impl Fn(&str) -> String) -> S
where
    S: serde::Serialize + serde::de::DeserializeOwned,
{
    fn walk(value: &mut Value, change: &dyn Fn(&str) -> String) {
        match value {
            Value::String(text) => *text = change(text),
            Value::Array(values) => values.iter_mut().for_each(|value| walk(value, change)),
            Value::Object(fields) => {
                for (key, value) in fields {
                    if !["lang", "urgency", "pictogram_svg", "planned_on_iso", "written_on_iso"].contains(&key.as_str()) {
                        walk(value, change);
                    }
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(sheet).expect("sheets are plain data");
    walk(&mut value, &change);
    serde_json::from_value(value).expect("only strings were changed")
}

#[test]
fn a_usual_week_takes_two_pages_in_both_languages() {
    for (document, _) in &*USUAL {
        assert_eq!(document.pages().len(), 2);
    }
}

#[test]
fn ten_exercises_in_russian_keep_readable_type() {
    // Running text 9.5 pt; tags 8.5 pt; the number in a disc is as high as the capitals beside it; the footer 7.5 pt.
    let (document, _) = &USUAL[1];
    let mut runs = Vec::new();
    for page in document.pages() {
        type_sizes_pt(&page.frame, &mut runs);
    }
    let usual = runs
        .iter()
        .filter(|(size, _)| (9.45..9.55).contains(size))
        .map(|(_, chars)| chars)
        .sum::<usize>();
    let smaller = runs.iter().filter(|(size, _)| *size < 9.45).map(|(_, chars)| chars).sum::<usize>();
    assert!(usual > 10 * smaller, "{usual} characters at 9.5 pt, {smaller} below");
    assert!(runs.iter().all(|(size, _)| *size > 7.4));
}

#[test]
fn every_word_of_the_sheet_is_on_the_page() {
    let sheet = russian();
    let printed = text(&pages(&sheet));
    let mut missing = BTreeSet::new();
    let mut expect = |words: &str| {
        if !printed.contains(&squeezed(words)) {
            missing.insert(words.to_owned());
        }
    };
    expect(&sheet.title);
    expect(&sheet.planned_on);
    for lines in [
        &sheet.person,
        &sheet.safety.lines,
        &sheet.summary,
        &sheet.walking,
        &sheet.medicines,
        &sheet.stop_rules,
        &sheet.left_out,
        &sheet.diary.days,
        &sheet.diary.pain_rows,
    ] {
        lines.iter().for_each(|line| expect(line));
    }
    for number in &sheet.safety.numbers {
        expect(&number.number);
        expect(&number.name);
    }
    for session in sheet.week.iter().flat_map(|day| &day.sessions) {
        expect(&session.time);
        expect(&session.minutes);
    }
    for exercise in &sheet.exercises {
        for words in [
            &exercise.name,
            &exercise.block,
            &exercise.dose,
            &exercise.position,
            &exercise.movement,
            &exercise.cue,
            &exercise.why,
            &exercise.stop,
        ] {
            expect(words);
        }
        exercise.mistakes.iter().for_each(|mistake| expect(mistake));
    }
    for level in [&sheet.pain_light.go, &sheet.pain_light.ease, &sheet.pain_light.stop] {
        expect(&level.range);
        expect(&level.word);
        expect(&level.advice);
    }
    sheet.diary.rows.iter().for_each(|row| expect(&row.label));
    expect(&sheet.footer.knowledge_hash);
    assert!(missing.is_empty(), "{missing:#?}");
}

/// What someone needs on the mat is on two pages too, however dense they are; reasons may stay in the app.
#[test]
fn two_dense_pages_keep_what_is_needed_on_the_mat() {
    for ((document, _), sheet) in USUAL.iter().zip([english(), russian()]) {
        let printed = text(document);
        let said = |words: &str| assert!(printed.contains(&squeezed(words)), "{words}");
        sheet
            .safety
            .lines
            .iter()
            .chain(&sheet.stop_rules)
            .chain(&sheet.walking)
            .for_each(|line| said(line));
        for exercise in &sheet.exercises {
            for words in [
                &exercise.name,
                &exercise.dose,
                &exercise.position,
                &exercise.movement,
                &exercise.cue,
                &exercise.stop,
            ] {
                said(words);
            }
        }
    }
}

#[test]
fn the_templates_hold_no_words_of_their_own() {
    let no_latin = |text: &str| text.chars().map(|c| if c.is_ascii_alphabetic() { 'я' } else { c }).collect();
    let check = |document: &PagedDocument| {
        let printed = text(document);
        assert!(!printed.contains(|c: char| c.is_ascii_alphabetic()), "{printed}");
    };
    for json in PROGRAMMES {
        check(&pages(&with_strings(&programme(json), no_latin)));
    }
    let mut all_days_differ = russian();
    for (offset, day) in all_days_differ.week.iter_mut().enumerate() {
        day.sessions.truncate(2);
        day.sessions[0].time = format!("0{offset}:15");
    }
    check(&pages(&with_strings(&all_days_differ, no_latin)));
    for json in SAFETY_SHEETS {
        check(&safety_pages(&with_strings(&safety_sheet(json), no_latin)));
    }
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let printing = || programme_pdf(&english()).expect("the sheet can be printed");
    let elsewhere = std::thread::spawn(printing).join().expect("the thread prints");
    assert!(USUAL[0].1 == elsewhere);
    let sheet = safety_sheet(SAFETY_SHEETS[1]);
    assert!(safety_pdf(&sheet).expect("can be printed") == safety_pdf(&sheet).expect("can be printed"));
}

#[test]
fn the_file_is_tagged_titled_dated_and_speaks_its_language() {
    let check = |bytes: &[u8], lang: &str| {
        for promise in [
            "/MarkInfo",
            "/Marked true",
            "/StructTreeRoot",
            "/DisplayDocTitle true",
            "pdfuaid",
            lang,
        ] {
            assert!(has(bytes, promise), "{promise}");
        }
    };
    check(&USUAL[0].1, "/Lang(en)");
    check(&USUAL[1].1, "/Lang(ru)");
    let [doctor, emergency] = SAFETY_SHEETS.map(|json| safety_pdf(&safety_sheet(json)).expect("the sheet can be printed"));
    check(&doctor, "/Lang(en)");
    check(&emergency, "/Lang(ru)");
    assert!(has(&doctor, "/CreationDate(D:20260731000000Z"));
    let undated = SafetySheet {
        written_on_iso: None,
        ..safety_sheet(SAFETY_SHEETS[0])
    };
    assert!(!has(&safety_pdf(&undated).expect("the sheet can be printed"), "/CreationDate"));
}

#[test]
fn what_a_person_types_is_never_markup() {
    const TYPED: &str = r##"#panic()[*] *b* _i_ `r` $x^2$ @ref <label> = h // c /* \u{1F600} #import "/style.typ" "quote" ]}) <svg> &lt;"##;
    let add = |text: &str| format!("{text} {TYPED}");
    let printed = text(&pages(&with_strings(&english(), add)));
    assert!(printed.matches(&squeezed(TYPED)).count() > 80, "{printed}");
    let printed = text(&safety_pages(&with_strings(&safety_sheet(SAFETY_SHEETS[0]), add)));
    assert!(printed.matches(&squeezed(TYPED)).count() > 20, "{printed}");
}

#[test]
fn scripts_the_font_has_not_do_not_cost_the_programme() {
    let typed = "王小明 \u{1f642} שלום \u{202e}cba \u{0} и\u{306} \u{e000} e\u{301}\u{323} \u{1F468}\u{200D}\u{1F469}";
    pages(&with_strings(&english(), |text| format!("{typed} {text}")));
}

#[test]
fn empty_lists_leave_their_headings_out() {
    let full = english();
    let empty = Sheet {
        person: Vec::new(),
        summary: Vec::new(),
        week: Vec::new(),
        exercises: Vec::new(),
        walking: Vec::new(),
        medicines: Vec::new(),
        stop_rules: Vec::new(),
        left_out: Vec::new(),
        safety: SafetyCard {
            lines: Vec::new(),
            numbers: Vec::new(),
            ..full.safety
        },
        diary: Diary {
            rows: Vec::new(),
            pain_rows: Vec::new(),
            days: Vec::new(),
            lead: String::new(),
        },
        ..full
    };
    let printed = text(&pages(&empty));
    let labels = &empty.labels;
    for heading in [
        &labels.summary,
        &labels.week,
        &labels.exercises,
        &labels.walking,
        &labels.medicines,
        &labels.stop_rules,
        &labels.left_out,
        &labels.diary,
    ] {
        assert!(!printed.contains(&squeezed(heading)), "{heading}");
    }
    safety_pages(&bare_safety_sheet());
}

/// A title and nothing else.
fn bare_safety_sheet() -> SafetySheet {
    SafetySheet {
        person: Vec::new(),
        what_to_do: Vec::new(),
        numbers: Vec::new(),
        reasons: Vec::new(),
        still_allowed: Vec::new(),
        questions: Vec::new(),
        ..safety_sheet(SAFETY_SHEETS[0])
    }
}

#[test]
fn a_sheet_half_filled_in_is_a_sheet() {
    let mut sheet = english();
    sheet.week.truncate(3);
    sheet.week[1].sessions.clear();
    sheet.diary.rows[0].boxes.truncate(2);
    sheet.diary.rows[1].boxes = vec![0, 1, 2, 3, 4, 5, 200];
    sheet.diary.pain_rows.clear();
    sheet.safety.numbers.clear();
    sheet.left_out.clear();
    sheet.exercises.truncate(3);
    for exercise in &mut sheet.exercises {
        exercise.pictogram_svg = None;
        exercise.cue.clear();
        exercise.block.clear();
        exercise.mistakes.clear();
        exercise.stop.clear();
    }
    pages(&sheet);
    // Only headings: each string is empty, the lists are as long as ever.
    let blank = with_strings(&english(), |_| String::new());
    let view = view::programme(&blank).expect("the sheet is sound");
    let document = typeset::lay_out(Template::Programme, &view, Density::COMFORTABLE).expect("can be set");
    assert!(
        typeset::export(&document, &view, None).is_err(),
        "a document without a title is not accessible"
    );
}

#[test]
fn extremely_long_names_stay_on_the_page() {
    let endless = "Щ".repeat(400);
    let mut sheet = english();
    sheet.person[0].clone_from(&endless);
    sheet.exercises[0].name.clone_from(&endless);
    sheet.diary.rows[0].label.clone_from(&endless);
    sheet.week[0].sessions[0].items[0] = SessionItem {
        number: None,
        name: endless.clone(),
    };
    sheet.safety.numbers[0].name.clone_from(&endless);
    let document = pages(&sheet);
    for page in document.pages() {
        let right = right_edge_pt(&page.frame);
        assert!(right < page.frame.width().to_pt(), "text ends at {right} pt");
    }
    let printed = text(&document);
    assert!(printed.matches(&endless).count() >= 5);
}

#[test]
fn long_texts_take_more_pages_not_smaller_type() {
    let mut endless = english();
    for exercise in &mut endless.exercises {
        exercise.movement = exercise.movement.repeat(30);
    }
    let view = view::programme(&endless).expect("the sheet is sound");
    let document = typeset::lay_out_programme(&view).expect("the sheet can be set");
    assert!(document.pages().len() > 2);
    let mut runs = Vec::new();
    for page in document.pages() {
        type_sizes_pt(&page.frame, &mut runs);
    }
    assert!(runs.iter().filter(|(size, _)| *size > 9.9).count() > runs.len() / 2);
}

#[test]
fn a_bad_pictogram_is_named() {
    let mut sheet = english();
    sheet.exercises[1].pictogram_svg = Some("not a picture".to_owned());
    assert!(matches!(programme_pdf(&sheet), Err(ReportError::Pictogram { number: 2, .. })));
    sheet.exercises[1].pictogram_svg = Some("<svg".to_owned());
    assert!(matches!(programme_pdf(&sheet), Err(ReportError::Layout { .. })));
}

#[test]
fn the_pictograms_of_the_knowledge_can_be_printed() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../knowledge/postures/pictograms");
    let Ok(files) = std::fs::read_dir(folder) else { return };
    let blank = with_strings(&english(), |_| "–".to_owned());
    let exercises = files
        .map(|file| file.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "svg"))
        .map(|path| Exercise {
            name: path.display().to_string(),
            pictogram_svg: Some(std::fs::read_to_string(&path).expect("pictograms are text")),
            ..blank.exercises[0].clone()
        })
        .collect();
    pages(&Sheet { exercises, ..blank });
}

#[test]
fn printing_uses_up_no_file_ids() {
    let next_id = |path: &str| {
        let path = VirtualPath::new(path).expect("a plain path");
        FileId::new(RootedPath::new(VirtualRoot::Project, path)).into_raw().get()
    };
    let mut sheet = bare_safety_sheet();
    let set =
        |sheet: &SafetySheet| typeset::lay_out_safety(&view::safety(sheet).expect("the sheet is sound")).expect("the sheet can be set");
    set(&sheet);
    let before = next_id("/probe-before");
    for n in 0..100 {
        sheet.person = vec![format!("person {n}")];
        set(&sheet);
    }
    assert_eq!(next_id("/probe-after"), before + 1);
}
