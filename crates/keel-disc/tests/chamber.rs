//! Validation: cells of the nucleus in a closed chamber between two fed ends.
//!
//! Chamber: gel with 95 % water and cells of the nucleus, fed through its ends alone. What was seen (Horner and Urban 2001, as told by
//! `bibby-urban-2004`, bovine cells): cells die where glucose has run out, so that a chamber with more cells keeps them alive less deep; without
//! oxygen they live as long as there is glucose.

use keel_disc::grid::Part;
use keel_disc::transport::{Concentrations, DIFFUSIVITY_IN_WATER_M2_PER_S, Settings, Supply};
use keel_disc::{Form, Grade, Grid, Region, Tissue, Transport};

/// Half the length of the chamber: longer than what cells of any density here can be fed through, m.
const HALF_M: f64 = 0.03;
const LAYERS: usize = 300;
/// Water of the gel. Source: `munoz-moya-2025`, the published chamber.
const POROSITY: f64 = 0.95;
/// Glucose at the ends, mol/m³, as in a usual medium.
const GLUCOSE: f64 = 5.0;

/// A chamber with so many cells per m³ and so much oxygen (kPa) at its ends.
fn chamber(cells_per_m3: f64, oxygen_kpa: f64) -> Transport {
    let layers: Vec<f64> = (0..=LAYERS).map(|k| HALF_M * k as f64 / LAYERS as f64).collect();
    let grid = Grid::stack(&[0.0, 0.005], &layers, |_, _| Part::Nucleus, [false, true], false);
    let gel = Tissue {
        porosity: POROSITY,
        cells_per_m3,
        ..Tissue::of(Region::Nucleus, Grade::Healthy)
    };
    let fed = Concentrations {
        oxygen_kpa,
        lactate_mol_per_m3: 0.0,
        glucose_mol_per_m3: GLUCOSE,
    };
    let settings = Settings {
        tissues: [gel; 3],
        supply: Supply {
            below: fed,
            above: fed,
            rim: fed,
        },
        ..Settings::new(Form::Published, Grade::Healthy)
    };
    Transport::new(grid, settings).expect("the settings are sound")
}

/// How deep from the fed end more than half of the cells live after so many days, m.
fn living_depth_m(cells_per_m3: f64, oxygen_kpa: f64, days: f64) -> f64 {
    let mut disc = chamber(cells_per_m3, oxygen_kpa);
    let guess = disc.supplied();
    let settled = disc.settle(1.0, 1.0, guess, days).expect("J is sound");
    let layer_m = HALF_M / settled.viability.len() as f64;
    layer_m * settled.viability.iter().filter(|alive| **alive > 0.5).count() as f64
}

#[test]
fn more_cells_live_less_deep() {
    let depths = [1e12, 2e12, 4e12, 8e12].map(|cells| living_depth_m(cells, 20.0, 3.0));
    println!("alive to {:?} mm at 1, 2, 4, 8 million cells per ml", depths.map(|m| m * 1e3));
    for pair in depths.windows(2) {
        // What diffuses through a length feeds cells in proportion to it, so depth falls about as the root of their number.
        let ratio = pair[0] / pair[1];
        assert!((1.15..1.7).contains(&ratio), "{depths:?}");
    }
}

#[test]
fn without_oxygen_cells_live_on_glucose() {
    let with_air = living_depth_m(4e12, 20.0, 3.0);
    let without = living_depth_m(4e12, 0.0, 3.0);
    println!("alive to {:.1} mm with air, {:.1} mm without oxygen", with_air * 1e3, without * 1e3);
    assert!(without > 0.5 * with_air, "{without} {with_air}");
}

#[test]
fn glucose_runs_out_where_the_closed_form_says() {
    // Under an even uptake q glucose falls as c (1 − x/δ)² with δ = √(2 D c/q): a tenth is left at (1 − √0.1) δ. Lactate sours the depth, so that
    // uptake falls: it lies between what the uptake of the fed end and that of the sourest place give.
    let cells_per_m3 = 4e12;
    let mut disc = chamber(cells_per_m3, 0.0);
    let guess = disc.supplied();
    let (state, outcome) = disc.steady(1.0, 1.0, guess).expect("J is sound");
    assert!(outcome.converged);
    let d = DIFFUSIVITY_IN_WATER_M2_PER_S[2] * (POROSITY / (2.0 - POROSITY)).powi(2);
    let depth = |lactate: f64| {
        let uptake = 0.5 * cells_per_m3 * 1e-15 / 3600.0 * keel_disc::metabolism::lactate_release(keel_disc::metabolism::ph(lactate), 0.0);
        (1.0 - 0.1_f64.sqrt()) * (2.0 * d * GLUCOSE / uptake).sqrt()
    };
    let layer_m = HALF_M / LAYERS as f64;
    let glucose = state.glucose_mol_per_m3();
    let reached_m = layer_m * glucose.iter().filter(|c| **c > 0.1 * GLUCOSE).count() as f64;
    let most = state.lactate_mol_per_m3().iter().copied().fold(0.0, f64::max);
    println!(
        "a tenth of the glucose at {:.2} mm, between {:.2} and {:.2}",
        reached_m * 1e3,
        depth(0.0) * 1e3,
        depth(most) * 1e3
    );
    assert!((depth(0.0)..depth(most)).contains(&reached_m));
}
