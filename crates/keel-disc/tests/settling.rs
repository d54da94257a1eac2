//! Verification: cells die where they must, and leave enough to the others.

mod support;

use keel_disc::metabolism::{Metabolism, ph};
use keel_disc::transport::{Kinetics, Settings, Supply};
use keel_disc::viability::{GLUCOSE_THRESHOLD_MOL_PER_M3, PH_THRESHOLD};
use keel_disc::{DiscShape, Division, Form, Grade, Transport};
use support::{all_active, close, transport};

fn fed(supply: f64) -> Transport {
    let settings = Settings {
        supply: Supply::default().through_endplates(supply),
        kinetics: Kinetics::Cells(Metabolism {
            activity: 1.0,
            glucose_limit_mol_per_m3: 0.05,
        }),
        ..all_active(Form::Published, Grade::Healthy)
    };
    let division = Division {
        rings: [6, 4, 3],
        layers: 16,
        ..Division::ROUND
    };
    transport(&DiscShape::round(), division, settings)
}

/// Share of cells alive after so many days.
fn settle(disc: &mut Transport, days: f64) -> f64 {
    let guess = disc.supplied();
    disc.settle(1.0, 1.0, guess, days).expect("J is sound").mean_viability
}

#[test]
fn a_fed_disc_keeps_its_cells() {
    close(settle(&mut fed(1.0), 30.0), 1.0, 1e-12, "cells alive");
}

#[test]
fn numbers_fall_with_supply_and_settle() {
    let mut last = 1.0;
    for supply in [0.7, 0.5, 0.3] {
        let mut disc = fed(supply);
        let guess = disc.supplied();
        let (whole, _) = disc.steady(1.0, 1.0, guess.clone()).expect("J is sound");
        let without_feedback = disc.viability_after_30_days(&whole);
        let settled = disc.settle(1.0, 1.0, guess, 30.0).expect("J is sound");
        assert!(
            settled.mean_viability < last + 1e-12,
            "{supply}: {} after {last}",
            settled.mean_viability
        );
        assert!(
            settled.mean_viability > without_feedback - 1e-12,
            "{supply}: {} with, {without_feedback} without feedback",
            settled.mean_viability
        );
        // Where most cells are left they have nearly what they need.
        for (cell, alive) in settled.viability.iter().enumerate() {
            if *alive > 0.5 {
                assert!(settled.state.glucose_mol_per_m3()[cell] > 0.9 * GLUCOSE_THRESHOLD_MOL_PER_M3);
                assert!(ph(settled.state.lactate_mol_per_m3()[cell]) > PH_THRESHOLD - 0.1);
            }
        }
        // Twice the time changes little.
        let twice = settle(&mut fed(supply), 60.0);
        assert!(
            (twice - settled.mean_viability).abs() < 0.03,
            "{supply}: {} then {twice}",
            settled.mean_viability
        );
        last = settled.mean_viability;
    }
    assert!(last < 0.9, "three tenths of the supply feed not everyone: {last}");
}

#[test]
fn the_dead_can_be_brought_back() {
    let mut disc = fed(0.3);
    let rest = |disc: &mut Transport| {
        let guess = disc.supplied();
        disc.steady(1.0, 1.0, guess).expect("J is sound").0
    };
    let before = rest(&mut disc);
    let guess = disc.supplied();
    disc.settle(1.0, 1.0, guess, 30.0).expect("J is sound");
    assert_ne!(before, rest(&mut disc));
    disc.revive();
    assert_eq!(before, rest(&mut disc));
}
