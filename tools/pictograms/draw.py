"""Draws knowledge/postures/pictograms/ID.svg: a jointed human figure in each starting position and exercise.

    python3 tools/pictograms/draw.py [ID ...]

Each function below poses one figure from joint angles; planted hands and feet are exact (two-bone inverse kinematics). Near limbs and trunk are one
outline in full tone, far limbs a lighter one, supports thin lines, movements an arrow of class "accent". Coordinates are viewBox units, y up from
the ground. Does not know exercises, forces or languages; it only draws.
"""

import sys
from multiprocessing import Pool
from pathlib import Path

from figure import Front, Picture, Side, add, chair, pillow, pillow_above, ring, under_head
from outline import circle, rect

OUT = Path(__file__).resolve().parents[2] / "knowledge" / "postures" / "pictograms"
PICTURES = {}


def picture(f):
    PICTURES[f.__name__.strip("_").replace("_", "-")] = f
    return f


def mat(p):
    """A mattress from above."""
    p.line((24, 20), (216, 20), (220, 24), (220, 136), (216, 140), (24, 140), (20, 136), (20, 24), (24, 20))


# --- lying on the back ---------------------------------------------------------------------------------------------------------------------------


def on_back(h, hip_x, hip_y=None):
    """Head left, face up, arms by the sides."""
    b = Side(h, (hip_x, 0.066 * h if hip_y is None else hip_y), 181, 179, neck=176, head=176)
    return b.arm("near", -5, -4, 0)


@picture
def supine_90_90():
    h = 176
    b = on_back(h, 116).leg("near", 91, 0, 74)
    seat = b.hip[1] + 0.245 * h - 0.042 * h
    p = Picture(34).floor(14, 226)
    chair(p, 128, 180, seat, 180, seat + 52)
    under_head(p, b)
    return p.body(b)


def hook(b, heel=0.205):
    h = b.h
    x = b.hip[0] + heel * h
    return b.stand("near", x).stand("far", x + 0.045 * h)


@picture
def supine_hook():
    b = hook(on_back(182, 118), 0.21)
    p = Picture(40).floor(18, 222)
    under_head(p, b)
    return p.body(b)


@picture
def heel_slide():
    h = 180
    b = on_back(h, 100)
    b.stand("far", b.hip[0] + 0.19 * h).stand("near", b.hip[0] + 0.37 * h, foot=12)
    p = Picture(40).floor(10, 230)
    under_head(p, b)
    p.arrow((188, 12), (212, 12))
    return p.body(b)


@picture
def supine_straight():
    h = 186
    b = on_back(h, 112).leg("near", -2, -3, 66)
    p = Picture(56).floor(12, 228)
    under_head(p, b)
    return p.body(b)


@picture
def supine_leg_raise():
    h = 176
    b = on_back(h, 112)
    b.leg("near", 72, 69, 148).stand("far", b.hip[0] + 0.21 * h)
    hold = add(b.hip, (72, 0.080 * h), (-18, 0.046 * h))
    b.reach("near", add(hold, (180, 5)), 40)
    p = Picture(30).floor(16, 224)
    under_head(p, b)
    return p.body(b)


@picture
def supine_figure_4():
    """From above, the way the leg gave it its name: one ankle on the other knee."""
    h = 164
    b = Front(h, (112, 80), axis=180)
    b.leg("r", -2, -3, scale=(0.80, 0.80), kind="long")
    knee = b.limbs["r_leg"]["knee"]
    b.leg_across("l", -50, 0.94, add(knee, (180, 0.03 * h), (90, 0.012 * h)))
    b.arm("r", 24, 6, 4).arm("l", -48, -22, -18)
    p = Picture(0)
    mat(p)
    x, y = b.head
    pillow_above(p, x - 20, y - 24, x + 13, y + 24)
    return p.body(b, over="l")


@picture
def supine_knee_chest():
    h = 180
    b = on_back(h, 116)
    b.leg("near", 112, -24, 52).stand("far", b.hip[0] + 0.21 * h)
    l = b.limbs["near_leg"]
    b.stretch("near", add(l["knee"], (-24, 0.015 * h), (66, 0.034 * h), (215, 0.045 * h)), 12, "flat")
    p = Picture(36).floor(16, 224)
    under_head(p, b)
    p.arrow((150, 82), (136, 92), (116, 92))
    return p.body(b)


@picture
def bridge():
    h = 176
    b = Side(h, (122, 0.236 * h), 205, 209, neck=186, head=176)
    b.stand("near", 164).stand("far", 171)
    b.arm("near", -14, -2, 0)
    p = Picture(38).floor(16, 224)
    p.arrow((118, 62), (118, 80))
    return p.body(b)


@picture
def dead_bug():
    h = 158
    b = on_back(h, 116)
    b.leg("near", 17, 12, 92).leg("far", 88, -2, 84)
    b.arm("near", 88, 90, 92).arm("far", 158, 166, 166)
    p = Picture(40).floor(8, 232)
    return p.body(b)


# --- lying on the front -----------------------------------------------------------------------------------------------------------------------------


@picture
def prone():
    h = 178
    b = Side(h, (130, 0.060 * h), 1, 2, neck=8, head=-2)
    b.leg("near", 181.5, 181, 196)
    b.arm("near", -13, 6, 4, "flat", scale=(0.85, 0.30), free=0.2)
    p = Picture(56).floor(10, 230)
    return p.body(b)


@picture
def prone_elbows():
    h = 172
    b = Side(h, (120, 0.064 * h), 8, 39, neck=48, head=72)
    b.leg("near", 181, 181, 196)
    b.arm("near", -86, 0, 0, "flat").arm("far", -78, 0, 0, "flat")
    p = Picture(40).floor(8, 232)
    return p.body(b)


@picture
def prone_press():
    h = 168
    b = Side(h, (118, 0.070 * h), 34, 78, neck=84, head=100)
    b.leg("near", 183.5, 182, 194)
    b.reach("near", (b.shoulder[0] + 15, 0.017 * h), 0, "flat").reach("far", (b.shoulder[0] + 21, 0.017 * h), 0, "flat")
    p = Picture(32).floor(8, 232)
    return p.body(b)


@picture
def prone_lift():
    h = 182
    b = Side(h, (130, 0.060 * h), 3, 14, neck=12, head=8)
    b.leg("near", 181.5, 181, 196)
    b.arm("near", 191, 182, 180)
    p = Picture(54).floor(10, 230)
    p.arrow((b.head[0] + 2, b.head[1] + 16), (b.head[0] + 2, b.head[1] + 32))
    return p.body(b)


@picture
def prone_leg_lift():
    h = 174
    b = Side(h, (132, 0.086 * h), -3, -3, neck=6, head=-2)
    b.leg("near", 167, 168, 186).leg("far", 187, 183, 196)
    b.arm("near", -14, 6, 4, "flat", scale=(0.85, 0.30), free=0.2)
    p = Picture(54).floor(10, 230)
    pillow(p, 122, 170, 6.5)
    p.arrow((30, 46), (30, 62))
    return p.body(b)


# --- lying on the side ---------------------------------------------------------------------------------------------------------------------------------


@picture
def side_lying():
    """From above: on a mattress, a pillow under the head and one between the knees."""
    h = 178
    b = Side(h, (88, 98), 8, -6, neck=-6, head=-4)
    b.leg("near", -60, 186, 226).leg("far", -51, 190, 228)
    b.arm("near", -46, 62, 40, scale=(0.95, 0.8))
    p = Picture(0)
    mat(p)
    x, y = b.head
    pillow_above(p, x - 16, y - 30, x + 24, y + 24)
    k = b.limbs["near_leg"]["knee"]
    pillow_above(p, k[0] - 36, k[1] - 22, k[0] + 12, k[1] + 10)
    return p.body(b)


# --- on hands and knees --------------------------------------------------------------------------------------------------------------------------------


def on_knees(h, x, pelvis=9, thorax=17, **kw):
    b = Side(h, (x, 0.278 * h), pelvis, thorax, **kw)
    return b


@picture
def quadruped():
    h = 186
    b = on_knees(h, 92, neck=14, head=6)
    for s, dx in (("near", 0), ("far", 5)):
        b.leg(s, -90, 180, 194)
        b.reach(s, (b.shoulder[0] + dx, 0.017 * h), 0, "flat")
    p = Picture(32).floor(22, 218)
    return p.body(b)


@picture
def bird_dog():
    h = 152
    b = on_knees(h, 108, 6, 14, neck=8, head=2)
    b.leg("near", 178, 182, 262 - 40).leg("far", -90, 180, 194)
    b.reach("near", (b.shoulder[0], 0.017 * h), 0, "flat").arm("far", 8, 6, 6)
    p = Picture(36).floor(20, 224)
    return p.body(b)


@picture
def cat_camel():
    h = 178
    b = Side(h, (90, 0.282 * h), 56, -10, neck=-46, head=-64)
    for s, dx in (("near", 0), ("far", 7)):
        b.leg(s, -90, 180, 194)
        b.reach(s, (b.shoulder[0] + dx, 0.017 * h), 0, "flat")
    g = Side(h, (92, 0.276 * h), -6, 26, neck=36, head=44)
    p = Picture(34).floor(22, 218).ghost(g.trunk_shape())
    p.arrow((112, 74), (112, 92))
    return p.body(b)


@picture
def childs_pose():
    h = 184
    b = Side(h, (74, 0.116 * h), 30, -20, neck=-34, head=-34)
    b.leg("near", -20, 180, 192)
    b.reach("near", (b.shoulder[0] + 0.300 * h, 0.017 * h), 0, "flat", bend=1, free=0.12)
    p = Picture(48).floor(14, 226)
    return p.body(b)


@picture
def half_kneeling():
    h = 160
    b = Side(h, (108, 0.2765 * h), 90, 88)
    b.leg("near", -97, 182, 194).stand("far", 128 + 20)
    b.arm("near", -100, -60, -50).arm("far", -60, -25, -30)
    p = Picture(16).floor(40, 200)
    p.arrow((72, 58), (88, 58))
    return p.body(b)


@picture
def plank():
    h = 172
    b = Side(h, (110, 0.175 * h), 6, 5, neck=6, head=-2)
    b.leg("near", 189, 189, 250, toes=0).leg("far", 189, 189, 250, toes=0)
    b.arm("near", -90, 0, 0, "flat").arm("far", -86, 0, 0, "flat")
    p = Picture(46).floor(10, 230)
    return p.body(b)


@picture
def plank_incline():
    h = 158
    b = Side(h, (100, 0.389 * h), 37, 35, neck=37, head=30)
    b.leg("near", 217, 217, 285, toes=0).leg("far", 217, 217, 285, toes=0)
    b.arm("near", -80, 0, 0, "flat").arm("far", -74, 0, 0, "flat")
    p = Picture(12).floor(12, 228)
    y = b.limbs["near_arm"]["elbow"][1] - 0.024 * h
    x = b.limbs["near_arm"]["elbow"][0]
    p.front((x - 10, y), (x + 56, y)).line((x - 4, y), (x - 4, 0.8)).line((x + 50, y), (x + 50, 0.8))
    return p.body(b)


# --- sitting ------------------------------------------------------------------------------------------------------------------------------------------------


def seated(h, x=96, pelvis=90, thorax=90, **kw):
    """On a chair whose seat is as high as the knee's back."""
    return Side(h, (x, 0.262 * h + 0.048 * h), pelvis, thorax, **kw)


def seat(p, b, back=True):
    h = b.h
    y = b.hip[1] - 0.054 * h
    x0, x1 = b.hip[0] - 0.125 * h, b.hip[0] + 0.16 * h
    chair(p, x0, x1, y, x0, y + (0.40 * h if back else 0.01))
    return p


@picture
def sitting():
    h = 160
    b = seated(h, 104, 92, 89)
    b.stand("near", b.hip[0] + 0.215 * h).stand("far", b.hip[0] + 0.245 * h)
    hand = add(b.limbs["near_leg"]["knee"], (170, 0.10 * h), (90, 0.052 * h))
    b.reach("near", hand, -14)
    p = seat(Picture(14).floor(52, 188), b)
    return p.body(b)


@picture
def sitting_lean():
    h = 160
    b = seated(h, 100, 62, 44, neck=34, head=30)
    b.stand("near", b.hip[0] + 0.215 * h).stand("far", b.hip[0] + 0.25 * h)
    l = b.limbs["near_leg"]
    hand = add(l["knee"], (l["shank"], 0.06 * h), (0, 0.04 * h))
    b.reach("near", hand, -85).reach("far", add(hand, (0, 5)), -85)
    p = seat(Picture(14).floor(46, 194), b)
    return p.body(b)


@picture
def sitting_leg():
    h = 160
    b = seated(h, 92, 92, 89)
    b.stand("far", b.hip[0] + 0.225 * h).leg("near", 3, -8, 78)
    b.reach("near", add(b.hip, (30, 0.10 * h)), -20)
    p = seat(Picture(14).floor(40, 200), b)
    p.arrow((172, 26), (186, 34), (190, 50))
    return p.body(b)


# --- standing, seen from the side ---------------------------------------------------------------------------------------------------------------------------


def upright(h, x, pelvis=91, thorax=89, hip=0.530, **kw):
    return Side(h, (x, hip * h), pelvis, thorax, **kw)


@picture
def standing():
    h = 140
    b = upright(h, 118)
    b.stand("near", 112)
    b.arm("near", -94, -83, -86)
    p = Picture(10).floor(78, 160)
    return p.body(b)


@picture
def standing_wall():
    h = 140
    b = upright(h, 114, 92, 92, neck=88, head=91)
    wall = b.hip[0] - 0.079 * h
    b.stand("near", wall + 0.045 * h)
    b.arm("near", -92, -84, -86)
    p = Picture(10).floor(wall, 166).front((wall, 0), (wall, 146))
    return p.body(b)


@picture
def standing_hinge():
    h = 146
    b = Side(h, (88, 0.505 * h), 40, 42, neck=43, head=47)
    b.stand("near", 99)
    u, out = 42, 132
    at = lambda along, off: add(b.hip, (u, along * h), (out, off * h))
    p = Picture(10).floor(44, 186).line(at(-0.10, 0.090), at(0.52, 0.090))
    b.reach("near", at(0.075, 0.072), -120, "fist", bend=-1, flip=1)
    return p.body(b)


@picture
def standing_hinge_weights():
    h = 146
    b = Side(h, (88, 0.505 * h), 40, 42, neck=43, head=47)
    b.stand("near", 99)
    b.arm("near", -92, -88, -90, "fist")
    p = Picture(10).floor(44, 186)
    x, y = add(b.limbs["near_arm"]["wrist"], (-90, 0.030 * h))
    p.things += [rect(x - 13, y - 6, x - 7.5, y + 6, 1.5), rect(x + 7.5, y - 6, x + 13, y + 6, 1.5)]
    p.line((x - 9, y), (x + 9, y))
    return p.body(b)


@picture
def standing_back_bend():
    h = 142
    b = Side(h, (124, 0.530 * h), 96, 118, neck=120, head=122)
    b.stand("near", 114)
    p = Picture(10).floor(74, 168)
    back = add(b.hip, (96, 0.05 * h), (186, 0.055 * h))
    b.reach("near", back, -95)
    p.arrow((88, 140), (78, 134), (74, 122))
    return p.body(b)


@picture
def standing_band():
    h = 140
    b = upright(h, 84, 90, 90, hip=0.522)
    b.stand("near", 76).stand("far", 84)
    b.arm("near", -132, 2, 2, "fist")
    p = Picture(10).floor(46, 204).line((198, 0), (198, 140))
    fist = add(b.limbs["near_arm"]["wrist"], (2, 0.04 * h))
    p.line(fist, (198, fist[1] + 3))
    return p.body(b)


@picture
def squat():
    h = 146
    b = Side(h, (88, 0.37 * h), 56, 58, neck=62, head=72)
    b.stand("near", 96).stand("far", 105)
    b.arm("near", -2, 4, 2)
    p = Picture(12).floor(46, 190)
    return p.body(b)


@picture
def split_squat():
    h = 146
    b = Side(h, (112, 0.40 * h), 90, 88)
    b.stand("near", 130).stand("far", 66, foot=-52, toes=0)
    b.arm("near", -105, -30, -20)
    p = Picture(12).floor(40, 190)
    return p.body(b)


@picture
def step_up():
    h = 136
    b = Side(h, (102, 72), 82, 80)
    b.stand("near", 122, y=18).stand("far", 74, foot=-45, toes=0)
    b.arm("near", -118, -66, -66).arm("far", -60, -10, -10)
    p = Picture(8).floor(44, 200).front((114, 0.8), (114, 18), (176, 18), (176, 0.8))
    p.arrow((84, 100), (84, 120))
    return p.body(b)


@picture
def heel_raise():
    h = 134
    b = upright(h, 108, 90, 88, hip=0.568)
    b.stand("near", 100, foot=-38, toes=0)
    top = 0.60 * h
    wrist = (b.shoulder[0] + 0.20 * h, top + 0.017 * h)
    b.reach("near", wrist, 0, "flat")
    p = Picture(8).floor(60, 190)
    x = wrist[0] - 0.05 * h
    p.front((x, top), (x + 44, top)).line((x + 5, top), (x + 5, 0.8)).line((x + 39, top), (x + 39, 0.8))
    p.arrow((90, 6), (90, 24))
    return p.body(b)


def stride(b, front=0.15, back=0.30):
    h, x = b.h, b.hip[0]
    b.stand("near", x + front * h, foot=16).stand("far", x - back * h, foot=-34, toes=0)
    return b


@picture
def walking():
    h = 142
    b = stride(upright(h, 116, 89, 88, hip=0.502))
    b.arm("near", -112, -92, -90).arm("far", -66, -36, -40)
    p = Picture(8).floor(60, 184)
    return p.body(b)


@picture
def walking_poles():
    h = 142
    b = stride(upright(h, 116, 86, 85, hip=0.502))
    b.arm("near", -116, -92, -70, "fist").arm("far", -48, -14, 20, "fist")
    p = Picture(8).floor(40, 204)
    n, f = (add(b.limbs[s + "_arm"]["wrist"], (b.limbs[s + "_arm"]["hand"], 0.03 * h)) for s in ("near", "far"))
    p.line(n, (n[0] - 46, 0)).line(f, (f[0] - 44, 0))
    return p.body(b)


@picture
def carry():
    h = 140
    b = stride(upright(h, 116, 90, 89, hip=0.511), 0.12, 0.25)
    b.arm("near", -92, -90, -90, "fist").arm("far", -76, -58, -60)
    p = Picture(8).floor(60, 180)
    x, y = add(b.limbs["near_arm"]["wrist"], (-90, 0.03 * h))
    p.things.append(circle(x, y - 20, 8.5))
    p.front((x - 4.5, y - 4), (x - 6, y - 12.5)).front((x + 4.5, y - 4), (x + 6, y - 12.5))
    return p.body(b)


@picture
def cycling():
    h = 118
    crank, hub, grip = (120, 30), (160, 30), (146, 103)
    b = Side(h, (100, 83), 74, 68, neck=66, head=84)

    def pedal(side, angle, foot):
        ball = add(crank, (angle, 0.10 * h))
        ankle = add(ball, (foot, -0.074 * h), (foot + 90, (0.0275 + 0.014) * h))
        b.leg_to(side, ankle, foot)
        return ball

    near, far = pedal("near", 24, -8), pedal("far", 204, -22)
    b.reach("near", add(grip, (180, 4)), 10, "fist").reach("far", add(grip, (180, 0), (90, 1)), 10, "fist")
    p = Picture(8).floor(64, 196)
    p.line((86, 73.5), (108, 73.5)).line((98, 73.5), crank, hub, (148, 96), (140, 104)).line(crank, (108, 0.8)).line(hub, (168, 0.8))
    p.line(*ring(*hub, 24)).line(near, far)
    p.solid(rect(84, 70, 110, 74.4))
    return p.body(b)


# --- seen from the front --------------------------------------------------------------------------------------------------------------------------------------


def facing(h, x, hip=0.530, **kw):
    return Front(h, (x, hip * h), **kw)


@picture
def standing_side():
    h = 122
    b = facing(h, 120, axis=93, thorax=70, head=72)
    b.leg("l", -92, -90).leg("r", -86, -89)
    b.shrug("l", -0.012, 0.03)
    b.arm("l", 80, 46, 34).arm("r", -84, -90, -92)
    p = Picture(8).floor(76, 166)
    p.arrow((150, 138), (164, 130), (170, 116))
    return p.body(b)


@picture
def standing_one_leg():
    h = 140
    b = facing(h, 108)
    b.leg("l", -87, -90).leg("r", -76, -98, scale=(0.42, 0.96))
    b.arm("l", -104, -96, -94)
    top = 0.52 * h
    b.reach("r", (146, top + 3.2), -4, "flat", bend=-1)
    p = Picture(10).floor(64, 196).front((140, top), (180, top)).line((146, top), (146, 0.8)).line((174, top), (174, 0.8))
    return p.body(b)


@picture
def hanging():
    h = 116
    b = facing(h, 120, hip=0.525)
    b.leg("l", -95, -89).leg("r", -85, -91)
    b.shrug("l", -0.012, 0.03).shrug("r", -0.012, 0.03)
    b.arm("l", 100, 92, 90, "fist").arm("r", 80, 88, 90, "fist")
    bar = b.limbs["l_arm"]["wrist"][1] + 0.03 * h
    p = Picture(6).floor(56, 184).line((70, 0), (70, bar + 8)).line((170, 0), (170, bar + 8)).line((70, bar), (170, bar))
    return p.body(b)


@picture
def side_lying_leg():
    h = 150
    b = Front(h, (120, 0.098 * h), axis=178, thorax=176, head=173, neck=173)
    b.leg("l", 0, 0, scale=(0.78, 0.72)).leg("r", 24, 24, 30, kind="long")
    b.shrug("l", -0.02, 0.02).shrug("r", -0.012)
    b.arm("l", 184, 180, 180).arm("r", -34, -66, -40, scale=(0.8, 0.6))
    p = Picture(44).floor(8, 232)
    p.arrow((198, 22), (204, 34), (202, 48))
    return p.body(b)


@picture
def side_bridge():
    h = 172
    b = Front(h, (122, 0.222 * h), axis=163, thorax=163, head=164)
    b.leg("l", -16, -15, -15, kind="long").leg("r", -21, -21, -15, kind="long")
    b.arm("l", -92, -3, -2, "flat", scale=(1, 0.55))
    hip = add(b.pelvis, (163, 0.05 * h), (73, 0.07 * h))
    b.reach("r", add(hip, (90, 0.02 * h)), -70, bend=1)
    p = Picture(34).floor(8, 232)
    p.arrow((115, 4), (115, 22))
    return p.body(b)


@picture
def pool():
    h = 138
    b = stride(upright(h, 112, 88, 87, hip=0.502), 0.14, 0.26)
    b.arm("near", -116, -50, -40).arm("far", -44, -14, -10)
    p = Picture(10).floor(24, 216).waves(0.735 * h, 24, 216)
    return p.body(b)


def write(name):
    svg = PICTURES[name]().svg()
    (OUT / f"{name}.svg").write_text(svg)
    return name, len(svg.encode())


if __name__ == "__main__":
    OUT.mkdir(parents=True, exist_ok=True)
    with Pool() as pool_:
        for name, size in pool_.imap(write, sys.argv[1:] or sorted(PICTURES)):
            if size > 4096:
                print(f"{name}: {size} bytes, over 4096", file=sys.stderr)
