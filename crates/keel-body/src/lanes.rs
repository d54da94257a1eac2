//! Four numbers at a time, in the widest registers the machine has.
//!
//! Why not one instruction set for all: builds are for the oldest x86-64 and for WebAssembly, machines have AVX2. Products and sums are
//! rounded separately everywhere (no fused multiply-add) and sums across lanes have one order, so every machine gives the same bits.

/// Four numbers.
pub use pulp::f64x4 as Four;
#[cfg(target_arch = "x86_64")]
use pulp::x86::V3;
use pulp::{Arch, bytemuck};

/// Four zeros.
pub const ZERO: Four = Four(0.0, 0.0, 0.0, 0.0);

/// As an array.
#[inline(always)]
pub fn array(a: Four) -> [f64; 4] {
    [a.0, a.1, a.2, a.3]
}

/// Of an array.
#[inline(always)]
pub fn four(a: [f64; 4]) -> Four {
    Four(a[0], a[1], a[2], a[3])
}

/// Four numbers of a row from `at` on.
#[inline(always)]
pub fn load(row: &[f64], at: usize) -> Four {
    let row = &row[at..at + 4];
    Four(row[0], row[1], row[2], row[3])
}

/// Writes four numbers into a row from `at` on.
#[inline(always)]
pub fn store(row: &mut [f64], at: usize, a: Four) {
    let row = &mut row[at..at + 4];
    (row[0], row[1], row[2], row[3]) = (a.0, a.1, a.2, a.3);
}

/// Number at a place in a row of fours.
#[inline(always)]
pub fn get(row: &[Four], at: usize) -> f64 {
    bytemuck::cast_slice::<Four, f64>(row)[at]
}

/// Place in a row of fours, to be written.
#[inline(always)]
pub fn put(row: &mut [Four], at: usize, value: f64) {
    bytemuck::cast_slice_mut::<Four, f64>(row)[at] = value;
}

/// What a machine does with four numbers at a time.
pub trait Lanes: Copy {
    /// Runs a computation that is compiled for this machine, if it is inlined.
    fn run<R>(self, computation: impl FnOnce() -> R) -> R;
    /// The same number four times.
    fn splat(self, a: f64) -> Four;
    /// a + b
    fn add(self, a: Four, b: Four) -> Four;
    /// a − b
    fn sub(self, a: Four, b: Four) -> Four;
    /// a b
    fn mul(self, a: Four, b: Four) -> Four;
    /// The larger, b where they are equal.
    fn max(self, a: Four, b: Four) -> Four;
    /// The smaller, b where they are equal.
    fn min(self, a: Four, b: Four) -> Four;
    /// √a
    fn sqrt(self, a: Four) -> Four;
    /// a / b
    fn div(self, a: Four, b: Four) -> Four;
    /// |a|
    fn abs(self, a: Four) -> Four;
    /// w where low < v < high, 0 elsewhere.
    fn inside(self, v: Four, low: Four, high: Four, w: Four) -> Four;
    /// c where a ≤ b, d elsewhere.
    fn where_at_most(self, a: Four, b: Four, c: Four, d: Four) -> Four;
    /// Whether any lane differs.
    fn differ(self, a: Four, b: Four) -> bool;
    /// Sum of the lanes of each, (first + second) + (third + fourth).
    fn sums(self, a: [Four; 4]) -> Four;

    /// a b + c
    #[inline(always)]
    fn mul_add(self, a: Four, b: Four, c: Four) -> Four {
        self.add(self.mul(a, b), c)
    }

    /// v, or the bound that it is beyond.
    #[inline(always)]
    fn clamp(self, v: Four, low: Four, high: Four) -> Four {
        self.min(self.max(v, low), high)
    }

    /// Sum of the lanes.
    #[inline(always)]
    fn sum(self, a: Four) -> f64 {
        (a.0 + a.1) + (a.2 + a.3)
    }
}

/// Something to be compiled for each machine.
///
/// Not a closure: one that could be called twice is called through a function that need not be inlined, and then is compiled for the registers
/// all machines have.
pub trait Computation {
    /// What it gives.
    type Output;

    /// Does it.
    fn run<L: Lanes>(self, l: L) -> Self::Output;
}

/// Runs a computation in the registers of this machine, or in those that all have.
pub fn run_on<C: Computation>(arch: Arch, computation: C) -> C::Output {
    #[cfg(target_arch = "x86_64")]
    if let (false, Some(lanes)) = (matches!(arch, Arch::Scalar), V3::try_new()) {
        return lanes.run(
            #[inline(always)]
            || computation.run(lanes),
        );
    }
    let _ = arch;
    computation.run(Portable)
}

/// Any machine.
#[derive(Debug, Clone, Copy)]
pub struct Portable;

#[inline(always)]
fn each(a: Four, b: Four, f: impl Fn(f64, f64) -> f64) -> Four {
    Four(f(a.0, b.0), f(a.1, b.1), f(a.2, b.2), f(a.3, b.3))
}

impl Lanes for Portable {
    #[inline(always)]
    fn run<R>(self, computation: impl FnOnce() -> R) -> R {
        computation()
    }
    #[inline(always)]
    fn splat(self, a: f64) -> Four {
        Four(a, a, a, a)
    }
    #[inline(always)]
    fn add(self, a: Four, b: Four) -> Four {
        each(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: Four, b: Four) -> Four {
        each(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: Four, b: Four) -> Four {
        each(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn max(self, a: Four, b: Four) -> Four {
        each(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn min(self, a: Four, b: Four) -> Four {
        each(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn sqrt(self, a: Four) -> Four {
        each(a, a, |a, _| a.sqrt())
    }
    #[inline(always)]
    fn div(self, a: Four, b: Four) -> Four {
        each(a, b, |a, b| a / b)
    }
    #[inline(always)]
    fn abs(self, a: Four) -> Four {
        each(a, a, |a, _| a.abs())
    }
    #[inline(always)]
    fn inside(self, v: Four, low: Four, high: Four, w: Four) -> Four {
        let lane = |v, low, high, w| if low < v && v < high { w } else { 0.0 };
        Four(
            lane(v.0, low.0, high.0, w.0),
            lane(v.1, low.1, high.1, w.1),
            lane(v.2, low.2, high.2, w.2),
            lane(v.3, low.3, high.3, w.3),
        )
    }
    #[inline(always)]
    fn where_at_most(self, a: Four, b: Four, c: Four, d: Four) -> Four {
        let lane = |a, b, c, d| if a <= b { c } else { d };
        Four(
            lane(a.0, b.0, c.0, d.0),
            lane(a.1, b.1, c.1, d.1),
            lane(a.2, b.2, c.2, d.2),
            lane(a.3, b.3, c.3, d.3),
        )
    }
    #[inline(always)]
    #[allow(clippy::float_cmp, reason = "whether anything changed at all")]
    fn differ(self, a: Four, b: Four) -> bool {
        array(a) != array(b)
    }
    #[inline(always)]
    fn sums(self, a: [Four; 4]) -> Four {
        four(a.map(|a| self.sum(a)))
    }
}

#[cfg(target_arch = "x86_64")]
impl Lanes for V3 {
    #[inline(always)]
    fn run<R>(self, computation: impl FnOnce() -> R) -> R {
        self.vectorize(computation)
    }
    #[inline(always)]
    fn splat(self, a: f64) -> Four {
        self.splat_f64x4(a)
    }
    #[inline(always)]
    fn add(self, a: Four, b: Four) -> Four {
        self.add_f64x4(a, b)
    }
    #[inline(always)]
    fn sub(self, a: Four, b: Four) -> Four {
        self.sub_f64x4(a, b)
    }
    #[inline(always)]
    fn mul(self, a: Four, b: Four) -> Four {
        self.mul_f64x4(a, b)
    }
    #[inline(always)]
    fn max(self, a: Four, b: Four) -> Four {
        self.max_f64x4(a, b)
    }
    #[inline(always)]
    fn min(self, a: Four, b: Four) -> Four {
        self.min_f64x4(a, b)
    }
    #[inline(always)]
    fn sqrt(self, a: Four) -> Four {
        self.sqrt_f64x4(a)
    }
    #[inline(always)]
    fn div(self, a: Four, b: Four) -> Four {
        self.div_f64x4(a, b)
    }
    #[inline(always)]
    fn abs(self, a: Four) -> Four {
        self.abs_f64x4(a)
    }
    #[inline(always)]
    fn inside(self, v: Four, low: Four, high: Four, w: Four) -> Four {
        let inside = self.and_m64x4(self.cmp_lt_f64x4(low, v), self.cmp_lt_f64x4(v, high));
        self.select_f64x4(inside, w, ZERO)
    }
    #[inline(always)]
    fn where_at_most(self, a: Four, b: Four, c: Four, d: Four) -> Four {
        self.select_f64x4(self.cmp_le_f64x4(a, b), c, d)
    }
    #[inline(always)]
    fn differ(self, a: Four, b: Four) -> bool {
        self.avx._mm256_movemask_pd(pulp::cast(self.cmp_not_eq_f64x4(a, b))) != 0
    }
    #[inline(always)]
    fn sums(self, a: [Four; 4]) -> Four {
        let (first, second) = (
            self.horizontal_add_pack_f64x4(a[0], a[1]),
            self.horizontal_add_pack_f64x4(a[2], a[3]),
        );
        let lows = self.avx._mm256_permute2f128_pd::<0x20>(pulp::cast(first), pulp::cast(second));
        let highs = self.avx._mm256_permute2f128_pd::<0x31>(pulp::cast(first), pulp::cast(second));
        self.add_f64x4(pulp::cast(lows), pulp::cast(highs))
    }
}
