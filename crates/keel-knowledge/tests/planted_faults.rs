//! Faults planted into a copy of the shipped knowledge: each must be found, in its file and line, and nothing else be blamed.

use std::collections::BTreeMap;

use keel_knowledge::{Diagnostic, Knowledge, Severity, embedded_files};

/// A fault: what stands in a file, what is planted in its place, and what must be said. The line is that of the planted text.
struct Fault {
    file: &'static str,
    stands: &'static str,
    planted: &'static str,
    says: &'static str,
}

const fn fault(file: &'static str, stands: &'static str, planted: &'static str, says: &'static str) -> Fault {
    Fault {
        file,
        stands,
        planted,
        says,
    }
}

type Files = BTreeMap<String, String>;

fn shipped() -> Files {
    embedded_files().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

fn found(files: &Files) -> Vec<Diagnostic> {
    match Knowledge::read_unsealed(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))) {
        Ok(_) => Vec::new(),
        Err((diagnostics, _)) => diagnostics,
    }
}

/// Plants a fault; gives what must be said of it.
fn plant(files: &mut Files, fault: &Fault) -> String {
    let text = files.get_mut(fault.file).unwrap_or_else(|| panic!("{} is not shipped", fault.file));
    let start = text
        .find(fault.stands)
        .unwrap_or_else(|| panic!("{} does not say “{}” any more", fault.file, fault.stands));
    text.replace_range(start..start + fault.stands.len(), fault.planted);
    let blank = fault.planted.len() - fault.planted.trim_start_matches('\n').len();
    let line = text[..start + blank].matches('\n').count() + 1;
    format!("{}:{line}: error: {}", fault.file, fault.says)
}

/// Plants all at once. Every fault must be found and no other.
#[track_caller]
fn check(faults: &[Fault]) {
    let mut files = shipped();
    let mut expected: Vec<String> = faults.iter().map(|fault| plant(&mut files, fault)).collect();
    let mut found: Vec<String> = found(&files).iter().map(ToString::to_string).collect();
    expected.sort();
    found.sort();
    let missed: Vec<&String> = expected.iter().filter(|line| !found.contains(line)).collect();
    let surplus: Vec<&String> = found.iter().filter(|line| !expected.contains(line)).collect();
    assert!(
        missed.is_empty() && surplus.is_empty(),
        "not found:\n{missed:#?}\nfound instead:\n{surplus:#?}"
    );
}

#[test]
fn what_one_record_can_get_wrong() {
    // All in records that nothing else refers to, so that one fault does not bring others with it.
    check(&[
        fault(
            "rules/medicine-flags/DUP_NSAID.md",
            "severity = \"high\"",
            "gravity = \"high\"",
            "unknown field `gravity`, expected one of `severity`, `when`, `title`, `message`",
        ),
        fault(
            "rules/medicine-flags/NSAID_CKD.md",
            "severity = \"high\"",
            "severity = \"grave\"",
            "unknown variant `grave`, expected one of `emergency-path`, `high`, `medium`, `effect`",
        ),
        fault(
            "rules/medicine-flags/NSAID_CV.md",
            "when = \"takes.systemic_nsaid and (",
            "when = \"takes.systemic_nsaid ~ (",
            "condition “takes.systemic_nsaid ~ (conditions.ischaemic_heart_disease or conditions.stroke or conditions.heart_event_8w or \
             conditions.heart_failure or conditions.bp_systolic >= 140 or conditions.bp_diastolic >= 90)”: “~” has no meaning in a \
             condition (column 22)",
        ),
        fault(
            "rules/medicine-flags/NSAID_PREG.md",
            "status = \"draft\"",
            "status = \"final\"",
            "unknown variant `final`, expected one of `draft`, `reviewed`, `stable`, `withdrawn`",
        ),
        fault(
            "rules/medicine-flags/NSAID_SSRI.md",
            "id = \"NSAID_SSRI\"",
            "id = \"NSAID_SSRI_2\"",
            "id “NSAID_SSRI_2” must be the file name “NSAID_SSRI”",
        ),
        fault(
            "rules/medicine-flags/NSAID_ULCER.md",
            "review_by = 2027-11-01",
            "review_by = 2027-11-01T08:00:00",
            "review_by must be a date such as 2027-11-01",
        ),
        fault(
            "rules/medicine-flags/PARA_SUM.md",
            "title = { en = ",
            "title = { german = ",
            "unknown field `german`, expected `en` or `ru`",
        ),
        fault("rules/medicine-flags/CONSTIP.md", "\nmessage = ", "\ntitle = ", "duplicate key"),
        fault(
            "rules/medicine-flags/SEROT.md",
            "+++\nid",
            "id",
            "the file must begin with “+++”, TOML keys and a closing “+++” line",
        ),
        fault(
            "medicines/b_vitamins.md",
            "common = ",
            "common = 1 #",
            "invalid type: integer `1`, expected a boolean",
        ),
    ]);
}

#[test]
fn texts_for_people_are_in_both_languages_and_in_our_words() {
    let replaced = |file: &'static str, key: &str, planted: &'static str, says: &'static str| {
        let text = shipped().remove(file).expect("shipped");
        let line = text
            .lines()
            .find(|line| line.starts_with(key))
            .expect("the key is there")
            .to_owned();
        fault(file, line.leak(), planted, says)
    };
    check(&[
        replaced(
            "rules/medicine-flags/DUP_NSAID.md",
            "title",
            "title = { en = \"Two painkillers\", ru = \" \" }",
            "a text is empty in one language",
        ),
        replaced(
            "rules/medicine-flags/NSAID_CKD.md",
            "title",
            "title = { en = \"Painkillers and кidneys\", ru = \"Обезболивающие и почки\" }",
            "the English text has Cyrillic letters: “Painkillers and кidneys”",
        ),
        replaced(
            "rules/medicine-flags/NSAID_CV.md",
            "title",
            "title = { en = \"Painkillers and the heart\", ru = \"Painkillers and the heart\" }",
            "the Russian text is not in Russian: “Painkillers and the heart”",
        ),
        replaced(
            "rules/medicine-flags/NSAID_PREG.md",
            "title",
            "title = { en = \"Wear and tear of the spine\", ru = \"Изменения позвоночника\" }",
            "“wear and tear” is not how Keel speaks; see knowledge-format.md",
        ),
        replaced(
            "rules/medicine-flags/NSAID_ULCER.md",
            "title",
            "title = { en = \"Discs change with age\", ru = \"Диск изношен\" }",
            "“изношен” is not how Keel speaks; see knowledge-format.md",
        ),
        replaced(
            "rules/medicine-flags/PARA_SUM.md",
            "title",
            "title = { en = \"Paracetamol twice\" }",
            "missing field `ru`",
        ),
    ]);
}

#[test]
fn ids_lead_somewhere() {
    check(&[
        fault(
            "exercises/DP03.md",
            "sources = [\"danish-lr-2018\"",
            "sources = [\"danish-lr-2019\"",
            "there is no source “danish-lr-2019”; did you mean “danish-lr-2018”?",
        ),
        fault(
            "rules/week.md",
            "\"vivira-ifu\"",
            "\"viviera-ifu\"",
            "there is no source “viviera-ifu”; did you mean “vivira-ifu”?",
        ),
        fault(
            "exercises/DS11.md",
            "easier = [\"DS10\"]",
            "easier = [\"DS1O\"]",
            "there is no exercise “DS1O”; did you mean “DS10”?",
        ),
        fault(
            "exercises/DS12.md",
            "strengthens = [\"multifidus\"",
            "strengthens = [\"multifidi\"",
            "there is no muscle group “multifidi”; did you mean “multifidus”?",
        ),
        fault(
            "rules/week.md",
            "\"gluteus_medius\"]",
            "\"gluteus_minimus\"]",
            "there is no muscle group “gluteus_minimus”; did you mean “gluteus_maximus”?",
        ),
        fault(
            "exercises/RX07.md",
            "contraindications = [\"SLR_POS\"",
            "contraindications = [\"SLR_PSO\"",
            "there is no contraindication “SLR_PSO”; did you mean “SLR_POS”?",
        ),
        fault(
            "exercises/RX08.md",
            "equipment = []",
            "equipment = [\"sofa\"]",
            "there is no equipment “sofa”",
        ),
        fault(
            "exercises/ST02.md",
            "position = \"bridge\"",
            "position = \"bridges\"",
            "there is no picture postures/pictograms/bridges.svg",
        ),
        fault(
            "rules/programme/acute-low.md",
            "prefer = [\"DP03\"",
            "prefer = [\"DP33\"",
            "there is no exercise “DP33”; did you mean “DP03”?",
        ),
        fault(
            "rules/red-flags/DVT.md",
            "group = \"heart-vessels\"",
            "group = \"heart-vessel\"",
            "there is no red-flag group “heart-vessel”; did you mean “heart-vessels”?",
        ),
        fault(
            "rules/red-flags/PE.md",
            "level = \"EMERGENCY\"",
            "level = \"EMERGENCE\"",
            "there is no level “EMERGENCE”; did you mean “EMERGENCY”?",
        ),
        fault(
            "rules/triage/FOOT_DROP.md",
            "allow = [\"unload\"",
            "allow = [\"unloading\"",
            "there is no aim “unloading”",
        ),
        fault(
            "rules/triage/SURGERY_0_2.md",
            "\"WB06\"]",
            "\"WX06\"]",
            "there is no exercise “WX06”; did you mean “RX06”?",
        ),
        fault(
            "tests/calf_wall.md",
            "group = \"calf\"",
            "group = \"calfs\"",
            "there is no muscle group “calfs”; did you mean “calf”?",
        ),
        fault(
            "rules/levels/CONTINUE.md",
            "+++\nid = \"CONTINUE\"\nstatus = \"draft\"\nreview_by = 2027-11-01\nprovenance = \"proposal\"",
            "+++\nid = \"CONTINUE\"\nstatus = \"draft\"\nreview_by = 2027-11-01\n",
            "provenance is missing: seen, memory-high, memory-medium, memory-low or proposal",
        ),
        fault(
            "rules/levels/GP.md",
            "sources = [\"keel-proposal\"]",
            "sources = []",
            "no source is named; use “keel-proposal” for a rule of this project",
        ),
    ]);
}

#[test]
fn conditions_speak_of_facts_that_exist_in_their_own_words() {
    check(&[
        fault(
            "rules/contraindications/KNEE.md",
            "when = \"conditions.knee\"",
            "when = \"conditions.knees\"",
            "the condition names a fact “conditions.knees” that no question gives; did you mean “conditions.knee”?",
        ),
        fault(
            "rules/contraindications/ANTICOAG.md",
            "when = \"takes.anticoagulant or",
            "when = \"takes.thinner or",
            "the condition names a fact “takes.thinner” that no question gives",
        ),
        fault(
            "rules/contraindications/SPONDY_EXT.md",
            "in (grade_1_2, grade_3_plus)",
            "in (grade_1_2, grade_4)",
            "“conditions.spondylolisthesis” is never “grade_4”; it is one of no, grade_1_2, grade_3_plus",
        ),
        fault(
            "rules/contraindications/WRIST.md",
            "when = \"conditions.wrist\"",
            "when = \"conditions.wrist = left\"",
            "“conditions.wrist” is a yes/no answer and cannot be used with “left”",
        ),
        fault(
            "rules/contraindications/AGE70_SUP.md",
            "when = \"age_years >= 70\"",
            "when = \"age_years\"",
            "“age_years” is a number and cannot be used as a yes/no answer",
        ),
        fault(
            "tests/side_bridge.md",
            "when = \"stage in (subacute, chronic)",
            "when = \"stage in (early, chronic)",
            "“stage” is never “early”; it is one of acute, subacute, chronic",
        ),
        fault(
            "exercises/NM03.md",
            "requires = [\"tests.femoral.left or tests.femoral.right\"]",
            "requires = [\"tests.femoral.left > 3 or tests.femoral.right\"]",
            "“tests.femoral.left” is a yes/no answer and cannot be used as a number",
        ),
        fault(
            "tests/lateral_shift.md",
            "offered_when = \"not conditions.needs_support\"",
            "offered_when = \"equipment.have has sofa\"",
            "“equipment.have” is never “sofa”; it is one of chair, armchair, mat, band, mini_band, step, stick, weights, counter, ball, bar, \
             strap, bicycle, poles, pool",
        ),
        fault(
            "rules/contraindications/SHOULDER.md",
            "when = \"conditions.shoulder\"",
            "when = \"diagnosis.since = long\"",
            "“diagnosis.since” is a day, a time or a text and cannot be used with “long”",
        ),
    ]);
}

#[test]
fn safety_rules_stay_safe() {
    let not_answered = "undetermined = \"fires\"";
    check(&[
        fault(
            "rules/triage/CANCER_CLUSTER.md",
            not_answered,
            "undetermined = \"asks\"",
            "a rule of level URGENT_2W must fire when a fact is missing",
        ),
        fault(
            "rules/triage/AGE_75.md",
            not_answered,
            "undetermined = \"asks\"",
            "a rule of level GP must fire when a fact is missing",
        ),
        fault(
            "rules/triage/FUSION.md",
            "when = \"conditions.fusion\"",
            "when = \"conditions.fusion and not answers.DVT\"",
            "answers.DVT stands under “not”: a positive red flag must never lower the level",
        ),
        fault(
            "rules/triage/FOOT_DROP.md",
            "when = \"conditions.foot_drop\"",
            "when = \"conditions.foot_drop and answers.DVT = no\"",
            "answers.DVT stands under “not”: a positive red flag must never lower the level",
        ),
        fault(
            "rules/red-flags/MENTAL_PLAN.md",
            "applies = \"answers.MENTAL\"",
            "applies = \"not answers.MENTAL\"",
            "a positive answer to answers.MENTAL must not hide another question",
        ),
    ]);
}

#[test]
fn doses_ladders_fields_and_norms_make_sense() {
    check(&[
        fault(
            "exercises/DP03.md",
            "reps = [10, 10]",
            "reps = [10, 8]",
            "reps must be [low, high], not [10, 8]",
        ),
        fault(
            "exercises/RX12.md",
            "[dose]\nsets = [1",
            "[dose]\nsets = [0",
            "sets, reps, per_day and days_per_week start at 1; a week has 7 days",
        ),
        fault(
            "rules/programme/acute-high.md",
            "walk_bout_min = [2, 5]",
            "walk_bout_min = [5, 2]",
            "walk_bout_min must be [low, high] from 1 up",
        ),
        fault(
            "exercises/UN04.md",
            "stages = [\"acute\", \"subacute\", \"chronic\"]",
            "stages = []",
            "at least one stage and one irritability",
        ),
        // of two exercises that lead to each other both are named; the other one stands below
        fault(
            "exercises/DS12.md",
            "harder = []",
            "harder = [\"DS11\"]",
            "“harder” leads from DS12 back to itself",
        ),
        fault(
            "exercises/DS11.md",
            "harder = [\"DS12\"]",
            "harder = [\"DS12\"]",
            "“harder” leads from DS11 back to itself",
        ),
        fault(
            "questionnaires/pain.md",
            "path = \"pain.back_now\"\nkind = \"integer\"\nmin = 0\n",
            "path = \"pain.back_now\"\nkind = \"integer\"\n",
            "“pain.back_now” needs min and max",
        ),
        fault(
            "questionnaires/day.md",
            "path = \"day.sleeps_at\"",
            "path = \"days.sleeps_at\"",
            "“days.sleeps_at” must begin with “day.”",
        ),
        fault(
            "questionnaires/person.md",
            "path = \"person.name\"",
            "path = \"person.born\"",
            "“person.born” is asked twice",
        ),
        fault(
            "tests/single_leg_stance.md",
            "[[norm]]\nname = \"seconds\"\nage_min = 18",
            "[[norm]]\nname = \"seconds\"\nage_min = 81",
            "norm “seconds” needs age_min ≤ age_max and a finite value",
        ),
    ]);
}

#[test]
fn messages_are_the_same_in_both_languages() {
    check(&[
        fault(
            "messages/en/therapy.ftl",
            "\ngap-ease = ",
            "\ngap-peace = ",
            "message “gap-peace” is missing in ru",
        ),
        fault(
            "messages/ru/therapy.ftl",
            "\ngap-ease = ",
            "\ngap-ease = ",
            "message “gap-ease” is missing in en",
        ),
        fault(
            "messages/en/therapy.ftl",
            "against-triage = Not open at the moment: { $level }.",
            "against-triage = Not open at the moment: { $rank }.",
            "message “against-triage” uses [\"rank\"] in en but [\"level\"] in ru",
        ),
        fault(
            "messages/ru/therapy.ftl",
            "\nnote-bending-small = ",
            "\nnote-bending-small: ",
            "Expected a token starting with \"=\"",
        ),
        // what cannot be read is missing, too
        fault(
            "messages/en/therapy.ftl",
            "\nnote-bending-small = ",
            "\nnote-bending-small = ",
            "message “note-bending-small” is missing in ru",
        ),
    ]);
}

/// With a file taken away, all diagnostics that speak of nothing but that.
#[track_caller]
fn without(path: &str, expected: &[&str]) {
    let mut files = shipped();
    files.remove(path).expect("the file is shipped");
    let found: Vec<String> = found(&files).iter().map(ToString::to_string).collect();
    for line in expected {
        assert!(found.iter().any(|found| found == line), "{line}\nis not among\n{found:#?}");
    }
}

#[test]
fn what_must_be_there_is_missed() {
    without(
        "rules/levels/GP.md",
        &[
            "rules/levels:1: error: level GP is missing",
            "rules/levels:1: error: levels must have the ranks 0, 1, 2, 3 and 4, once each",
            "rules/red-flags/INFLAM.md:10: error: there is no level “GP”",
        ],
    );
    without(
        "rules/programme/acute-low.md",
        &["rules/programme:1: error: the cell acute-low is missing"],
    );
    without("rules/stage.md", &["rules/stage.md:1: error: the file is missing"]);
    without("rules/week.md", &["rules/week.md:1: error: the file is missing"]);
    without(
        "messages/ru/terminal.ftl",
        &["messages/en/terminal.ftl:2: error: message “terminal-unanswered” is missing in ru"],
    );
    without(
        "postures/pictograms/prone-press.svg",
        &["exercises/DP03.md:12: error: there is no picture postures/pictograms/prone-press.svg"],
    );
}

#[test]
fn what_does_not_belong_here_is_refused() {
    let misplaced = [
        "rules/DP99.md",
        "exercises/deep/DP99.md",
        "exercises/DP99.txt",
        "medicines/photo.svg",
        "messages/en/therapy.txt",
    ];
    let mut files = shipped();
    files.extend(misplaced.map(|path| (path.to_owned(), "+++\n+++\n".to_owned())));
    let found: Vec<String> = found(&files).iter().map(ToString::to_string).collect();
    for path in misplaced {
        let refused = format!("{path}:1: error: no kind of knowledge lives here; see docs/knowledge-format.md");
        assert!(found.contains(&refused), "{refused}\nis not among\n{found:#?}");
    }
}

#[test]
fn all_that_is_found_is_an_error_and_shipped_knowledge_has_none() {
    assert_eq!(found(&shipped()), []);
    let mut files = shipped();
    plant(
        &mut files,
        &fault("exercises/DP03.md", "easier = [\"DP02\"]", "easier = [\"DP99\"]", ""),
    );
    assert!(found(&files).iter().all(|diagnostic| diagnostic.severity == Severity::Error));
}

#[test]
fn what_stands_beside_the_exercises_can_get_wrong() {
    check(&[
        fault(
            "instruments/PAINDETECT.md",
            "method = \"entered\"",
            "method = \"product\"",
            "unknown variant `product`, expected one of `sum`, `mean`, `percent`, `t_table`, `ipaq`, `entered`",
        ),
        fault(
            "orthoses/poles.md",
            "who = \"self\"",
            "who = \"anyone\"",
            "unknown variant `anyone`, expected one of `self`, `professional`, `clinician`, `specialist`",
        ),
        fault(
            "orthoses/shoes.md",
            "kind = \"kit\"",
            "kind = \"toy\"",
            "unknown variant `toy`, expected `belt` or `kit`",
        ),
        fault(
            "course/tell-family.md",
            "kind = \"tell\"",
            "kind = \"shout\"",
            "unknown variant `shout`, expected one of `expect`, `phase`, `flare`, `tell`, `claim`",
        ),
        fault(
            "rules/support/ISOLATION.md",
            "support = \"low\"",
            "support = \"none\"",
            "unknown variant `none`, expected one of `low`, `medium`, `high`",
        ),
        fault(
            "vignettes/support/POOR_SLEEP.md",
            "# POOR_SLEEP",
            "# SLEEP",
            "the first line must be “# POOR_SLEEP”",
        ),
        fault(
            "vignettes/classes/direction.md",
            "- No unknown of lateral: the rule asks first whether gliding sideways was tried; where it was not, the answer is no, and the next direction is looked at.",
            "- No unknown of lateral:",
            "“No unknown of lateral:” must be “No near miss of RULE: why there cannot be one”",
        ),
    ]);
}

#[test]
fn what_does_not_fit_together_beside_the_exercises() {
    check(&[
        fault("instruments/RMDQ.md", "id = \"24\"", "id = \"23\"", "item “23” is there twice"),
        fault(
            "instruments/PSEQ.md",
            "when = \"total < 20\"",
            "when = \"sum < 20\"",
            "band “low” names “sum”, which is no score here",
        ),
        fault(
            "instruments/PROMIS_PI_4A.md",
            "table = [41.6, 49.6,",
            "table = [49.6,",
            "the table of “t” needs 17 values, for raw sums from 4 to 20",
        ),
        fault(
            "modalities/tens.md",
            "when = \"treatments.electronic_implant\"",
            "when = \"treatments.electronic_implants\"",
            "the condition names a fact “treatments.electronic_implants” that no question gives; did you mean “treatments.electronic_implant”?",
        ),
        fault(
            "modalities/epidural_steroid.md",
            "\"UN01\"",
            "\"UN99\"",
            "there is no exercise “UN99”; did you mean “UN01”?",
        ),
        fault(
            "rules/belt.md",
            "picture = \"measure-waist\"",
            "picture = \"measure-neck\"",
            "there is no picture postures/pictograms/measure-neck.svg",
        ),
        fault(
            "course/claim-traction.md",
            "\"exercise:UN05\"",
            "\"exercise:UN55\"",
            "“exercise:UN55” is no exercise:ID, rule:ID or record:PATH that is there",
        ),
        fault(
            "tests/guarding.md",
            "when = \"tests.guarding.present\"\ngroup = \"erector_spinae_lumbar\"\nside = \"both\"\nkind = \"tense\"",
            "when = \"tests.guarding.present\"\ngroup = \"erector_spinae_lumbar\"\nside = \"both\"\nkind = \"weak\"",
            "a weak finding says how weak (strength, or measured with of_mean), a tense one how tense (tone)",
        ),
        fault(
            "tests/chair_stand.md",
            "[[norm]]\nname = \"count\"\nsex = \"male\"\nage_min = 65\n",
            "[[norm]]\nname = \"count\"\nsex = \"male\"\nage_min = 64\n",
            "norm “count” from 64 to 69 overlaps that from 60 to 64",
        ),
        fault(
            "medicines/tramadol.md",
            "label_max_mg = 400\n",
            "label_max_mg = 250\n",
            "label_max_mg is above 0, and each label_cap is below it",
        ),
    ]);
}
