//! From the world onto the sheet: six directions of view without perspective, and the fit of a body into a frame.

use glam::{DMat3, DVec2, DVec3};

/// From where the body is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// From the person's right; x points to the right of the sheet.
    SideRight,
    /// From the person's left.
    SideLeft,
    /// Face to face.
    Front,
    /// From behind.
    Back,
    /// From the front and right, a little from above.
    ThreeQuarter,
    /// From above, x to the right.
    Top,
}

/// How far the three-quarter view stands to the side of the front, and above it, rad.
const THREE_QUARTER_RAD: (f64, f64) = (0.75, 0.2);

/// The sheet's axes in the world: to the right, up, towards the viewer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Camera {
    view_from_world: DMat3,
}

impl Camera {
    pub(crate) fn new(view: View) -> Self {
        let (right, towards) = match view {
            View::SideRight => (DVec3::X, DVec3::Z),
            View::SideLeft => (-DVec3::X, -DVec3::Z),
            View::Front => (-DVec3::Z, DVec3::X),
            View::Back => (DVec3::Z, -DVec3::X),
            View::Top => (DVec3::X, DVec3::Y),
            View::ThreeQuarter => {
                let (sideways, above) = THREE_QUARTER_RAD;
                let towards = DVec3::new(above.cos() * sideways.cos(), above.sin(), above.cos() * sideways.sin());
                (DVec3::Y.cross(towards).normalize(), towards)
            }
        };
        Self {
            view_from_world: DMat3::from_cols(right, towards.cross(right), towards).transpose(),
        }
    }

    /// (right, up, towards the viewer) in m.
    pub(crate) fn seen(&self, p_m: DVec3) -> DVec3 {
        self.view_from_world * p_m
    }
}

/// A rectangle that grows with what is put into it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) min: DVec2,
    pub(crate) max: DVec2,
}

impl Bounds {
    pub(crate) const NOTHING: Self = Self {
        min: DVec2::INFINITY,
        max: DVec2::NEG_INFINITY,
    };

    pub(crate) fn add(&mut self, centre: DVec2, radius: f64) {
        self.min = self.min.min(centre - radius);
        self.max = self.max.max(centre + radius);
    }

    pub(crate) fn size(&self) -> DVec2 {
        (self.max - self.min).max(DVec2::splat(1e-3))
    }
}

/// Scale and place of the world on the sheet.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit {
    /// Pixels per metre.
    pub(crate) scale: f64,
    /// Where the view's origin lies on the sheet, px.
    pub(crate) origin_px: DVec2,
}

impl Fit {
    /// The largest scale at which `bounds` fits into the frame, centred across it and standing on its lower edge's side.
    pub(crate) fn new(bounds: &Bounds, frame_min: DVec2, frame_max: DVec2) -> Self {
        let room = (frame_max - frame_min).max(DVec2::splat(8.0));
        let scale = (room / bounds.size()).min_element();
        let middle = (bounds.min + bounds.max) * 0.5;
        let centre = (frame_min + frame_max) * 0.5;
        Self {
            scale,
            origin_px: DVec2::new(centre.x - middle.x * scale, centre.y + middle.y * scale),
        }
    }

    /// The place on the sheet of a point of the view; y runs down the sheet.
    pub(crate) fn px(&self, seen_m: DVec3) -> DVec2 {
        self.origin_px + DVec2::new(seen_m.x, -seen_m.y) * self.scale
    }
}
