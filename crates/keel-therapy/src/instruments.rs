//! Scores of questionnaires: each instrument's own rule, its own way with missing answers, its own threshold of change.
//!
//! What an instrument asks and how it is scored stands in `knowledge/instruments/`; here is only the arithmetic. A score that cannot be
//! taken names the items that are missing.

use std::collections::BTreeMap;

use jiff::civil::Date;
use keel_knowledge::{
    Band, Better, ChangeRule, Condition, Fact, Facts, Instrument, Knowledge, MissingItems, Record, ScoreMethod, ScoreRule, Ships, Truth,
};

/// Minutes a week of one kind of activity that count at most: 180 a day (IPAQ scoring protocol 2005).
const IPAQ_DAY_CAP_MIN: f64 = 180.0;
/// Minutes a day of all activity together above which the answers are not believable (IPAQ scoring protocol 2005).
const IPAQ_DAY_LIMIT_MIN: f64 = 960.0;
/// Bouts shorter than this do not count (IPAQ scoring protocol 2005).
const IPAQ_BOUT_MIN: f64 = 10.0;
/// Metabolic equivalents of walking, moderate and vigorous activity (IPAQ scoring protocol 2005).
const IPAQ_MET: [f64; 3] = [3.3, 4.0, 8.0];

/// Why there is no score.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoScore {
    /// Items are missing, by id.
    #[error("not answered: {}", .0.join(", "))]
    Missing(Vec<String>),
    /// The answers contradict each other; the instrument's own rule leaves them out.
    #[error("more than {IPAQ_DAY_LIMIT_MIN} minutes of activity a day are not counted")]
    NotBelievable,
}

/// All scores of one filling-in.
#[derive(Clone, Debug, PartialEq)]
pub struct Scored {
    /// By id of the score, in the order of the instrument.
    pub scores: Vec<(String, Result<f64, NoScore>)>,
    /// Id of the band, where the scores decide it.
    pub band: Option<String>,
}

impl Scored {
    /// The main score.
    pub fn main(&self) -> Option<f64> {
        self.scores.first().and_then(|(_, score)| score.as_ref().ok().copied())
    }

    /// A score by id.
    pub fn score(&self, id: &str) -> Option<f64> {
        let found = self.scores.iter().find(|(one, _)| one == id)?;
        found.1.as_ref().ok().copied()
    }
}

/// How a score changed between two fillings-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// Better by more than noise.
    Better,
    /// Worse by more than noise.
    Worse,
    /// Within what the instrument cannot tell from noise.
    Same,
    /// It began so near the end of the scale that this change could not be shown.
    CannotShow,
}

impl Trend {
    /// The id used in JSON and in message ids.
    pub fn id(self) -> &'static str {
        match self {
            Trend::Better => "better",
            Trend::Worse => "worse",
            Trend::Same => "same",
            Trend::CannotShow => "cannot-show",
        }
    }
}

/// Scores the items of one filling-in, by id.
pub fn score(instrument: &Instrument, items: &BTreeMap<String, f64>) -> Scored {
    let ipaq = instrument
        .scores
        .iter()
        .any(|rule| rule.method == ScoreMethod::Ipaq)
        .then(|| Ipaq::of(items));
    let scores: Vec<(String, Result<f64, NoScore>)> = instrument
        .scores
        .iter()
        .map(|rule| (rule.id.clone(), one(instrument, rule, items, ipaq.as_ref())))
        .collect();
    let facts = ScoreFacts {
        scores: &scores,
        ipaq: ipaq.as_ref().and_then(|ipaq| ipaq.as_ref().ok()),
    };
    // The first band that holds; where an earlier one is open, none is decided.
    let decided = instrument
        .bands
        .iter()
        .map(|band| (band, band.when.evaluate(&facts).truth))
        .find(|(_, truth)| *truth != Truth::No);
    Scored {
        band: decided.and_then(|(band, truth)| (truth == Truth::Yes).then(|| band.id.clone())),
        scores,
    }
}

/// Whether a condition over scores holds for one filling-in.
pub(crate) fn band_truth(instrument: &Instrument, items: &BTreeMap<String, f64>, condition: &Condition) -> Truth {
    let scored = score(instrument, items);
    let ipaq = Ipaq::of(items).ok();
    let facts = ScoreFacts {
        scores: &scored.scores,
        ipaq: ipaq.as_ref(),
    };
    condition.evaluate(&facts).truth
}

/// Every value that a score by sum or percent can take.
pub(crate) fn possible(instrument: &Instrument, rule: &ScoreRule) -> Vec<f64> {
    let items: Vec<(i32, i32)> = instrument.items_of(rule).map(|item| (item.min, item.max)).collect();
    let (lowest, highest) = items.iter().fold((0, 0), |(low, high), (min, max)| (low + min, high + max));
    let alike = items.iter().all(|item| *item == items[0]);
    match rule.method {
        ScoreMethod::Sum if rule.missing != MissingItems::Rescale => (lowest..=highest).map(f64::from).collect(),
        // Items left out lower the largest possible sum.
        ScoreMethod::Percent if alike => (rule.answered_least.unwrap_or(items.len())..=items.len())
            .flat_map(|answered| {
                let largest = items[0].1 * i32::try_from(answered).unwrap_or(i32::MAX);
                (0..=largest).map(move |sum| 100.0 * f64::from(sum) / f64::from(largest))
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Whether a condition over one score holds for a value of it.
pub(crate) fn truth_of(rule: &ScoreRule, value: f64, condition: &Condition) -> Truth {
    let scores = [(rule.id.clone(), Ok(value))];
    condition
        .evaluate(&ScoreFacts {
            scores: &scores,
            ipaq: None,
        })
        .truth
}

/// The band of an id.
pub fn band<'i>(instrument: &'i Instrument, id: &str) -> Option<&'i Band> {
    instrument.bands.iter().find(|band| band.id == id)
}

fn one(
    instrument: &Instrument,
    rule: &ScoreRule,
    items: &BTreeMap<String, f64>,
    ipaq: Option<&Result<Ipaq, NoScore>>,
) -> Result<f64, NoScore> {
    match (rule.method, ipaq) {
        (ScoreMethod::Entered, _) => return items.get(&rule.id).copied().ok_or_else(|| NoScore::Missing(vec![rule.id.clone()])),
        (ScoreMethod::Ipaq, Some(ipaq)) => return ipaq.as_ref().map(|ipaq| ipaq.met).map_err(Clone::clone),
        _ => {}
    }
    let answers: Vec<(&str, Option<f64>, bool, i32)> = instrument
        .items_of(rule)
        .map(|item| (item.id.as_str(), items.get(&item.id).copied(), item.optional, item.max))
        .collect();
    let missing: Vec<String> = answers
        .iter()
        .filter(|(_, value, optional, _)| value.is_none() && !optional)
        .map(|(id, ..)| (*id).to_owned())
        .collect();
    let answered = answers.iter().filter(|(_, value, ..)| value.is_some()).count();
    let sum: f64 = answers.iter().filter_map(|(_, value, ..)| *value).sum();
    let refused = match rule.missing {
        MissingItems::Refuse => !missing.is_empty(),
        MissingItems::Zero => items.is_empty(),
        MissingItems::Rescale => answered < rule.answered_least.unwrap_or(1),
    };
    if refused || (answered == 0 && rule.missing != MissingItems::Zero) {
        return Err(NoScore::Missing(missing));
    }
    let all = answers.len() as f64;
    Ok(match rule.method {
        ScoreMethod::Sum if rule.missing == MissingItems::Rescale => sum * all / answered as f64,
        ScoreMethod::Sum => sum,
        ScoreMethod::Mean => sum / answered as f64,
        ScoreMethod::Percent => {
            let counted = |value: &Option<f64>| rule.missing == MissingItems::Zero || value.is_some();
            let largest: i32 = answers.iter().filter(|(_, value, ..)| counted(value)).map(|(.., max)| max).sum();
            100.0 * sum / f64::from(largest)
        }
        ScoreMethod::TTable => {
            let lowest: i32 = instrument.items_of(rule).map(|item| item.min).sum();
            let index = (sum - f64::from(lowest)).max(0.0) as usize;
            *rule.table.get(index).ok_or(NoScore::Missing(missing))?
        }
        ScoreMethod::Ipaq | ScoreMethod::Entered => unreachable!("answered above"),
    })
}

/// Minutes of activity of one week.
#[derive(Clone, Debug, PartialEq)]
struct Ipaq {
    /// Walking, moderate, vigorous: days.
    days: [f64; 3],
    /// Minutes a day.
    minutes: [f64; 3],
    /// Walking, moderate, vigorous: MET minutes.
    by_kind: [f64; 3],
    /// All MET minutes.
    met: f64,
}

/// Ids of the items of days and minutes: walking, moderate, vigorous.
const IPAQ_ITEMS: [(&str, &str); 3] = [
    ("walk_days", "walk_minutes"),
    ("moderate_days", "moderate_minutes"),
    ("vigorous_days", "vigorous_minutes"),
];

impl Ipaq {
    fn of(items: &BTreeMap<String, f64>) -> Result<Ipaq, NoScore> {
        let mut ipaq = Ipaq {
            days: [0.0; 3],
            minutes: [0.0; 3],
            by_kind: [0.0; 3],
            met: 0.0,
        };
        let mut missing = Vec::new();
        let mut total_a_day = 0.0;
        for (kind, (days, minutes)) in IPAQ_ITEMS.into_iter().enumerate() {
            let on = items.get(days).copied();
            // Minutes are asked only where there are days.
            let bout = if on == Some(0.0) { Some(0.0) } else { items.get(minutes).copied() };
            let (Some(on), Some(bout)) = (on, bout) else {
                missing.extend(
                    [(days, on), (minutes, bout)]
                        .into_iter()
                        .filter(|(_, value)| value.is_none())
                        .map(|(id, _)| id.to_owned()),
                );
                continue;
            };
            total_a_day += bout;
            if bout < IPAQ_BOUT_MIN {
                continue;
            }
            let counted = bout.min(IPAQ_DAY_CAP_MIN);
            ipaq.days[kind] = on;
            ipaq.minutes[kind] = counted;
            ipaq.by_kind[kind] = IPAQ_MET[kind] * counted * on;
        }
        if !missing.is_empty() {
            return Err(NoScore::Missing(missing));
        }
        if total_a_day > IPAQ_DAY_LIMIT_MIN {
            return Err(NoScore::NotBelievable);
        }
        ipaq.met = ipaq.by_kind.iter().sum();
        Ok(ipaq)
    }
}

struct ScoreFacts<'a> {
    scores: &'a [(String, Result<f64, NoScore>)],
    ipaq: Option<&'a Ipaq>,
}

impl Facts for ScoreFacts<'_> {
    fn fact(&self, path: &str) -> Fact<'_> {
        let score = self.scores.iter().find(|(id, _)| id == path);
        if let Some((_, score)) = score {
            return score.as_ref().map_or(Fact::Unknown, |value| Fact::Number(*value));
        }
        let Some(ipaq) = self.ipaq else {
            return Fact::Unknown;
        };
        Fact::Number(match path {
            "walk_days" => ipaq.days[0],
            "moderate_days" => ipaq.days[1],
            "vigorous_days" => ipaq.days[2],
            "walk_each" => ipaq.minutes[0],
            "moderate_each" => ipaq.minutes[1],
            "vigorous_each" => ipaq.minutes[2],
            "days" => ipaq.days.iter().sum(),
            "steady_days" => ipaq.days[0] + ipaq.days[1],
            "vigorous_met" => ipaq.by_kind[2],
            _ => return Fact::Unknown,
        })
    }
}

/// How the score of a change rule went from one filling-in to a later one; `None` where one of them has no score.
pub fn trend(instrument: &Instrument, before: &Scored, after: &Scored) -> Option<Trend> {
    let rule = instrument.change.as_ref()?;
    let higher = instrument.scores.iter().find(|score| score.id == rule.score)?.higher;
    let (first, now) = (before.score(&rule.score)?, after.score(&rule.score)?);
    let better_by = improvement(higher, first, now);
    // Near the good end of the scale improvement cannot be shown, near the bad end worsening cannot.
    let (low_end, high_end) = (
        rule.floor.is_some_and(|floor| first < floor),
        rule.ceiling.is_some_and(|ceiling| first > ceiling),
    );
    let (good_end, bad_end) = match higher {
        Better::Worse => (low_end, high_end),
        Better::Better => (high_end, low_end),
    };
    Some(if exceeds(rule, first, better_by) {
        Trend::Better
    } else if exceeds(rule, first, -better_by) {
        Trend::Worse
    } else if (good_end && better_by >= 0.0) || (bad_end && better_by <= 0.0) {
        Trend::CannotShow
    } else {
        Trend::Same
    })
}

/// Points better; negative is worse.
fn improvement(higher: Better, first: f64, now: f64) -> f64 {
    match higher {
        Better::Worse => first - now,
        Better::Better => now - first,
    }
}

fn exceeds(rule: &ChangeRule, first: f64, by: f64) -> bool {
    if by <= 0.0 {
        return false;
    }
    let points = rule.least.map(|least| by >= least);
    // From nothing, a change is beyond every share of it; the points decide.
    let share = rule.percent.map(|percent| {
        if first.abs() < f64::EPSILON {
            points.unwrap_or(true)
        } else {
            100.0 * by / first.abs() >= percent
        }
    });
    match (points, share) {
        (Some(points), Some(share)) if rule.both => points && share,
        (points, share) => points.unwrap_or(false) || share.unwrap_or(false),
    }
}

/// A filling-in on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// Instrument.
    pub instrument: String,
    /// Day.
    pub on: Date,
    /// Items by id; for entered totals, the total by the id of its score.
    pub items: BTreeMap<String, f64>,
}

/// Percent of improvement of the main score between the first filling-in and the latest one that is `weeks` or more later.
pub(crate) fn improvement_percent(instrument: &Instrument, history: &[&Measurement], weeks: u32) -> Option<f64> {
    let first = history.first()?;
    let later = history
        .iter()
        .rev()
        .find(|one| f64::from((one.on - first.on).get_days()) >= 7.0 * f64::from(weeks))?;
    let higher = instrument.scores.first()?.higher;
    let (before, after) = (score(instrument, &first.items).main()?, score(instrument, &later.items).main()?);
    // From so near the good end of the scale improvement cannot be shown.
    let floor = instrument.change.as_ref().and_then(|change| change.floor);
    if floor.is_some_and(|floor| higher == Better::Worse && before < floor) {
        return None;
    }
    (before.abs() > f64::EPSILON).then(|| 100.0 * improvement(higher, before, after) / before.abs())
}

/// An instrument that is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    /// Instrument.
    pub instrument: String,
    /// The week after the beginning for which it is.
    pub week: u32,
    /// The day on which it became due.
    pub since: Date,
}

/// What is due on a day for someone who began on `began`: of each instrument the latest week that has come and was not filled in since.
/// Nobody is reminded of one whose text is not there.
///
/// A filling-in up to three days before its day counts for it.
pub fn due(knowledge: &Knowledge, history: &[Measurement], began: Date, today: Date) -> Vec<Due> {
    const EARLY_DAYS: i64 = 3;
    let mut records: Vec<&Record<Instrument>> = knowledge.instruments.values().collect();
    records.sort_by_key(|record| record.order);
    let due = |record: &&Record<Instrument>| {
        if record.ships != Ships::Text {
            return None;
        }
        let day_of = |week: u32| began.saturating_add(jiff::Span::new().days(i64::from(week) * 7));
        let week = record.due_weeks.iter().copied().filter(|week| day_of(*week) <= today).max()?;
        let since = day_of(week);
        let from = since.saturating_sub(jiff::Span::new().days(EARLY_DAYS));
        let done = history.iter().any(|one| one.instrument == record.id && one.on >= from);
        (!done).then(|| Due {
            instrument: record.id.clone(),
            week,
            since,
        })
    };
    records.iter().filter_map(due).collect()
}
