//! Whether the computed load bears out what an exercise's record claims: what it strengthens, stretches and rests, that it stays in the
//! middle range, and that easier ones load less.

use keel_knowledge::{Aim, Direction, Exercise, Knowledge, Record};
use keel_loads::MuscleCourse;

use crate::cards::{Card, Cards};

/// A claim that the load does not bear out.
#[derive(Clone, Debug, PartialEq)]
pub struct Disagreement {
    /// Exercise.
    pub exercise: String,
    /// A muscle group, `neutral`, or the id of an easier exercise.
    pub claim: String,
    /// What was claimed.
    pub kind: ClaimKind,
    /// What was computed, in the unit of the limit.
    pub computed: f64,
    /// What the claim asks for.
    pub limit: f64,
    /// Whether the record says why it stands all the same.
    pub is_kept: bool,
}

/// What a record claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimKind {
    /// A muscle works.
    Strengthens,
    /// A muscle becomes longer.
    Stretches,
    /// A muscle becomes longer or rests.
    Relaxes,
    /// A muscle rests.
    Rests,
    /// The lumbar spine stays in its middle range.
    Neutral,
    /// Another exercise loads less.
    Easier,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            claim, computed, limit, ..
        } = self;
        let percent = |share: f64| share * 100.0;
        match self.kind {
            ClaimKind::Strengthens => write!(
                f,
                "is said to strengthen {claim}, which works with {:.0} % of its strength; at least {:.0} % are asked for",
                percent(*computed),
                percent(*limit)
            ),
            ClaimKind::Stretches => write!(
                f,
                "is said to stretch {claim}, which gets to {:.1} % of its length in standing; at least {:.1} % are asked for",
                percent(*computed),
                percent(*limit)
            ),
            ClaimKind::Relaxes => write!(
                f,
                "is said to relax {claim}, which neither gets longer than {:.1} % of its length in standing nor rests",
                percent(*computed)
            ),
            ClaimKind::Rests => write!(
                f,
                "is said to let {claim} rest, which works with {:.0} % of its strength on average; at most {:.0} % are asked for",
                percent(*computed),
                percent(*limit)
            ),
            ClaimKind::Neutral => write!(
                f,
                "is said to stay in the middle range, and uses {:.0} % of the lumbar range; at most {:.0} % are asked for",
                percent(*computed),
                percent(*limit)
            ),
            ClaimKind::Easier => write!(
                f,
                "names {claim} as easier, which loads a disc to {computed:.2} × standing; its own load is {limit:.2} × with the tolerance"
            ),
        }
    }
}

/// Everything in which records and loads disagree, in the order of the exercises; claims that are kept for a reason included.
pub fn disagreements(knowledge: &Knowledge, cards: &Cards) -> Vec<Disagreement> {
    let found = knowledge.usable_exercises().filter_map(|exercise| {
        let card = cards.get(&exercise.id)?.ok()?;
        Some(of_one(knowledge, cards, exercise, card))
    });
    found.flatten().collect()
}

fn of_one(knowledge: &Knowledge, cards: &Cards, exercise: &Record<Exercise>, card: &Card) -> Vec<Disagreement> {
    let claims = &knowledge.load_claims;
    let mut found = Vec::new();
    let mut disagree = |claim: &str, kind, computed: f64, limit: f64| {
        found.push(Disagreement {
            exercise: exercise.id.clone(),
            claim: claim.to_owned(),
            kind,
            computed,
            limit,
            is_kept: exercise.claims_kept.iter().any(|kept| kept.claim == claim),
        });
    };
    // Muscles that the body has; both sides are claimed, the better one counts.
    let best = |group: &str, of: &dyn Fn(&MuscleCourse) -> f64| {
        let own = card.load.muscles.iter().filter(|one| cards.groups[one.group] == group);
        own.map(of).max_by(f64::total_cmp)
    };
    let least = match exercise.aim {
        Aim::Strengthen => claims.strengthens_least,
        _ => claims.activates_least,
    };
    for group in &exercise.strengthens {
        if let Some(peak) = best(group, &|one| one.activation.peak).filter(|peak| *peak < least) {
            disagree(group, ClaimKind::Strengthens, peak, least);
        }
    }
    for group in &exercise.relaxes {
        let (Some(length), Some(rest)) = (
            best(group, &|one| one.longest_of_standing),
            best(group, &|one| -one.activation.mean),
        ) else {
            continue;
        };
        let (stretches, rests) = (length >= claims.stretches_least, -rest <= claims.rests_most);
        match exercise.aim {
            Aim::Unload | Aim::Breathing | Aim::Aquatic if !rests => disagree(group, ClaimKind::Rests, -rest, claims.rests_most),
            Aim::Relax if !stretches => disagree(group, ClaimKind::Stretches, length, claims.stretches_least),
            _ if !stretches && !rests => disagree(group, ClaimKind::Relaxes, length, claims.stretches_least),
            _ => {}
        }
    }
    let range = card.load.lumbar.largest();
    if exercise.direction == Direction::Neutral && range > claims.neutral_most {
        disagree("neutral", ClaimKind::Neutral, range, claims.neutral_most);
    }
    let own = (card.peak().1 * (1.0 + claims.easier_tolerance)).max(claims.easy_up_to);
    for easier in &exercise.easier {
        if let Some(Ok(other)) = cards.get(easier)
            && other.peak().1 > own
        {
            disagree(easier, ClaimKind::Easier, other.peak().1, own);
        }
    }
    found
}
