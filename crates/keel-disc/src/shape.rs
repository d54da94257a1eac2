//! The shape of one disc: outline, height with its wedge, nucleus and cartilage end-plates.

use std::f64::consts::PI;

use crate::grid::mean_square;

/// A disc at rest after a night, its end-plates included.
///
/// # Units and frames
/// Lengths in m. Width is left to right, depth front to back; heights contain both cartilage end-plates.
/// # Source
/// The default is the generic L4-L5 mesh of Muñoz-Moya and others (2025, `munoz-moya-2025`), by its volumes and nodes: 50.1 mm wide, 38.5
/// mm deep; 19.57 cm³, of which 8.13 are nucleus, 10.15 annulus and 1.29 end-plates of 1014 mm². Total heights 14.2 mm in the middle, 13.4
/// and 10.6 mm at the rim in front and behind (nodes); the parabola through them is 14.4 mm at its highest, before the middle, and 12.4
/// mm at the back edge of the end-plate (mesh: 14.5 and 12.3). At the sides nodes give 12.0 mm at 17 mm and 11.5 mm at 21 mm from the
/// middle, hence 10.8 mm at the rim. The areas of the outline and of the nucleus follow from the volumes: with 1534 and 669 mm² all four
/// are as published. From the origin of the mesh forwards: rim −16.1 to 22.4 mm, end-plate −13.4 to 15.1 (21.45 to either side), nucleus
/// −10.4 to 13.8.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DiscShape {
    /// Left to right.
    pub width_m: f64,
    /// Front to back.
    pub depth_m: f64,
    /// Area of the middle plane as a share of the rectangle of width and depth.
    pub fullness: f64,
    /// Total height in the middle.
    pub height_centre_m: f64,
    /// Total height at the front rim.
    pub height_anterior_m: f64,
    /// Total height at the back rim.
    pub height_posterior_m: f64,
    /// Total height at the rim on either side.
    pub height_lateral_m: f64,
    /// Share of the middle plane that is nucleus.
    pub nucleus_fraction: f64,
    /// Front to back of the nucleus, an ellipse.
    pub nucleus_depth_m: f64,
    /// How far the middle of the nucleus lies behind the middle of the outline.
    pub nucleus_back_m: f64,
    /// Share of the middle plane that lies over cartilage end-plate.
    pub endplate_fraction: f64,
    /// Left to right of the end-plates.
    pub endplate_width_m: f64,
    /// Front to back of the end-plates.
    pub endplate_depth_m: f64,
    /// How far the middle of the end-plates lies behind the middle of the outline.
    pub endplate_back_m: f64,
    /// Thickness of one cartilage end-plate.
    pub endplate_thickness_m: f64,
}

impl Default for DiscShape {
    fn default() -> Self {
        Self {
            width_m: 0.0501,
            depth_m: 0.0385,
            fullness: 1534.0 / (50.1 * 38.5),
            height_centre_m: 0.0142,
            height_anterior_m: 0.0134,
            height_posterior_m: 0.0106,
            height_lateral_m: 0.0108,
            nucleus_fraction: 669.0 / 1534.0,
            nucleus_depth_m: 0.0242,
            nucleus_back_m: 0.001_45,
            endplate_fraction: 1014.0 / 1534.0,
            endplate_width_m: 0.0429,
            endplate_depth_m: 0.0285,
            endplate_back_m: 0.0023,
            endplate_thickness_m: 0.000_636,
        }
    }
}

impl DiscShape {
    /// The default disc stretched to a person's width, depth and height in the middle; end-plates keep their thickness.
    #[must_use]
    pub fn of_size(width_m: f64, depth_m: f64, height_centre_m: f64) -> Self {
        let generic = Self::default();
        let (wide, deep, high) = (
            width_m / generic.width_m,
            depth_m / generic.depth_m,
            height_centre_m / generic.height_centre_m,
        );
        Self {
            width_m,
            depth_m,
            height_centre_m,
            height_anterior_m: generic.height_anterior_m * high,
            height_posterior_m: generic.height_posterior_m * high,
            height_lateral_m: generic.height_lateral_m * high,
            nucleus_depth_m: generic.nucleus_depth_m * deep,
            nucleus_back_m: generic.nucleus_back_m * deep,
            endplate_width_m: generic.endplate_width_m * wide,
            endplate_depth_m: generic.endplate_depth_m * deep,
            endplate_back_m: generic.endplate_back_m * deep,
            ..generic
        }
    }

    /// The round test disc: a cylinder of radius 20.7 mm with a nucleus of 13.24 mm, end-plates of 17.96 mm and 14 mm total height.
    #[must_use]
    pub fn round() -> Self {
        let (radius, nucleus, endplate) = (0.0207, 0.013_24, 0.017_96);
        let height = 0.014;
        Self {
            width_m: 2.0 * radius,
            depth_m: 2.0 * radius,
            fullness: PI / 4.0,
            height_centre_m: height,
            height_anterior_m: height,
            height_posterior_m: height,
            height_lateral_m: height,
            nucleus_fraction: (nucleus / radius) * (nucleus / radius),
            nucleus_depth_m: 2.0 * nucleus,
            nucleus_back_m: 0.0,
            endplate_fraction: (endplate / radius) * (endplate / radius),
            endplate_width_m: 2.0 * endplate,
            endplate_depth_m: 2.0 * endplate,
            endplate_back_m: 0.0,
            endplate_thickness_m: 0.000_65,
        }
    }

    /// Area of the middle plane, m².
    #[must_use]
    pub fn area_m2(&self) -> f64 {
        self.fullness * self.width_m * self.depth_m
    }

    /// Total height averaged over the middle plane, m.
    ///
    /// # Validity
    /// Height falls and rises as a parabola towards front, back and sides, as in [`crate::Grid`].
    #[must_use]
    pub fn mean_height_m(&self) -> f64 {
        let to_the_rim = 0.5 * (self.height_anterior_m + self.height_posterior_m) + self.height_lateral_m - 2.0 * self.height_centre_m;
        self.height_centre_m + to_the_rim * mean_square(self.fullness)
    }

    /// Volume with the end-plates, m³.
    #[must_use]
    pub fn volume_m3(&self) -> f64 {
        self.area_m2() * self.mean_height_m()
    }
}

#[cfg(test)]
mod tests {
    use super::DiscShape;

    #[test]
    fn the_default_has_the_volume_of_its_mesh() {
        let volume = DiscShape::default().volume_m3();
        assert!((volume / 19.57e-6 - 1.0).abs() < 0.01, "{volume}");
    }
}
