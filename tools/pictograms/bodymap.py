"""Draws knowledge/postures/bodymap-front.svg and bodymap-back.svg: a standing body with areas to tap where it hurts.

    python3 tools/pictograms/bodymap.py

The silhouette has the class "bm-body", each area the class "bm-area" and its id of `pain.places` in data-area; no style inside. Left is the
person's left: on the right of the front view, on the left of the back view. Knees, feet and the outer thighs are on the front only, so that
no id stands twice. Areas are cells laid over the body, cut to its outline and parted by a thin gap.
"""

from math import hypot
from pathlib import Path

from figure import FOREARM, SHANK, THIGH, UPPER_ARM, add, bone, lerp
from outline import Shape, both, chain, grown, loops, path, polygon, union

OUT = Path(__file__).resolve().parents[2] / "knowledge" / "postures"
WIDTH, HEIGHT, GROUND = 220, 480, 13
H, MID = 454, 110  # height of the body, its middle line
RIM, GAP = 1.9, 1.2  # areas stay this far from the outline, and this far (each) from a neighbour

# fmt: off
# Half breadths, parts of the height; trunk over the height above the ground, limbs along themselves (outer, inner).
TRUNK = ((.475, .080), (.500, .093), (.525, .0995), (.560, .0970), (.600, .0895), (.632, .0865), (.665, .0885), (.71, .094), (.752, .100), (.785, .103),
         (.808, .099), (.824, .083), (.838, .059), (.850, .043), (.862, .035))
THIGH_T = ((0, .049, .050), (.14, .053, .054), (.40, .052, .048), (.70, .042, .040), (.90, .0315, .0335), (1, .030, .032))
SHANK_T = ((0, .030, .031), (.10, .0285, .0300), (.30, .0320, .0325), (.52, .0265, .0275), (.80, .0180, .0185), (.93, .0170, .0180), (1, .0180, .0195))
UPPER_T = ((0, .034, .030), (.22, .0330, .030), (.5, .0275, .0275), (.85, .0225, .0235), (1, .0215, .0230))
FOREARM_T = ((0, .0220, .0230), (.22, .0250, .0240), (.6, .0190, .0190), (.9, .0140, .0145), (1, .0140, .0145))
# fmt: on

at = lambda x, y: (MID + x * H, y * H)


def hand(wrist, d, flip):
    """Fingers lightly spread, thumb towards the body."""
    p = lambda along, out, r: (*add(wrist, (d, along * H), (d + 90 * flip, out * H)), r * H)
    palm = chain([p(-0.006, 0, 0.0142), p(0.016, 0.001, 0.0185), p(0.033, 0.001, 0.0200)])
    fingers = [
        chain([p(0.040, o, 0.0072), p(0.040 + n * 0.55, o * 1.22, 0.0064), p(0.040 + n, o * 1.24, 0.0050)])
        for o, n in ((-0.0140, 0.050), (-0.0047, 0.061), (0.0048, 0.057), (0.0142, 0.042))
    ]
    thumb = chain([p(0.008, -0.008, 0.0090), p(0.030, -0.0235, 0.0074), p(0.055, -0.0290, 0.0052)])
    return union(0.006 * H, palm, union(0.002 * H, *fingers), thumb)


def half(flip, view):
    """One arm and one leg; flip 1 is the viewer's right."""
    shoulder, hip = at(flip * 0.103, 0.798), at(flip * 0.053, 0.522)
    turn = lambda a: -90 + flip * a
    elbow = add(shoulder, (turn(12), UPPER_ARM * H))
    wrist = add(elbow, (turn(9), FOREARM * H))
    arm = union(
        0.016 * H,
        bone(shoulder, turn(12), UPPER_ARM * H, UPPER_T, H, flip=flip),
        bone(elbow, turn(9), FOREARM * H, FOREARM_T, H, flip=flip),
        hand(wrist, turn(6), flip),
    )
    knee = add(hip, (turn(1.2), THIGH * H))
    ankle = add(knee, (turn(1.0), SHANK * H))
    x, y = ankle
    f = lambda dx, yy, r: (x + flip * dx * H, yy * H, r * H)
    if view == "front":  # the foot comes towards the viewer, a little turned out
        foot = union(
            0.010 * H,
            chain([f(0, y / H, 0.0185), f(0.004, 0.030, 0.0225), f(0.014, 0.0205, 0.0225)]),
            chain([f(-0.002, 0.014, 0.0125), f(0.030, 0.0115, 0.0100)]),
        )
    else:
        foot = union(
            0.008 * H,
            chain([f(0, y / H, 0.0185), f(0, 0.022, 0.0195), f(0, 0.017, 0.0185)]),
            chain([f(0.012, 0.012, 0.0115), f(0.032, 0.010, 0.0085)]),
        )
    ground = Shape(lambda px, py: 0.0 - py, (0, 0, WIDTH, HEIGHT))
    leg = union(
        0.012 * H,
        bone(hip, turn(1.2), THIGH * H, THIGH_T, H, flip=flip),
        bone(knee, turn(1.0), SHANK * H, SHANK_T, H, flip=flip),
        both(1, foot, ground),
    )
    return arm, leg, (hip, knee, ankle)


def head():
    c = at(0, 0.932)
    p = lambda f, u, r: (c[0] + f * H, c[1] + u * H, r * H)
    skull = union(0.03 * H, chain([p(0, 0.020, 0.0465), p(0, 0.004, 0.0455)]), chain([p(0, -0.014, 0.041), p(0, -0.046, 0.0225)]))
    ears = [chain([p(s * 0.0455, 0.004, 0.0060), p(s * 0.044, -0.012, 0.0045)]) for s in (-1, 1)]
    neck = chain([(*at(0, 0.835), 0.036 * H), (*at(0, 0.885), 0.0325 * H)])
    return union(0.014 * H, union(0.004 * H, skull, *ears), neck)


def body(view):
    rows = [TRUNK[0][0] + (TRUNK[-1][0] - TRUNK[0][0]) * k / 40 for k in range(41)]
    side = [(lerp(TRUNK, y)[0], y) for y in rows]
    trunk = polygon([at(x, y) for x, y in side] + [at(-x, y) for x, y in side[::-1]])
    (arm_l, leg_l, _), (arm_r, leg_r, joints) = half(-1, view), half(1, view)
    lower = union(0.010 * H, leg_l, leg_r)
    core = union(0.016 * H, union(0.022 * H, trunk, head()), lower)
    return union(0.016 * H, core, union(0.1, arm_l, arm_r)), union(0.016 * H, trunk, lower), joints


def areas(view):
    """Cells by id, in parts of the height from the middle line; written for one half and mirrored."""
    big = 0.2  # far outside the body
    if view == "front":
        one = {
            "groin": [(0, 0.508), (0.058, 0.560), (0.058, 0.504), (0.030, 0.474), (0, 0.440)],
            "thigh_outer": [(0.058, 0.574), (big, 0.574), (big, 0.325), (0.061, 0.325), (0.0575, 0.42), (0.058, 0.504)],
            "thigh_front": [(0, 0.440), (0.030, 0.474), (0.058, 0.504), (0.0575, 0.42), (0.061, 0.325), (0, 0.325)],
            "knee": [(0, 0.325), (big, 0.325), (big, 0.243), (0, 0.243)],
            "shin": [(0, 0.243), (big, 0.243), (big, 0.066), (0, 0.066)],
            "foot": [(0, 0.066), (big, 0.066), (big, -0.1), (0, -0.1)],
        }
        return {f"{name}_{side}": [(s * x, y) for x, y in pts] for side, s in (("right", -1), ("left", 1)) for name, pts in one.items()}
    fold = [(0, 0.468), (0.030, 0.462), (0.060, 0.466), (0.085, 0.478), (big, 0.49)]
    top = [(0, 0.574), (0.030, 0.578), (0.060, 0.586), (big, 0.594)]
    one = {
        "low_back": [(0.0285, 0.660), (big, 0.660), (big, 0.594), (0.060, 0.586), (0.0285, 0.578)],
        "buttock": top + fold[::-1],
        "thigh_back": fold + [(big, 0.290), (0, 0.290)],
        "calf": [(0, 0.290), (big, 0.290), (big, 0.060), (0, 0.060)],
    }
    cells = {
        "back_upper": [
            (-0.105, 0.660),
            (0.105, 0.660),
            (0.105, 0.79),
            (0.082, 0.815),
            (0.045, 0.838),
            (-0.045, 0.838),
            (-0.082, 0.815),
            (-0.105, 0.79),
        ],
        "low_back_centre": [(-0.0285, 0.660), (0.0285, 0.660), (0.0285, 0.578), (0, 0.574), (-0.0285, 0.578)],
    }
    return cells | {f"{name}_{side}": [(s * x, y) for x, y in pts] for side, s in (("left", -1), ("right", 1)) for name, pts in one.items()}


def rounded(shape, r=3.2):
    """The shape with its convex corners rounded: drawn in by r, then grown by r."""
    loop = loops(grown(shape, -r), 0.8)[0]
    points = [loop[0]]
    for p, q in zip(loop[1:], loop[2:]):  # keep only points where the outline turns
        o = points[-1]
        if abs((p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])) > 0.06 * hypot(q[0] - o[0], q[1] - o[1]):
            points.append(p)
    return grown(polygon(points), r)


def svg(view):
    whole, core, _ = body(view)
    top = HEIGHT - GROUND
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">', f'<path class="bm-body" d="{path(whole, top, 0.7, 0.16)}"/>']
    inside = grown(core, -RIM)
    for name, points in areas(view).items():
        shape = polygon([at(x, y) for x, y in points])
        out.append(f'<path class="bm-area" data-area="{name}" d="{path(rounded(both(0.1, grown(shape, -GAP), inside)), top, 0.7, 0.16, 30)}"/>')
    return "\n".join(out) + "\n</svg>\n"


if __name__ == "__main__":
    for view in ("front", "back"):
        (OUT / f"bodymap-{view}.svg").write_text(svg(view))
