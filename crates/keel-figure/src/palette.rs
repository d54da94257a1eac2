//! Colours. The scale of activation runs in lightness as well as in hue, so that it can be read without colour vision.

use crate::scene::Tone;
use crate::surface::Material;

/// Light or dark background.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Theme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// How a picture looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Style {
    /// Background.
    pub theme: Theme,
    /// Width, px.
    pub width_px: u32,
    /// Height, px.
    pub height_px: u32,
}

/// Red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Rgb {
    pub(crate) fn mix(self, other: Self, t: f64) -> Self {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * t.clamp(0.0, 1.0)).round() as u8;
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

/// The colour at `t` in 0..=1 of a row of stops at equal distances.
fn ramp(stops: &[Rgb], t: f64) -> Rgb {
    let last = stops.len() - 1;
    let at = t.clamp(0.0, 1.0) * last as f64;
    let i = (at as usize).min(last - 1);
    stops[i].mix(stops[i + 1], at - i as f64)
}

impl Theme {
    pub(crate) fn background(self) -> Rgb {
        match self {
            Self::Light => Rgb(250, 248, 244),
            Self::Dark => Rgb(24, 29, 36),
        }
    }

    pub(crate) fn ink(self) -> Rgb {
        match self {
            Self::Light => Rgb(38, 50, 60),
            Self::Dark => Rgb(232, 236, 238),
        }
    }

    pub(crate) fn faint_ink(self) -> Rgb {
        match self {
            Self::Light => Rgb(104, 116, 124),
            Self::Dark => Rgb(160, 172, 180),
        }
    }

    pub(crate) fn outline(self) -> Rgb {
        match self {
            Self::Light => Rgb(58, 62, 70),
            Self::Dark => Rgb(12, 15, 20),
        }
    }

    pub(crate) fn support(self) -> Rgb {
        match self {
            Self::Light => Rgb(214, 208, 198),
            Self::Dark => Rgb(62, 70, 80),
        }
    }

    pub(crate) fn support_edge(self) -> Rgb {
        match self {
            Self::Light => Rgb(168, 160, 148),
            Self::Dark => Rgb(104, 114, 126),
        }
    }

    pub(crate) fn arrow(self) -> Rgb {
        match self {
            Self::Light => Rgb(20, 104, 150),
            Self::Dark => Rgb(110, 196, 240),
        }
    }

    /// Activation of a muscle or level of a disc: always farther from the body in lightness.
    pub(crate) fn level(self, t: f64) -> Rgb {
        match self {
            Self::Light => ramp(
                &[
                    Rgb(250, 231, 178),
                    Rgb(244, 184, 92),
                    Rgb(226, 112, 62),
                    Rgb(178, 44, 78),
                    Rgb(92, 20, 76),
                ],
                t,
            ),
            Self::Dark => ramp(
                &[
                    Rgb(92, 62, 122),
                    Rgb(168, 62, 112),
                    Rgb(230, 104, 72),
                    Rgb(250, 176, 78),
                    Rgb(255, 240, 176),
                ],
                t,
            ),
        }
    }

    /// The body's colour at a brightness.
    pub(crate) fn material(self, material: Material, shade: f64) -> Rgb {
        let stops: [Rgb; 3] = match material {
            Material::Body(Tone::Skin, _) => [Rgb(122, 84, 70), Rgb(206, 158, 132), Rgb(250, 222, 200)],
            Material::Body(Tone::Clothing, _) => [Rgb(42, 74, 86), Rgb(104, 148, 160), Rgb(186, 214, 216)],
            Material::Body(Tone::Trousers, _) => [Rgb(36, 48, 68), Rgb(82, 102, 130), Rgb(156, 174, 196)],
            Material::Body(Tone::Hair, _) => [Rgb(44, 34, 32), Rgb(92, 72, 64), Rgb(148, 122, 106)],
            Material::Body(Tone::Bone, _) => [Rgb(150, 142, 126), Rgb(226, 220, 204), Rgb(255, 253, 244)],
            Material::Load => [Rgb(112, 80, 48), Rgb(190, 148, 100), Rgb(232, 204, 162)],
        };
        let colour = ramp(&stops, shade);
        match self {
            Self::Light => colour,
            Self::Dark => colour.mix(Rgb(10, 16, 26), 0.14),
        }
    }
}
