//! The week, composed by two small integer programmes.
//!
//! *What*: which exercises, how often, so that each need (weak, tense, corset, direction) is met as far as the minutes reach.
//! *When*: on which days, so that no day exceeds its minutes, no session has more than the allowed number of new exercises, and each has
//! a position of ease or direction, something that trains, something for the whole body, and a walk.
//!
//! Requirements that the minutes cannot hold are soft with a heavy price, and what stays unmet is said in [`Week::gaps`].
//! Both programmes are solved by branch and bound without a clock, so the same case gives the same week.

use std::collections::BTreeMap;

use good_lp::{Expression, ProblemVariables, ResolutionError, Solution, SolverModel, Variable, WithMipGap, constraint, microlp, variable};
use keel_knowledge::{Aim, Direction, Exercise, MuscleState, ProgrammeCell, Record, WeekRules};

use crate::{cards::DayLoad, dose::Dose, findings::Findings};

/// What an item does for its session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Breathing and relaxation.
    Breathe,
    /// Position of ease or the direction that eases.
    Ease,
    /// Activates or strengthens.
    Train,
    /// Lengthens muscles or lets nerves glide.
    Loosen,
    /// Whole body, balance, endurance.
    Whole,
    /// Walking.
    Walk,
}

/// Longest bout under which walking is a drill and not the walk of the day, seconds.
const WALK_FROM_S: u32 = 600;

impl Role {
    /// The role of an exercise for a person with these findings.
    pub fn of(exercise: &Exercise, findings: &Findings) -> Role {
        match exercise.aim {
            Aim::Breathing => Role::Breathe,
            Aim::Unload => Role::Ease,
            // A direction is a relief only once it is known to be one.
            Aim::Directional if eases(exercise, findings) || exercise.direction == Direction::Neutral => Role::Ease,
            Aim::Relax | Aim::Neural | Aim::Directional => Role::Loosen,
            Aim::Activate | Aim::Strengthen => Role::Train,
            Aim::Walking if exercise.dose.hold_s[1] >= WALK_FROM_S => Role::Walk,
            Aim::Complex | Aim::Balance | Aim::Aerobic | Aim::Aquatic | Aim::Walking => Role::Whole,
        }
    }

    /// Roles that every session should have.
    pub const IN_EVERY_SESSION: [Role; 4] = [Role::Ease, Role::Train, Role::Whole, Role::Walk];

    /// The id used in messages.
    pub fn id(self) -> &'static str {
        match self {
            Role::Breathe => "breathe",
            Role::Ease => "ease",
            Role::Train => "train",
            Role::Loosen => "loosen",
            Role::Whole => "whole",
            Role::Walk => "walk",
        }
    }
}

/// An exercise that may be used, with the dose it would get.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'k> {
    pub(crate) exercise: &'k Record<Exercise>,
    pub(crate) dose: Dose,
    pub(crate) is_new: bool,
    pub(crate) role: Role,
    /// What one session of it uses of the day's load.
    pub(crate) load: DayLoad,
}

/// Whether the exercise moves in the direction that was found to ease.
fn eases(exercise: &Exercise, findings: &Findings) -> bool {
    exercise.aim == Aim::Directional && findings.direction.determined.as_deref() == Some(exercise.direction.id())
}

impl Candidate<'_> {
    fn seconds(&self) -> f64 {
        f64::from(self.dose.duration_s())
    }
}

/// What the week has to fit into.
pub(crate) struct Frame<'a> {
    pub(crate) cell: &'a ProgrammeCell,
    pub(crate) rules: &'a WeekRules,
    pub(crate) findings: &'a Findings,
    /// Days of the week with a session, 0 to 6 from the start of the plan.
    pub(crate) days: Vec<usize>,
    pub(crate) seconds_per_day: u32,
    /// What the discs may bear on one day.
    pub(crate) load_per_day: DayLoad,
}

/// Which candidate on which day.
#[derive(Clone, Debug, Default)]
pub(crate) struct Week {
    /// For each training day, indices of candidates.
    pub(crate) sessions: Vec<Vec<usize>>,
    /// Roles that some session lacks.
    pub(crate) gaps: Vec<Role>,
}

/// Relative gap at which a solution counts as best; the values of exercises are not known more exactly than that.
const MIP_GAP: f32 = 0.01;

/// Composes the week.
///
/// # Errors
/// Only where the solver itself fails; both programmes always have a solution.
pub(crate) fn compose(candidates: &[Candidate<'_>], frame: &Frame<'_>) -> Result<Week, ResolutionError> {
    if candidates.is_empty() || frame.days.is_empty() {
        return Ok(Week {
            sessions: vec![Vec::new(); frame.days.len()],
            gaps: Role::IN_EVERY_SESSION.to_vec(),
        });
    }
    let shortlist = shortlist(candidates, frame);
    let contenders: Vec<Candidate<'_>> = shortlist.iter().map(|index| candidates[*index].clone()).collect();
    let mut counts = vec![0; candidates.len()];
    for (index, count) in shortlist.into_iter().zip(choose(&contenders, frame)?) {
        counts[index] = count;
    }
    place(candidates, &counts, frame)
}

/// Contenders of each role that meet no need of their own and are not preferred; the best of them are enough to fill a session.
const SPARE_PER_ROLE: usize = 3;

/// Indices of candidates worth weighing: what a test asks for, what the matrix prefers, and for each role and each corset group the best others.
///
/// A candidate left aside here is no better in value and time than one that stays, so the optimum loses nothing but ties.
fn shortlist(candidates: &[Candidate<'_>], frame: &Frame<'_>) -> Vec<usize> {
    let needs = needs(frame);
    let found = |exercise: &Exercise| needs.iter().any(|need| need.found && need.met_by(exercise));
    let mut by_worth: Vec<usize> = (0..candidates.len()).collect();
    by_worth.sort_by(|a, b| {
        let worth = |index: usize| value(&candidates[index], frame, index);
        worth(*b)
            .total_cmp(&worth(*a))
            .then(candidates[*a].dose.duration_s().cmp(&candidates[*b].dose.duration_s()))
    });
    let mut spare: BTreeMap<(Role, Option<&str>), usize> = BTreeMap::new();
    let mut kept: Vec<usize> = Vec::new();
    for index in by_worth {
        let Candidate { exercise, role, .. } = &candidates[index];
        let corset = frame.rules.corset.iter().filter(|group| serves(exercise, group, MuscleState::Weak));
        let mut keep = found(exercise) || frame.cell.prefer.contains(&exercise.id);
        for key in corset.map(|group| Some(group.as_str())).chain([None]) {
            let taken = spare.entry((*role, key)).or_default();
            *taken += 1;
            keep |= *taken <= SPARE_PER_ROLE;
        }
        if keep {
            kept.push(index);
        }
    }
    kept.sort_unstable();
    kept
}

/// Sessions in the week for each candidate.
fn choose(candidates: &[Candidate<'_>], frame: &Frame<'_>) -> Result<Vec<u32>, ResolutionError> {
    let n_days = frame.days.len();
    let mut vars = ProblemVariables::new();
    // exactly[e][k]: exercise e comes on k + 1 days; at most one of them is 1
    let exactly: Vec<Vec<Variable>> = candidates
        .iter()
        .map(|candidate| (0..most_days(candidate, frame)).map(|_| vars.add(variable().binary())).collect())
        .collect();
    let count = |index: usize| -> Expression { (1_u32..).zip(&exactly[index]).map(|(days, is)| f64::from(days) * *is).sum() };
    let on_at_least = |index: usize, days: usize| -> Expression { exactly[index].iter().skip(days - 1).copied().sum() };
    let roles: Vec<(Role, Variable)> = Role::IN_EVERY_SESSION
        .into_iter()
        .map(|role| (role, vars.add(variable().min(0).max(n_days as f64))))
        .collect();
    let needs = needs(frame);
    let unmet: Vec<Variable> = needs.iter().map(|need| vars.add(variable().min(0).max(need.sessions))).collect();

    // maximise: value of what is chosen − price of what stays unmet
    let mut objective = Expression::from(0.0);
    for (index, candidate) in candidates.iter().enumerate() {
        objective += value(candidate, frame, index) * count(index) - frame.rules.price_of_variety * on_at_least(index, 1);
    }
    for (_, lacking) in &roles {
        objective -= frame.rules.price_of_missing_role * *lacking;
    }
    for (need, lacking) in needs.iter().zip(&unmet) {
        objective -= need.price * *lacking;
    }
    let mut model = vars
        .maximise(objective)
        .using(microlp)
        .with_mip_gap(MIP_GAP)
        .map_err(|error| ResolutionError::Str(error.to_string()))?;

    let sum = |wanted: &dyn Fn(&Candidate<'_>) -> bool| -> Expression {
        (0..candidates.len()).filter(|index| wanted(&candidates[*index])).map(count).sum()
    };
    for (index, candidate) in candidates.iter().enumerate() {
        model.add_constraint(constraint!(on_at_least(index, 1) <= 1.0));
        // one step of a ladder at a time
        for (other, harder) in candidates.iter().enumerate() {
            if candidate.exercise.harder.contains(&harder.exercise.id) && candidate.exercise.aim == harder.exercise.aim {
                model.add_constraint(constraint!(on_at_least(index, 1) + on_at_least(other, 1) <= 1.0));
            }
        }
    }
    // minutes and items of the week as a whole
    let seconds: Expression = candidates
        .iter()
        .enumerate()
        .map(|(index, candidate)| candidate.seconds() * count(index))
        .sum();
    model.add_constraint(constraint!(seconds <= f64::from(frame.seconds_per_day) * n_days as f64));
    for (part, allowed) in frame.load_per_day.parts().into_iter().enumerate() {
        let used: Expression = candidates
            .iter()
            .enumerate()
            .map(|(index, candidate)| candidate.load.parts()[part] * count(index))
            .sum();
        model.add_constraint(constraint!(used <= allowed * n_days as f64));
    }
    model.add_constraint(constraint!(
        sum(&|candidate| candidate.role != Role::Walk) <= f64::from(frame.cell.items_per_session[1]) * n_days as f64
    ));
    // what comes on k days must be introduced k days before the end, and only so many can be introduced by then
    for days in 1..=n_days {
        let new: Expression = (0..candidates.len())
            .filter(|index| candidates[*index].is_new)
            .map(|index| on_at_least(index, days))
            .sum();
        model.add_constraint(constraint!(
            new <= f64::from(frame.rules.new_per_session) * (n_days + 1 - days) as f64
        ));
    }
    for (role, lacking) in &roles {
        model.add_constraint(constraint!(sum(&|candidate| candidate.role == *role) + *lacking >= n_days as f64));
    }
    for (some, least) in roles_too_many(candidates, frame) {
        let missing: Expression = roles
            .iter()
            .filter(|(role, _)| some.contains(role))
            .map(|(_, lacking)| *lacking)
            .sum();
        model.add_constraint(constraint!(missing >= f64::from(least) * n_days as f64));
    }
    // one walk and one breathing exercise a day are enough; more than two positions of ease take time from training
    for (role, most) in [(Role::Walk, 1), (Role::Breathe, 1), (Role::Ease, 2)] {
        model.add_constraint(constraint!(sum(&|candidate| candidate.role == role) <= (most * n_days) as f64));
    }
    for (need, lacking) in needs.iter().zip(&unmet) {
        model.add_constraint(constraint!(
            sum(&|candidate| counts_for(need, candidate.exercise, candidates)) + *lacking >= need.sessions
        ));
    }

    let solution = model.solve()?;
    Ok(exactly
        .iter()
        .map(|choices| {
            (1..)
                .zip(choices)
                .find(|(_, is)| solution.value(**is) > 0.5)
                .map_or(0, |(days, _)| days)
        })
        .collect())
}

/// Days for the chosen candidates.
fn place(candidates: &[Candidate<'_>], counts: &[u32], frame: &Frame<'_>) -> Result<Week, ResolutionError> {
    let n_days = frame.days.len();
    let picked: Vec<usize> = (0..candidates.len()).filter(|index| counts[*index] > 0).collect();
    let mut vars = ProblemVariables::new();
    let on: Vec<Vec<Variable>> = picked
        .iter()
        .map(|_| (0..n_days).map(|_| vars.add(variable().binary())).collect())
        .collect();
    // Where something has to be learnt, the day of that. It comes out whole by itself: the first day on which `on` is 1 carries all of it.
    let first: Vec<Option<Vec<Variable>>> = picked
        .iter()
        .map(|index| {
            candidates[*index]
                .is_new
                .then(|| (0..n_days).map(|_| vars.add(variable().min(0).max(1))).collect())
        })
        .collect();
    let lacking: Vec<Vec<Variable>> = Role::IN_EVERY_SESSION
        .iter()
        .map(|_| (0..n_days).map(|_| vars.add(variable().min(0).max(1))).collect())
        .collect();

    // what meets more needs is introduced first
    let needs = needs(frame);
    let met = |index: usize| -> f64 {
        needs
            .iter()
            .filter(|need| counts_for(need, candidates[index].exercise, candidates))
            .map(|need| need.price)
            .sum()
    };
    let worth: Vec<f64> = picked
        .iter()
        .map(|index| 1.0 + value(&candidates[*index], frame, *index) + met(*index))
        .collect();
    let mut objective = Expression::from(0.0);
    for (worth, days) in worth.iter().zip(&on) {
        for (day, on_day) in days.iter().enumerate() {
            // each further day is worth a little less, so that equal weeks have one best form
            objective += (worth - 0.01 * day as f64) * *on_day;
        }
    }
    for days in &lacking {
        for day in days {
            objective -= frame.rules.price_of_missing_role * *day;
        }
    }
    let mut model = vars
        .maximise(objective)
        .using(microlp)
        .with_mip_gap(MIP_GAP)
        .map_err(|error| ResolutionError::Str(error.to_string()))?;

    let sum = |day: usize, wanted: &dyn Fn(&Candidate<'_>) -> bool| -> Expression {
        on.iter()
            .zip(&picked)
            .filter(|(_, index)| wanted(&candidates[**index]))
            .map(|(days, _)| days[day])
            .sum()
    };
    let chosen: Vec<Candidate<'_>> = picked.iter().map(|index| candidates[*index].clone()).collect();
    let too_many = roles_too_many(&chosen, frame);
    for day in 0..n_days {
        let seconds: Expression = on
            .iter()
            .zip(&picked)
            .map(|(days, index)| candidates[*index].seconds() * days[day])
            .sum();
        model.add_constraint(constraint!(seconds <= f64::from(frame.seconds_per_day)));
        for (part, allowed) in frame.load_per_day.parts().into_iter().enumerate() {
            let used: Expression = on
                .iter()
                .zip(&picked)
                .map(|(days, index)| candidates[*index].load.parts()[part] * days[day])
                .sum();
            model.add_constraint(constraint!(used <= allowed));
        }
        model.add_constraint(constraint!(
            sum(day, &|candidate| candidate.role != Role::Walk) <= f64::from(frame.cell.items_per_session[1])
        ));
        let introduced: Expression = first.iter().flatten().map(|days| days[day]).sum();
        model.add_constraint(constraint!(introduced <= f64::from(frame.rules.new_per_session)));
        for (role, lacking) in Role::IN_EVERY_SESSION.into_iter().zip(&lacking) {
            model.add_constraint(constraint!(sum(day, &|candidate| candidate.role == role) + lacking[day] >= 1.0));
        }
        for (some, least) in &too_many {
            let roles = Role::IN_EVERY_SESSION.iter().zip(&lacking);
            let missing: Expression = roles.filter(|(role, _)| some.contains(role)).map(|(_, lacking)| lacking[day]).sum();
            model.add_constraint(constraint!(missing >= f64::from(*least)));
        }
    }
    for (row, index) in picked.iter().enumerate() {
        let total: Expression = on[row].iter().copied().sum();
        model.add_constraint(constraint!(total <= f64::from(counts[*index])));
        if let Some(first) = &first[row] {
            let introductions: Expression = first.iter().copied().sum();
            model.add_constraint(constraint!(introductions <= 1.0));
            for day in 0..n_days {
                // done on a day only when introduced on that day or before, and introduced only by doing it
                let introduced: Expression = first[..=day].iter().copied().sum();
                model.add_constraint(constraint!(on[row][day] <= introduced));
                model.add_constraint(constraint!(first[day] <= on[row][day]));
            }
        }
        if needs_rest_days(&candidates[*index], frame) {
            for day in (1..n_days).filter(|day| follows(*day, frame)) {
                model.add_constraint(constraint!(on[row][day - 1] + on[row][day] <= 1.0));
            }
        }
    }

    let solution = model.solve()?;
    let is_on = |row: usize, day: usize| solution.value(on[row][day]) > 0.5;
    let sessions: Vec<Vec<usize>> = (0..n_days)
        .map(|day| {
            picked
                .iter()
                .enumerate()
                .filter(|(row, _)| is_on(*row, day))
                .map(|(_, index)| *index)
                .collect()
        })
        .collect();
    let lacks = |role: &Role| {
        sessions
            .iter()
            .any(|session| !session.iter().any(|index| candidates[*index].role == *role))
    };
    Ok(Week {
        gaps: Role::IN_EVERY_SESSION.into_iter().filter(lacks).collect(),
        sessions,
    })
}

/// Whether the exercise must not come on two days in a row.
fn needs_rest_days(candidate: &Candidate<'_>, frame: &Frame<'_>) -> bool {
    candidate.exercise.dose.days_per_week[1] <= frame.rules.rest_day_up_to_days_per_week
}

/// Whether a training day comes on the day after the one before it.
fn follows(day: usize, frame: &Frame<'_>) -> bool {
    frame.days[day] == frame.days[day - 1] + 1
}

/// The most training days on which the exercise can come at all.
fn most_days(candidate: &Candidate<'_>, frame: &Frame<'_>) -> usize {
    let mut days = 1;
    let mut rested = true;
    for day in 1..frame.days.len() {
        rested = !(rested && needs_rest_days(candidate, frame) && follows(day, frame));
        days += usize::from(rested);
    }
    days.min(candidate.exercise.dose.days_per_week[1] as usize).max(1)
}

/// Sets of roles that a day has not the minutes for, each with the number of them that every day must lack.
///
/// The programmes would find this out by themselves, but only after trying which role to leave out on which day.
fn roles_too_many(candidates: &[Candidate<'_>], frame: &Frame<'_>) -> Vec<(Vec<Role>, u32)> {
    let shortest = |role: &Role| {
        let of_role = candidates.iter().filter(|candidate| candidate.role == *role);
        of_role.map(|candidate| candidate.dose.duration_s()).min()
    };
    let roles: Vec<(Role, u32)> = Role::IN_EVERY_SESSION
        .into_iter()
        .filter_map(|role| Some((role, shortest(&role)?)))
        .collect();
    (0_u32..1 << roles.len())
        .filter_map(|set| {
            let mut some: Vec<(Role, u32)> = roles
                .iter()
                .enumerate()
                .filter(|(bit, _)| set & (1 << bit) != 0)
                .map(|(_, role)| *role)
                .collect();
            some.sort_by_key(|(_, seconds)| *seconds);
            // the shortest ones first: more of them than these cannot fit
            let mut total = 0;
            let fitting = some.iter().take_while(|(_, seconds)| {
                total += seconds;
                total <= frame.seconds_per_day
            });
            let least = some.len() - fitting.count();
            (least > 0).then(|| (some.into_iter().map(|(role, _)| role).collect(), least as u32))
        })
        .collect()
}

/// What an exercise is worth in one session.
fn value(candidate: &Candidate<'_>, frame: &Frame<'_>, index: usize) -> f64 {
    let rules = frame.rules;
    let preferred = frame.cell.prefer.contains(&candidate.exercise.id);
    let eases = eases(candidate.exercise, frame.findings);
    let evidence = match candidate.exercise.evidence {
        keel_knowledge::Evidence::E2 => 1.0,
        keel_knowledge::Evidence::E3 => 0.5,
        keel_knowledge::Evidence::E4 => 0.0,
    };
    // the last term only settles ties, always the same way
    rules.value_of_preferred * f64::from(u8::from(preferred))
        + rules.value_of_direction * f64::from(u8::from(eases))
        + rules.value_of_evidence * evidence
        + 0.1
        - 1e-4 * index as f64
}

/// Something the week should do.
pub(crate) struct Need {
    pub(crate) group: String,
    pub(crate) state: MuscleState,
    /// Whether a test found it; otherwise it belongs to the corset everyone needs.
    pub(crate) found: bool,
    sessions: f64,
    price: f64,
}

impl Need {
    pub(crate) fn met_by(&self, exercise: &Exercise) -> bool {
        serves(exercise, &self.group, self.state)
    }
}

/// Whether an exercise strengthens a weak group or relieves a tense one. Standing on one leg is balance, not strength for the hip; resting
/// is relief where stretching is not open yet, which the person's stage decides by opening the aim.
pub(crate) fn serves(exercise: &Exercise, group: &str, state: MuscleState) -> bool {
    let named = |groups: &[String]| groups.iter().any(|one| one == group);
    match state {
        MuscleState::Weak => matches!(exercise.aim, Aim::Activate | Aim::Strengthen) && named(&exercise.strengthens),
        MuscleState::Tense => {
            matches!(exercise.aim, Aim::Relax | Aim::Unload | Aim::Breathing | Aim::Directional) && named(&exercise.relaxes)
        }
    }
}

/// Needs from findings, then the corset everyone needs.
pub(crate) fn needs(frame: &Frame<'_>) -> Vec<Need> {
    let rules = frame.rules;
    let n_days = frame.days.len() as f64;
    let mut needs: Vec<Need> = Vec::new();
    for finding in &frame.findings.muscles {
        let (sessions, price) = match finding.state {
            MuscleState::Weak => (rules.sessions_for_weak, rules.price_of_unmet_weak),
            MuscleState::Tense => (rules.sessions_for_tense, rules.price_of_unmet_tense),
        };
        if !needs.iter().any(|need| need.group == finding.group && need.state == finding.state) {
            needs.push(Need {
                group: finding.group.clone(),
                state: finding.state,
                found: true,
                sessions: f64::from(sessions).min(n_days),
                price,
            });
        }
    }
    for group in &rules.corset {
        if !needs.iter().any(|need| need.group == *group && need.state == MuscleState::Weak) {
            let sessions = f64::from(rules.sessions_for_corset).min(n_days);
            needs.push(Need {
                group: group.clone(),
                state: MuscleState::Weak,
                found: false,
                sessions,
                price: rules.price_of_unmet_corset,
            });
        }
    }
    needs
}

/// Meets a need in the week: where stretches are open for a tense group, only they count; otherwise every relief does.
fn counts_for(need: &Need, exercise: &Exercise, candidates: &[Candidate<'_>]) -> bool {
    let stretch = |exercise: &Exercise| exercise.aim == Aim::Relax && need.met_by(exercise);
    need.met_by(exercise)
        && (need.state == MuscleState::Weak || stretch(exercise) || !candidates.iter().any(|candidate| stretch(candidate.exercise)))
}

/// Days of a week for so many sessions, as evenly as they go, the first day included.
pub(crate) fn spread_days(sessions: usize) -> Vec<usize> {
    let sessions = sessions.clamp(1, 7);
    (0..sessions).map(|session| session * 7 / sessions).collect()
}

#[cfg(test)]
mod tests {
    use super::spread_days;

    #[test]
    fn sessions_are_spread_over_the_week() {
        assert_eq!(spread_days(3), [0, 2, 4]);
        assert_eq!(spread_days(4), [0, 1, 3, 5]);
        assert_eq!(spread_days(5), [0, 1, 2, 4, 5]);
        assert_eq!(spread_days(7), [0, 1, 2, 3, 4, 5, 6]);
    }
}
