//! The volume of nucleus and annulus through the day: what the fluid part hands to the transport part.

/// Volume relative to the rested disc (J), sampled over time and linear in between.
///
/// # Shapes
/// All three lists have the same length, at least one; `t_s` rises strictly.
#[derive(Debug, Clone, PartialEq)]
pub struct Swelling {
    /// Seconds from the start of the day.
    pub t_s: Vec<f64>,
    /// J of the nucleus.
    pub nucleus: Vec<f64>,
    /// J of the annulus.
    pub annulus: Vec<f64>,
}

impl Swelling {
    /// A disc whose volume does not change.
    #[must_use]
    pub fn constant(j: f64) -> Self {
        Self {
            t_s: vec![0.0],
            nucleus: vec![j],
            annulus: vec![j],
        }
    }

    /// J of nucleus and annulus at a time; before the first and after the last sample, that sample.
    #[must_use]
    pub fn at(&self, t_s: f64) -> (f64, f64) {
        let next = self.t_s.partition_point(|&t| t <= t_s);
        if next == 0 {
            return (self.nucleus[0], self.annulus[0]);
        }
        let last = next - 1;
        if next == self.t_s.len() {
            return (self.nucleus[last], self.annulus[last]);
        }
        let share = (t_s - self.t_s[last]) / (self.t_s[next] - self.t_s[last]);
        let between = |values: &[f64]| values[last] + share * (values[next] - values[last]);
        (between(&self.nucleus), between(&self.annulus))
    }
}
