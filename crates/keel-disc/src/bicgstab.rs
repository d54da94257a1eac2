//! BiCGStab behind line sweeps: linear systems of one solute, whether or not fluid carries it.
//!
//! Sums have one order, so the same system gives the same bits. The method is van der Vorst's (1992).

use crate::faces::{Room, Way};

/// Room of BiCGStab.
pub(crate) struct Krylov {
    pub(crate) x: Vec<f64>,
    r: Vec<f64>,
    shadow: Vec<f64>,
    p: Vec<f64>,
    p_swept: Vec<f64>,
    v: Vec<f64>,
    s_swept: Vec<f64>,
    t: Vec<f64>,
}

#[inline(always)]
fn inner(a: &[f64], b: &[f64]) -> f64 {
    // Eight sums side by side, added in one fixed order.
    let mut sums = [0.0; 8];
    let (a, b) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    for (a, b) in a.0.iter().zip(b.0) {
        for l in 0..8 {
            sums[l] += a[l] * b[l];
        }
    }
    for (l, (a, b)) in a.1.iter().zip(b.1).enumerate() {
        sums[l] += a * b;
    }
    sums.iter().sum()
}

impl Krylov {
    pub(crate) fn new(n: usize) -> Self {
        let zero = || vec![0.0; n];
        Self {
            x: zero(),
            r: zero(),
            shadow: zero(),
            p: zero(),
            p_swept: zero(),
            v: zero(),
            s_swept: zero(),
            t: zero(),
        }
    }

    /// x with M x − gain(x) = right, boundary values 0, to a residual `tolerance` times smaller than `right`. Returns the steps taken.
    #[inline(always)]
    pub(crate) fn solve<const FLOW: bool>(
        &mut self,
        way: &Way<'_>,
        m: &[f64],
        sweep_m: &[f64],
        right: &[f64],
        room: &mut Room,
        tolerance: f64,
    ) -> usize {
        const MAX_STEPS: usize = 400;
        let way = Way { outside: [0.0; 3], ..*way };
        let apply = |x: &[f64], out: &mut [f64], room: &mut Room| {
            out.fill(0.0);
            way.gain::<FLOW>(x, room, out);
            for ((out, m), x) in out.iter_mut().zip(m).zip(x) {
                *out = m * x - *out;
            }
        };
        self.x.fill(0.0);
        self.r.copy_from_slice(right);
        self.shadow.copy_from_slice(right);
        self.p.fill(0.0);
        self.v.fill(0.0);
        let goal = tolerance * tolerance * inner(right, right);
        let (mut rho, mut alpha, mut omega) = (1.0, 1.0, 1.0);
        for step in 0..MAX_STEPS {
            if inner(&self.r, &self.r) <= goal {
                return step;
            }
            let next = inner(&self.shadow, &self.r);
            if next == 0.0 || omega == 0.0 {
                return step;
            }
            let beta = next / rho * (alpha / omega);
            rho = next;
            for ((p, r), v) in self.p.iter_mut().zip(&self.r).zip(&self.v) {
                *p = r + beta * (*p - omega * v);
            }
            self.p_swept.copy_from_slice(&self.p);
            way.sweep::<FLOW>(sweep_m, room, &mut self.p_swept);
            apply(&self.p_swept, &mut self.v, room);
            alpha = rho / inner(&self.shadow, &self.v);
            for (r, v) in self.r.iter_mut().zip(&self.v) {
                *r -= alpha * v;
            }
            self.s_swept.copy_from_slice(&self.r);
            way.sweep::<FLOW>(sweep_m, room, &mut self.s_swept);
            apply(&self.s_swept, &mut self.t, room);
            let t_squared = inner(&self.t, &self.t);
            omega = if t_squared > 0.0 {
                inner(&self.t, &self.r) / t_squared
            } else {
                0.0
            };
            for (((x, p), s), (r, t)) in self
                .x
                .iter_mut()
                .zip(&self.p_swept)
                .zip(&self.s_swept)
                .zip(self.r.iter_mut().zip(&self.t))
            {
                *x += alpha * p + omega * s;
                *r -= omega * t;
            }
        }
        MAX_STEPS
    }
}
