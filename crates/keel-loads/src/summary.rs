//! Whole postures and motions: every frame, on all cores, and sums by muscle group.

use keel_body::{Body, Motion, MotionFrame, Posture, Rates, Side};
use rayon::prelude::*;

use crate::engine::{Engine, Frame, Layout, LoadError, Scope, Settings};

/// Frames that one core computes in a row, each starting from the one before. The first of a row starts cold; rows are fixed, so the
/// result does not depend on the number of threads.
const FRAMES_IN_A_ROW: usize = 16;

/// Load of one muscle group on one side.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GroupLoad {
    /// Position in [`Body::groups`].
    pub group: usize,
    /// Side.
    pub side: Side,
    /// Mean activation, weighted by cross-section.
    pub activation: f64,
    /// Largest activation of a fascicle.
    pub peak: f64,
    /// Sum of the tensions, N.
    pub force_n: f64,
    /// Mean fibre length over its optimum, weighted by cross-section.
    pub fibre: f64,
}

/// Loads by muscle group and side, groups in order, right before left; groups that are not part of the problem are left out.
pub fn groups(body: &Body, frame: &Frame) -> Vec<GroupLoad> {
    let mut loads: Vec<GroupLoad> = (0..body.groups.len())
        .flat_map(|group| {
            [Side::Right, Side::Left].map(|side| GroupLoad {
                group,
                side,
                activation: 0.0,
                peak: 0.0,
                force_n: 0.0,
                fibre: 0.0,
            })
        })
        .collect();
    let mut areas = vec![0.0; loads.len()];
    for (f, fascicle) in body.fascicles.iter().enumerate().filter(|(f, _)| !frame.fibre[*f].is_nan()) {
        let at = 2 * fascicle.group + usize::from(fascicle.side == Side::Left);
        let load = &mut loads[at];
        load.activation += fascicle.pcsa_m2 * frame.activation[f];
        load.fibre += fascicle.pcsa_m2 * frame.fibre[f];
        load.peak = load.peak.max(frame.activation[f]);
        load.force_n += frame.force_n[f];
        areas[at] += fascicle.pcsa_m2;
    }
    let found = loads.into_iter().zip(areas).filter(|(_, area)| *area > 0.0);
    found
        .map(|(load, area)| GroupLoad {
            activation: load.activation / area,
            fibre: load.fibre / area,
            ..load
        })
        .collect()
}

/// Loads of a posture that is held.
///
/// # Errors
/// Settings or masses out of their limits.
pub fn posture_loads(body: &Body, posture: &Posture, scope: Scope, settings: Settings) -> Result<Frame, LoadError> {
    let mut engine = Engine::new(body, scope, settings, posture.world())?;
    engine.solve(&posture.state, &Rates::still(body)).cloned()
}

/// Loads of `n` frames evenly over a motion, with the frames themselves.
///
/// # Errors
/// As for a posture.
pub fn motion_loads(
    body: &Body,
    motion: &Motion,
    n: u32,
    scope: Scope,
    settings: Settings,
) -> Result<Vec<(MotionFrame, Frame)>, LoadError> {
    let layout = Layout::new(body, scope);
    let engines = (0..motion.touches.len())
        .map(|phase| Engine::on(&layout, settings, motion.world(phase)))
        .collect::<Result<Vec<_>, _>>()?;
    let instants: Vec<MotionFrame> = motion.frames(n).collect();
    let rows = instants.par_chunks(FRAMES_IN_A_ROW).map(|row| {
        let mut current: Option<(usize, Engine<'_>)> = None;
        let mut loads = Vec::with_capacity(row.len());
        for instant in row {
            if current.as_ref().is_none_or(|(phase, _)| *phase != instant.phase) {
                current = Some((instant.phase, engines[instant.phase].clone()));
            }
            if let Some((_, engine)) = &mut current {
                loads.push((instant.clone(), engine.solve(&instant.state, &instant.rates)?.clone()));
            }
        }
        Ok(loads)
    });
    let rows = rows.collect::<Result<Vec<_>, LoadError>>()?;
    Ok(rows.into_iter().flatten().collect())
}
