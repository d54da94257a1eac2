//! The figures of a problem, laid out for the products that solving it takes.
//!
//! Columns that touch the same rows form a block; small blocks are joined where storing a few zeros costs less than a block of its own.
//! Within a block a column is stored as fours of neighbouring rows, four columns to a group, so that all products run in whole registers:
//! G x and G D Gᵀ along the rows, Gᵀ y four columns at a time.
//!
//! Rows are kept in reverse. The root's rows, linked to all others as soon as a foot is loaded, come last, and factorising H fills in little.

use std::ops::Range;

use pulp::bytemuck;

use keel_body::lanes::{Four, ZERO, array, get, put};

use super::{DualError, factor::bit};

/// Columns that share their rows.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// Its fours of rows, in `Problem::first_rows`.
    pub(super) fours: Range<usize>,
    /// First group of four columns.
    pub(super) group: usize,
    pub(super) n_groups: usize,
    /// Start of its entries; the k-th four of its column c is at `start + c n_fours + k`.
    pub(super) start: usize,
    /// Panels of H that its rows lie in.
    pub(super) panels: u64,
}

/// A problem of fixed structure; figures are filled in for every instant.
#[derive(Debug, Clone)]
pub struct Problem {
    pub(super) n_rows: usize,
    pub(super) blocks: Vec<Block>,
    /// First row of each four of rows, in reverse numbering.
    pub(super) first_rows: Vec<usize>,
    /// Entries of G, block by block.
    pub(super) g: Vec<Four>,
    /// By groups of four columns; columns that only fill up a group have no weight and stay at zero.
    pub(super) inverse_weight: Vec<Four>,
    pub(super) centre: Vec<Four>,
    pub(super) low: Vec<Four>,
    pub(super) high: Vec<Four>,
    weight: Vec<f64>,
    /// Right side b, by row.
    pub b: Vec<f64>,
    /// Slack scale squared s², by row; above zero.
    pub slack_squared: Vec<f64>,
    /// Rows of each column as given, and the places of its entries in `g`, from `starts[column]` on.
    rows: Vec<usize>,
    places: Vec<usize>,
    starts: Vec<usize>,
    /// Place of each column among the groups.
    pub(super) slots: Vec<usize>,
}

impl Problem {
    /// A problem of `n_rows` rows and one column for each list of the rows it touches.
    ///
    /// # Panics
    /// Where the rows of a column do not rise or are `n_rows` and above.
    pub fn new(n_rows: usize, columns: &[Vec<usize>]) -> Self {
        for rows in columns {
            assert!(rows.is_sorted_by(|a, b| a < b), "the rows of a column rise");
            assert!(
                rows.last().is_none_or(|row| *row < n_rows),
                "the rows of a column are rows of the problem"
            );
        }
        let (mut rows, mut starts) = (Vec::new(), vec![0]);
        for column in columns {
            rows.extend_from_slice(column);
            starts.push(rows.len());
        }
        let mut problem = Self {
            n_rows,
            blocks: Vec::new(),
            first_rows: Vec::new(),
            g: Vec::new(),
            inverse_weight: Vec::new(),
            centre: Vec::new(),
            low: Vec::new(),
            high: Vec::new(),
            weight: vec![f64::INFINITY; columns.len()],
            b: vec![0.0; n_rows],
            slack_squared: vec![1.0; n_rows],
            places: vec![0; rows.len()],
            rows,
            starts,
            slots: vec![0; columns.len()],
        };
        for pattern in patterns(n_rows, columns) {
            problem.add_block(&pattern);
        }
        problem
    }

    fn add_block(&mut self, pattern: &Pattern) {
        let first_four = self.first_rows.len();
        self.first_rows.extend(first_rows(pattern.rows.iter().copied()));
        // A column without rows is given one to have a place.
        if self.first_rows.len() == first_four {
            self.first_rows.push(0);
        }
        let fours = first_four..self.first_rows.len();
        let (start, group) = (self.g.len(), self.inverse_weight.len());
        for (nth, column) in pattern.columns.iter().enumerate() {
            self.slots[*column] = 4 * group + nth;
            for at in self.starts[*column]..self.starts[column + 1] {
                let row = self.n_rows - 1 - self.rows[at];
                let four = self.first_rows[fours.clone()].partition_point(|first| *first <= row) - 1;
                self.places[at] = 4 * (start + nth * fours.len() + four) + row - self.first_rows[fours.start + four];
            }
        }
        let n_groups = pattern.columns.len().div_ceil(4);
        self.g.resize(start + 4 * n_groups * fours.len(), ZERO);
        for row in [&mut self.inverse_weight, &mut self.centre, &mut self.low] {
            row.resize(group + n_groups, ZERO);
        }
        self.high
            .resize(group + n_groups, Four(f64::INFINITY, f64::INFINITY, f64::INFINITY, f64::INFINITY));
        let panels = self.first_rows[fours.clone()]
            .iter()
            .fold(0, |panels, first| panels | bit(first / 4) | bit(first.div_ceil(4)));
        self.blocks.push(Block {
            fours,
            group,
            n_groups,
            start,
            panels,
        });
    }

    /// Number of rows.
    pub fn n_rows(&self) -> usize {
        self.n_rows
    }

    /// Number of columns.
    pub fn n_columns(&self) -> usize {
        self.slots.len()
    }

    /// Rows that a column touches.
    pub fn rows(&self, column: usize) -> &[usize] {
        &self.rows[self.starts[column]..self.starts[column + 1]]
    }

    /// Sets the weight and the bounds of a column. `low` may be −∞, `high` may be ∞. A column never set has no weight and stays at zero.
    pub fn set_column(&mut self, column: usize, weight: f64, low: f64, high: f64) {
        self.weight[column] = weight;
        put(&mut self.inverse_weight, self.slots[column], 1.0 / weight);
        self.set_bounds(column, low, high);
    }

    /// Sets the bounds of a column.
    #[inline]
    pub fn set_bounds(&mut self, column: usize, low: f64, high: f64) {
        put(&mut self.low, self.slots[column], low);
        put(&mut self.high, self.slots[column], high);
    }

    /// Sets the value at which a column costs nothing; 0 at first.
    pub fn set_centre(&mut self, column: usize, centre: f64) {
        put(&mut self.centre, self.slots[column], centre);
    }

    /// Sets the entry of a column in the `nth` of the rows it touches.
    #[inline]
    pub fn set(&mut self, column: usize, nth: usize, value: f64) {
        let address = self.address(column, nth);
        put(&mut self.g, address, value);
    }

    /// Where the entry of a column in the `nth` of its rows is stored, for [`Problem::entries_mut`].
    #[inline]
    pub(crate) fn address(&self, column: usize, nth: usize) -> usize {
        self.places[self.starts[column] + nth]
    }

    /// All entries, by address. Entries of a column in neighbouring rows are neighbours, the last row first.
    #[inline(always)]
    pub(crate) fn entries_mut(&mut self) -> &mut [f64] {
        bytemuck::cast_slice_mut(&mut self.g)
    }

    /// Entry of a column in the `nth` of its rows.
    pub fn entry(&self, column: usize, nth: usize) -> f64 {
        get(&self.g, self.address(column, nth))
    }

    /// Weight and bounds of a column.
    pub fn column(&self, column: usize) -> (f64, f64, f64) {
        let slot = self.slots[column];
        (self.weight[column], get(&self.low, slot), get(&self.high, slot))
    }

    /// Looks for a figure that is not finite or of the wrong sign.
    pub(super) fn check(&self) -> Result<(), DualError> {
        let refuse = |what, value: Option<f64>| value.map_or(Ok(()), |value| Err(DualError::Figure { what, value }));
        let numbers = |row: &[Four]| row.iter().flat_map(|four| array(*four)).collect::<Vec<_>>();
        let is_infinite = |x: &f64| !x.is_finite();
        refuse("column entry", numbers(&self.g).into_iter().find(is_infinite))?;
        refuse("right side", self.b.iter().copied().find(is_infinite))?;
        refuse("slack", self.slack_squared.iter().copied().find(|s| !s.is_finite() || *s <= 0.0))?;
        refuse(
            "weight",
            self.weight
                .iter()
                .copied()
                .find(|w| w.is_nan() || *w <= 0.0 || !(1.0 / w).is_finite()),
        )?;
        refuse("centre", numbers(&self.centre).into_iter().find(is_infinite))?;
        let (low, high) = (numbers(&self.low), numbers(&self.high));
        refuse(
            "lower bound that is no number or ∞,",
            low.iter().copied().find(|low| low.is_nan() || *low == f64::INFINITY),
        )?;
        refuse(
            "upper bound that is no number or −∞,",
            high.iter().copied().find(|high| high.is_nan() || *high == f64::NEG_INFINITY),
        )?;
        refuse(
            "lower bound above its upper bound,",
            low.iter().zip(&high).find(|(low, high)| low > high).map(|(low, _)| *low),
        )
    }
}

/// Most fours of rows that a block is joined to; the products of wider ones do not stay in registers.
pub(super) const JOINED_MAX: usize = 8;

/// Columns that are to form a block.
#[derive(Debug)]
struct Pattern {
    /// Rows as bits.
    rows: Vec<u64>,
    columns: Vec<usize>,
}

impl Pattern {
    /// What a solution gains where two patterns become one, in the unit of [`cost`].
    fn gain(&self, other: &Self) -> f64 {
        let joined = first_rows(self.rows.iter().zip(&other.rows).map(|(a, b)| a | b)).count();
        if joined > JOINED_MAX {
            return 0.0;
        }
        let own = |pattern: &Self| cost(first_rows(pattern.rows.iter().copied()).count(), pattern.columns.len());
        own(self) + own(other) - cost(joined, self.columns.len() + other.columns.len())
    }
}

/// First rows of the fours of neighbouring rows that cover a set of rows.
fn first_rows(rows: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    let mut covered = 0;
    let set = rows.enumerate().flat_map(|(nth, word)| {
        let rest = |word: &u64| Some(word & (word - 1)).filter(|rest| *rest != 0);
        std::iter::successors(Some(word).filter(|word| *word != 0), rest).map(move |word| 64 * nth + word.trailing_zeros() as usize)
    });
    set.filter(move |row| {
        let is_first = *row >= covered;
        if is_first {
            covered = row + 4;
        }
        is_first
    })
}

/// Blocks of columns: those of equal rows, joined as long as that makes a solution cheaper.
fn patterns(n_rows: usize, columns: &[Vec<usize>]) -> Vec<Pattern> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|a, b| columns[*a].cmp(&columns[*b]));
    let mut patterns: Vec<Pattern> = Vec::new();
    for column in order {
        match patterns.last_mut() {
            Some(last) if columns[last.columns[0]] == columns[column] => last.columns.push(column),
            _ => {
                let mut rows = vec![0; n_rows.div_ceil(64)];
                for row in &columns[column] {
                    let row = n_rows - 1 - row;
                    rows[row / 64] |= 1 << (row % 64);
                }
                patterns.push(Pattern {
                    rows,
                    columns: vec![column],
                });
            }
        }
    }
    // Gains of all pairs, the later with the earlier; the best is taken until none is left.
    let mut gains: Vec<Vec<f64>> = patterns
        .iter()
        .enumerate()
        .map(|(b, pattern)| patterns[..b].iter().map(|a| a.gain(pattern)).collect())
        .collect();
    loop {
        let mut best = (0.0, 0, 0);
        for (b, gains) in gains.iter().enumerate() {
            for (a, gain) in gains.iter().enumerate() {
                if *gain > best.0 {
                    best = (*gain, a, b);
                }
            }
        }
        let (gain, a, b) = best;
        if gain <= 0.0 {
            return patterns;
        }
        let gone = patterns.remove(b);
        gains.remove(b);
        for gains in &mut gains[b..] {
            gains.remove(b);
        }
        for (rows, more) in patterns[a].rows.iter_mut().zip(&gone.rows) {
            *rows |= more;
        }
        patterns[a].columns.extend(gone.columns);
        for other in 0..patterns.len() {
            if other != a {
                gains[a.max(other)][a.min(other)] = patterns[a].gain(&patterns[other]);
            }
        }
    }
}

/// Time that a block takes in one step of the solution, in cycles of a machine that multiplies four numbers at a time (measured, roughly):
/// its products with G, and its part of H with two in five columns free.
fn cost(n_fours: usize, n_columns: usize) -> f64 {
    let (fours, groups, columns) = (n_fours as f64, n_columns.div_ceil(4) as f64, n_columns as f64);
    let tiles = 0.5 * fours * (fours + 1.0);
    let products = 60.0 + groups * (30.0 + 8.0 * fours);
    let hessian = 30.0 + tiles * (25.0 + 0.4 * 5.0 * columns);
    products + hessian
}
