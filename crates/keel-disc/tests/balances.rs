//! Verification: what flows in is what cells use, concentrations keep within their limits, and they answer the right way.

mod support;

use keel_disc::metabolism::Metabolism;
use keel_disc::solutes::{DAY_S, Scheme, Steps};
use keel_disc::transport::{Kinetics, Settings, Supply};
use keel_disc::{DiscShape, Division, Form, Grade, State, Transport};
use proptest::prelude::*;
use support::{all_active, at_rest, transport, values};

#[test]
fn inflow_is_consumption() {
    for form in [Form::Published, Form::Conservative] {
        for (shape, division) in [(DiscShape::round(), Division::ROUND), (DiscShape::default(), Division::PREVIEW)] {
            let mut disc = transport(&shape, division, all_active(form, Grade::Healthy));
            let (state, _) = at_rest(&mut disc, 0.95);
            let [oxygen, lactate, glucose] = disc.balances(&state, 0.95, 0.95).expect("the state is of this grid");
            for balance in [oxygen, lactate, glucose] {
                assert!(balance.imbalance() < 1e-10, "{balance:?}");
            }
            let (out, into): (f64, f64) = (lactate.inflow_mol_per_s.iter().sum(), glucose.inflow_mol_per_s.iter().sum());
            assert!((out / into + 2.0).abs() < 1e-9, "two lactate for each glucose: {}", out / into);
        }
    }
}

#[test]
fn a_day_neither_makes_nor_loses_lactate() {
    // Amount at the end = amount at the start + release − outflow, by the rule each step obeys; backward Euler solved to the end.
    let swelling = support::creep(support::ordinary_day, 600.0);
    let mut settings = all_active(Form::Conservative, Grade::Healthy);
    settings.kinetics = Kinetics::Linear {
        constant: [[0.0; 4], [2e-5; 4], [0.0; 4]],
        first_order: [0.0; 3],
    };
    let mut disc = transport(&DiscShape::round(), Division::ROUND, settings);
    let start = disc.supplied();
    // One step: everything that enters is known at its end.
    let step_s = 600.0;
    let steps = Steps::constant(Scheme::Solved { second_order: false }, step_s);
    let day = disc.day(&swelling, &start, step_s, steps).expect("the day is sound");
    let (account, turnover) = disc
        .account(&day.end, &start, &swelling, step_s)
        .expect("the states are of this grid");
    assert!(account[1].abs() < 1e-9 * turnover[1], "{account:?} of {turnover:?}");
}

#[test]
fn limits_hold_at_every_step_of_backward_euler() {
    let swelling = support::creep(support::ordinary_day, 600.0);
    for form in [Form::Published, Form::Conservative] {
        let mut disc = transport(&DiscShape::round(), Division::ROUND, all_active(form, Grade::Degenerated));
        let mut state = disc.supplied();
        for _ in 0..2 {
            let steps = Steps::constant(Scheme::Solved { second_order: false }, 1800.0);
            state = disc.day(&swelling, &state, DAY_S / 4.0, steps).expect("the day is sound").end;
            within_limits(&disc, &state);
        }
    }
}

fn within_limits(disc: &Transport, state: &State) {
    let supply = disc.settings().supply;
    let most = |get: fn(&keel_disc::transport::Concentrations) -> f64| {
        [supply.below, supply.above, supply.rim].iter().map(get).fold(0.0, f64::max) * (1.0 + 1e-9)
    };
    let (oxygen, glucose) = (most(|c| c.oxygen_kpa), most(|c| c.glucose_mol_per_m3));
    let lactate = supply.above.lactate_mol_per_m3.min(supply.rim.lactate_mol_per_m3) * (1.0 - 1e-9);
    assert!(state.oxygen_kpa().iter().all(|c| (0.0..=oxygen).contains(c)));
    assert!(state.glucose_mol_per_m3().iter().all(|c| (-1e-9..=glucose).contains(c)));
    assert!(state.lactate_mol_per_m3().iter().all(|c| *c >= lactate));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_disc_at_rest_keeps_its_limits(
        height in 0.006f64..0.018,
        cells in 0.2f64..3.0,
        supply in 0.3f64..1.5,
        cartilage in 0.05f64..1.0,
        j in 0.75f64..1.1,
        conservative: bool,
        degenerated: bool,
    ) {
        let form = if conservative { Form::Conservative } else { Form::Published };
        let grade = if degenerated { Grade::Degenerated } else { Grade::Healthy };
        let settings = Settings {
            kinetics: Kinetics::Cells(Metabolism { activity: cells, glucose_limit_mol_per_m3: 0.1 }),
            supply: Supply::default().through_endplates(supply),
            endplate_diffusivity: [cartilage; 2],
            ..Settings::new(form, grade)
        };
        let shape = DiscShape { height_centre_m: height, ..DiscShape::round() };
        let mut disc = transport(&shape, Division { rings: [6, 3, 2], layers: 12, ..Division::ROUND }, settings);
        let (state, _) = at_rest(&mut disc, j);
        within_limits(&disc, &state);
        for balance in disc.balances(&state, j, j).expect("the state is of this grid") {
            prop_assert!(balance.imbalance() < 1e-8, "{:?}", balance);
        }
    }
}

/// Least glucose of the round disc.
fn least_glucose(shape: DiscShape, settings: Settings, j: f64) -> [f64; 3] {
    let mut disc = transport(&shape, Division::ROUND, settings);
    values(&at_rest(&mut disc, j).1)
}

#[test]
fn sensitivities_have_their_signs_and_sizes() {
    for form in [Form::Published, Form::Conservative] {
        let base = all_active(form, Grade::Healthy);
        let rest = least_glucose(DiscShape::round(), base.clone(), 1.0);
        // 1 % more of each, and half the conductance of the cartilage; elasticities of glucose in form P as computed by another program,
        // within a fifth.
        let with = |change: &dyn Fn(&mut DiscShape, &mut Settings)| {
            let (mut shape, mut settings) = (DiscShape::round(), base.clone());
            change(&mut shape, &mut settings);
            least_glucose(shape, settings, 1.0)
        };
        let answers = [
            ("supply", with(&|_, s| s.supply = s.supply.through_endplates(1.01)), 0.01, 2.5),
            ("height", with(&|d, _| d.height_centre_m *= 1.01), 0.01, -2.3),
            (
                "cells",
                with(&|_, s| s.tissues.iter_mut().for_each(|t| t.cells_per_m3 *= 1.01)),
                0.01,
                -1.4,
            ),
            ("cartilage", with(&|_, s| s.endplate_diffusivity = [0.5; 2]), -0.5, 0.7),
        ];
        for (what, answer, more, elasticity) in answers {
            let found = (answer[1] / rest[1] - 1.0) / more;
            assert!(found * elasticity > 0.0, "{what}: {found}");
            if form == Form::Published {
                assert!((found / elasticity - 1.0).abs() < 0.25, "{what}: {found} instead of {elasticity}");
            }
            assert!((answer[0] - rest[0]) * more * elasticity > 0.0, "{what}: oxygen the other way");
            // More supply brings more lactate too, by way of oxygen.
            assert!(
                what == "supply" || (answer[2] - rest[2]) * more * elasticity < 0.0,
                "{what}: lactate the same way"
            );
        }
        let squeezed = least_glucose(DiscShape::round(), base.clone(), 0.9);
        assert!(
            squeezed[1] < rest[1] && squeezed[0] < rest[0] && squeezed[2] > rest[2],
            "{squeezed:?}"
        );
        let moving = Settings {
            endplate_dispersion: keel_disc::transport::dispersion(1.0),
            ..base.clone()
        };
        assert!(least_glucose(DiscShape::round(), moving, 1.0)[1] > rest[1]);
    }
}
