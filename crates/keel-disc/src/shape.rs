//! The shape of one disc: outline, height with its wedge, nucleus and cartilage end-plates.

use std::f64::consts::PI;

/// A disc at rest after a night, its end-plates included.
///
/// # Units and frames
/// Lengths in m. Width is left to right, depth front to back; heights contain both cartilage end-plates.
/// # Source
/// The default is the generic L4-L5 mesh of Muñoz-Moya and others (2025, `munoz-moya-2025`): 50.1 mm wide, 38.5 mm deep, 14.2 mm high in
/// the middle, 14.5 mm in front and 12.3 mm behind, 19.57 cm³ of which 8.13 are nucleus; end-plates of 1014 mm² and 0.58–0.67 mm. The area
/// of the outline follows from volume and heights (1427 mm²), that of the nucleus from its share of the middle plane (551 of 1248 mm²);
/// its edge lies 10.4 mm behind and 13.8 mm before the origin of the mesh, which puts its middle 1.45 mm behind that of the outline.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiscShape {
    /// Left to right.
    pub width_m: f64,
    /// Front to back.
    pub depth_m: f64,
    /// Total height in the middle.
    pub height_centre_m: f64,
    /// Total height at the front rim.
    pub height_anterior_m: f64,
    /// Total height at the back rim.
    pub height_posterior_m: f64,
    /// Share of the middle plane that is nucleus.
    pub nucleus_fraction: f64,
    /// How far the middle of the nucleus lies behind the middle of the outline.
    pub nucleus_back_m: f64,
    /// Share of the middle plane that lies over cartilage end-plate.
    pub endplate_fraction: f64,
    /// Thickness of one cartilage end-plate.
    pub endplate_thickness_m: f64,
    /// Area of the middle plane as a share of the rectangle of width and depth.
    pub fullness: f64,
}

impl Default for DiscShape {
    fn default() -> Self {
        Self {
            width_m: 0.0501,
            depth_m: 0.0385,
            height_centre_m: 0.0142,
            height_anterior_m: 0.0145,
            height_posterior_m: 0.0123,
            nucleus_fraction: 551.0 / 1248.0,
            nucleus_back_m: 0.001_45,
            endplate_fraction: 1014.0 / 1427.0,
            endplate_thickness_m: 0.000_65,
            fullness: 1427.0 / (50.1 * 38.5),
        }
    }
}

impl DiscShape {
    /// The round test disc: a cylinder of radius 20.7 mm with a nucleus of 13.24 mm, end-plates of 17.96 mm and 14 mm total height.
    #[must_use]
    pub fn round() -> Self {
        let (radius, nucleus, endplate) = (0.0207, 0.013_24, 0.017_96);
        Self {
            width_m: 2.0 * radius,
            depth_m: 2.0 * radius,
            height_centre_m: 0.014,
            height_anterior_m: 0.014,
            height_posterior_m: 0.014,
            nucleus_fraction: (nucleus / radius) * (nucleus / radius),
            nucleus_back_m: 0.0,
            endplate_fraction: (endplate / radius) * (endplate / radius),
            endplate_thickness_m: 0.000_65,
            fullness: PI / 4.0,
        }
    }

    /// Area of the middle plane, m².
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.fullness * self.width_m * self.depth_m
    }
}
