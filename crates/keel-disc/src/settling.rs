//! How many cells a disc can feed: cells die where they starve or sour until those that are left have enough.
//!
//! ```text
//! dv/dt = (a_G(G) + a_pH(L)) v,   ρ = ρ₀ v,   concentrations at rest for the cells that are left at every instant
//! ```
//!
//! Rates of death are those of [`crate::viability`] (`zhu-2012`, `malandrino-2015`, `munoz-moya-2025`). After a fall in supply numbers
//! settle within some 30 days (`zhu-2012` and later work of that group), so nutrition, which settles within days, follows them at rest.
//! Steps are as long as lets at most a tenth of any cells die, 1 h to 2 days.
//!
//! Validity: a model's prediction over weeks, with no births, no change of tissue and a constant J; never measured in people.

use crate::day::DAY_S;
use crate::metabolism::ph;
use crate::transport::{State, Transport, TransportError, tissue_of};
use crate::viability::{acid_death_per_s, glucose_death_per_s, half_constant_mol_per_m3};

/// A disc whose cells have settled.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    /// Share of cells alive, by cell of the grid.
    pub viability: Vec<f64>,
    /// Share of cells alive in the whole disc.
    pub mean_viability: f64,
    /// Concentrations at the end.
    pub state: State,
}

const MOST_DYING: f64 = 0.1;
const SHORTEST_S: f64 = 3600.0;
const LONGEST_S: f64 = 2.0 * DAY_S;

impl Transport {
    /// Lets cells die for so many days, 30 for an equilibrium. The disc keeps the cells that are left; [`Transport::revive`] brings all
    /// back.
    ///
    /// # Errors
    /// If J cannot be, or the state is of another grid.
    pub fn settle(&mut self, j_nucleus: f64, j_annulus: f64, start: State, days: f64) -> Result<Settled, TransportError> {
        let n = self.grid.n_cells();
        let density: Vec<f64> = (0..n)
            .map(|cell| self.settings.tissues[tissue_of(self.grid.part(cell) as usize)].cells_per_m3)
            .collect();
        let half: Vec<f64> = density.iter().map(|density| half_constant_mol_per_m3(*density)).collect();
        let mut viability = vec![1.0; n];
        let (mut state, mut left_s) = (start, days * DAY_S);
        loop {
            self.live(&viability);
            state = self.steady(j_nucleus, j_annulus, state)?.0;
            if left_s <= 0.0 {
                break;
            }
            let rates: Vec<f64> = (0..n)
                .map(|cell| glucose_death_per_s(state.c[2][cell], half[cell]) + acid_death_per_s(ph(state.c[1][cell])))
                .collect();
            let fastest = rates
                .iter()
                .zip(&viability)
                .fold(0.0f64, |fastest, (rate, alive)| fastest.max(-rate * alive));
            if fastest == 0.0 {
                break;
            }
            let step = (MOST_DYING / fastest).clamp(SHORTEST_S, LONGEST_S).min(left_s);
            left_s -= step;
            for (alive, rate) in viability.iter_mut().zip(&rates) {
                *alive *= libm::exp(rate * step);
            }
        }
        let cells = |alive: &[f64]| -> f64 { (0..n).map(|cell| self.grid.volume[cell] * density[cell] * alive[cell]).sum() };
        Ok(Settled {
            mean_viability: cells(&viability) / cells(&vec![1.0; n]),
            viability,
            state,
        })
    }

    /// All cells alive again.
    pub fn revive(&mut self) {
        let all = vec![1.0; self.grid.n_cells()];
        self.live(&all);
    }
}
