"""The body and the picture it stands in: joints first, then flesh, then supports and arrows.

Segment lengths after Winter (Biomechanics and Motor Control of Human Movement, table 4.1, parts of the height), depths and breadths by eye.
The side view faces right; lying on the back the head is left, lying on the front it is right. Angles are those of the world: 0 to the right, 90 up.
Knows no exercise: the poses are in draw.py.
"""

import sys
from math import acos, atan2, ceil, cos, degrees, hypot, pi, sin

from outline import Shape, below, bezier_path, both, chain, circle, grown, join, outside, path, polar, polygon, union, without, fit, unit

WIDTH, HEIGHT = 240, 160

# Winter: lengths as parts of the height.
THIGH, SHANK, UPPER_ARM, FOREARM, TRUNK = 0.245, 0.246, 0.186, 0.146, 0.288
ANKLE_H, HEEL_BACK = (
    0.039,
    0.038,
)  # ankle over the sole, heel behind it; the foot shape is 0.152 long, the hand 0.108, the head ends 0.182 over the shoulder

# fmt: off
# Half depths of a limb seen from the side: (part of the length, towards the front, towards the back), parts of the height.
THIGH_SIDE = ((0, .050, .050), (.2, .052, .049), (.5, .046, .043), (.8, .036, .034), (.93, .033, .031), (1, .032, .030))
SHANK_SIDE = ((0, .031, .029), (.08, .030, .030), (.28, .025, .040), (.5, .022, .034), (.75, .018, .023), (.92, .017, .019), (1, .018, .019))
UPPER_ARM_SIDE = ((0, .033, .034), (.3, .031, .030), (.6, .026, .026), (1, .022, .023))
FOREARM_SIDE = ((0, .023, .023), (.22, .025, .024), (.6, .019, .019), (1, .014, .014))
TRUNK_SIDE = ((0, .050, .062), (.14, .054, .062), (.28, .055, .054), (.42, .056, .045), (.56, .060, .048), (.72, .067, .057), (.86, .064, .065),
              (.97, .046, .062), (1.03, .030, .053))
# Half breadths seen from the front: (part, outer, inner).
THIGH_FRONT = ((0, .046, .048), (.16, .050, .051), (.45, .046, .043), (.8, .033, .034), (.94, .030, .032), (1, .029, .030))
SHANK_FRONT = ((0, .029, .029), (.1, .028, .028), (.3, .032, .031), (.6, .024, .024), (.88, .017, .017), (1, .018, .019))
UPPER_ARM_FRONT = ((0, .034, .030), (.3, .030, .029), (.65, .024, .025), (1, .021, .022))
FOREARM_FRONT = ((0, .022, .022), (.25, .025, .023), (.65, .018, .018), (1, .014, .014))

# fmt: on
GAP = 1.15  # clear line between overlapping parts of one tone


def lerp(table, t):
    """Piecewise cubic through the table (Catmull-Rom on neighbours, clamped at the ends)."""
    if t <= table[0][0]:
        return table[0][1:]
    if t >= table[-1][0]:
        return table[-1][1:]
    i = max(k for k in range(len(table) - 1) if table[k][0] <= t)
    a, b = table[i], table[i + 1]
    u, w = (t - a[0]) / (b[0] - a[0]), b[0] - a[0]
    slope = lambda k, c: (
        (table[min(k + 1, len(table) - 1)][c] - table[max(k - 1, 0)][c]) / (table[min(k + 1, len(table) - 1)][0] - table[max(k - 1, 0)][0])
    )
    h = (2 * u**3 - 3 * u**2 + 1, u**3 - 2 * u**2 + u, 3 * u**2 - 2 * u**3, u**3 - u**2)
    return tuple(h[0] * a[c] + h[1] * w * slope(i, c) + h[2] * b[c] + h[3] * w * slope(i + 1, c) for c in range(1, len(a)))


def add(p, *steps):
    """Point p moved by (angle, length) steps."""
    x, y = p
    for angle, length in steps:
        dx, dy = polar(angle, length)
        x, y = x + dx, y + dy
    return x, y


def angle_to(p, q):
    return degrees(atan2(q[1] - p[1], q[0] - p[0]))


def two_bones(root, target, a, b, bend):
    """Directions of two bones from root to target; bend +1 puts the joint towards the front (knee), -1 to the back (elbow)."""
    d = hypot(target[0] - root[0], target[1] - root[1])
    if d > (a + b) * 1.002:
        print(f"    out of reach by {d - a - b:.1f}", file=sys.stderr)
    d = min(d, (a + b) * 0.9999)
    base, at_root = angle_to(root, target), degrees(acos(max(-1, min(1, (a * a + d * d - b * b) / (2 * a * d)))))
    first = base + bend * at_root
    return first, angle_to(add(root, (first, a)), target)


def bone(a, angle, length, table, h, start=0.0, end=1.0, flip=1, extra=None, width=1.0):
    """A limb segment from joint a along `angle`. extra(t) widens it, e.g. to cut a gap."""
    points, n = [], 9
    for k in range(n + 1):
        t = start + (end - start) * k / n
        front, back = lerp(table, t)
        r = (front + back) / 2 * h * width
        x, y = add(a, (angle, t * length), (angle + 90 * flip, (front - back) / 2 * h * width))
        points.append((x, y, r + (extra(t) if extra else 0.0)))
    return chain(points)


def lay(body, limb, cut, k):
    """The limb over the body: they flow together over k at its root, elsewhere a clear line (what `cut` has more than the limb) parts them."""
    line = both(0.1, cut, outside(limb))
    return without(union(k, body, limb), line, k=0.3)


# --- parts seen from the side ------------------------------------------------------------------------------------------------------------


def foot_side(ankle, d, h, toes=None):
    """Foot whose sole runs along d (heel to toe); `toes` bends the toes to their own direction."""
    u = d + 90
    at = lambda along, up, r: (*add(ankle, (d, along * h), (u, up * h)), r * h)
    back, ball = at(-0.019, -0.022, 0.018), at(0.074, -0.0275, 0.0125)
    toes = d if toes is None else toes
    tip = (*add(ball[:2], (toes, 0.029 * h), (toes + 90, -0.003 * h)), 0.0095 * h)
    return union(
        0.012 * h, chain([at(0, 0, 0.0185), at(0.032, -0.012, 0.0175), ball, tip]), chain([at(0, 0, 0.0185), back, at(0.03, -0.0255, 0.0145), ball])
    )


def hand_side(wrist, d, h, kind, flip=1):
    """open: seen on its side with the thumb; flat: edge on, palm down; fist: round something."""
    at = lambda along, up, r: (*add(wrist, (d, along * h), (d + 90 * flip, up * h)), r * h)
    if kind == "flat":
        return chain([at(-0.008, 0, 0.0145), at(0.03, -0.002, 0.0135), at(0.07, -0.006, 0.0095), at(0.096, -0.0085, 0.0068)])
    if kind == "fist":
        return union(
            0.008 * h,
            chain([at(-0.005, 0, 0.014), at(0.028, 0.002, 0.0215), at(0.042, 0.0, 0.0195)]),
            chain([at(0.02, 0.02, 0.008), at(0.045, 0.016, 0.008)]),
        )
    return union(
        0.006 * h,
        chain([at(-0.005, 0, 0.014), at(0.034, 0.001, 0.0185), at(0.06, 0, 0.016), at(0.097, 0.001, 0.0085)]),
        chain([at(0.012, 0.008, 0.009), at(0.05, 0.0265, 0.0065)]),
    )


def head_side(centre, up, h):
    front = up - 90
    at = lambda f, u, r: (*add(centre, (front, f * h), (up, u * h)), r * h)
    skull = union(0.03 * h, chain([at(-0.014, 0.016, 0.0525), at(0.008, 0.022, 0.047)]), chain([at(0.014, -0.012, 0.040), at(0.036, -0.046, 0.0145)]))
    return union(0.012 * h, skull, chain([at(0.046, 0.002, 0.006), at(0.0615, -0.0155, 0.0052)]))


class Side:
    """A body in the side view; places joints first, then flesh."""

    def __init__(self, h, hip, pelvis, thorax, neck=None, head=None, shoulder=(0, 0), belly=0.0):
        self.h, self.hip = h, hip
        self.pelvis, self.thorax = pelvis, thorax
        neck = thorax - 6 if neck is None else neck
        self.head_up = thorax + 4 if head is None else head
        a, b = polar(pelvis, 0.098 * h), polar(thorax, 0.094 * h)
        shoulder_at = add(hip, (pelvis, 0.104 * h), (thorax, (TRUNK - 0.104) * h))
        self._spine = (hip, (hip[0] + a[0], hip[1] + a[1]), (shoulder_at[0] - b[0], shoulder_at[1] - b[1]), shoulder_at)
        self.c7 = add(shoulder_at, (thorax, 0.024 * h), (thorax - 90, -0.014 * h))
        self.shoulder = add(shoulder_at, (thorax, shoulder[1] * h), (thorax - 90, shoulder[0] * h))
        self.head = add(shoulder_at, (neck, 0.112 * h))
        self.limbs = {}
        self.belly = belly

    # -- joints

    def leg(self, side, thigh, shank, foot, toes=None, scale=(1, 1)):
        knee = add(self.hip, (thigh, THIGH * self.h * scale[0]))
        ankle = add(knee, (shank, SHANK * self.h * scale[1]))
        self.limbs[side + "_leg"] = dict(a=self.hip, knee=knee, ankle=ankle, thigh=thigh, shank=shank, foot=foot, toes=toes, scale=scale)
        return self

    def stand(self, side, heel_x, y=0.0, foot=0.0, toes=None, bend=1):
        """Plants the foot: the back of the heel at x on the ground y; with toes given, the ball stays and the heel rises by `foot` < 0."""
        h = self.h
        if toes is None and foot > 0:  # on the round of the heel
            heel = (heel_x + 0.018 * h, y + 0.018 * h)
            ankle = add(heel, (foot, 0.019 * h), (foot + 90, 0.022 * h))
        elif toes is None:
            ankle = add((heel_x, y), (foot, HEEL_BACK * h), (foot + 90, (ANKLE_H + 0.001) * h))
        else:
            ball = (heel_x + (HEEL_BACK + 0.074) * h, y + 0.0128 * h)
            ankle = add(ball, (foot, -0.074 * h), (foot + 90, 0.0275 * h))
        return self.leg_to(side, ankle, foot, toes, bend)

    def leg_to(self, side, ankle, foot, toes=None, bend=1):
        thigh, shank = two_bones(self.hip, ankle, THIGH * self.h, SHANK * self.h, bend)
        return self.leg(side, thigh, shank, foot, toes)

    def arm(self, side, upper, fore, hand=None, kind="open", scale=(1, 1), flip=1, free=0.42):
        elbow = add(self.shoulder, (upper, UPPER_ARM * self.h * scale[0]))
        wrist = add(elbow, (fore, FOREARM * self.h * scale[1]))
        self.limbs[side + "_arm"] = dict(
            elbow=elbow, wrist=wrist, upper=upper, fore=fore, hand=fore if hand is None else hand, kind=kind, scale=scale, flip=flip, free=free
        )
        return self

    def reach(self, side, wrist, hand=None, kind="open", bend=-1, flip=1, free=0.42):
        upper, fore = two_bones(self.shoulder, wrist, UPPER_ARM * self.h, FOREARM * self.h, bend)
        return self.arm(side, upper, fore, hand, kind, flip=flip, free=free)

    def stretch(self, side, wrist, hand=None, kind="open", free=0.42):
        """An arm that points a little towards the viewer: straight, shortened to end at `wrist`."""
        d = hypot(wrist[0] - self.shoulder[0], wrist[1] - self.shoulder[1]) / ((UPPER_ARM + FOREARM) * self.h)
        a = angle_to(self.shoulder, wrist)
        return self.arm(side, a, a, hand, kind, scale=(d, d), free=free)

    # -- flesh

    def trunk_shape(self):
        h = self.h
        p0, p1, p2, p3 = self._spine
        flexed = max(-50, min(60, (self.pelvis - self.thorax + 180) % 360 - 180))  # bent forward is positive
        points, n = [], 26
        for k in range(n + 1):
            t = 1.03 * k / n
            s = 1 - t
            x, y = (s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d for a, b, c, d in zip(p0, p1, p2, p3))
            dx, dy = (3 * s * s * (b - a) + 6 * s * t * (c - b) + 3 * t * t * (d - c) for a, b, c, d in zip(p0, p1, p2, p3))
            front, back = lerp(TRUNK_SIDE, t)
            hollow = max(0, 1 - abs(t - 0.45) / 0.3)
            back += hollow * (0.010 * max(flexed, 0) / 40 + 0.006 * min(flexed, 0) / 30)
            front += max(0, 1 - abs(t - 0.33) / 0.3) * self.belly
            ax, ay = unit(dx, dy)
            o = (front - back) / 2 * h
            points.append((x + ay * o, y - ax * o, (front + back) / 2 * h))
        seat = add(self.hip, (self.pelvis - 90, -0.026 * h), (self.pelvis, -0.012 * h))
        neck_top = add(self.head, (self.head_up - 90, -0.012 * h), (self.head_up, -0.030 * h))
        neck = chain([(*self.c7, 0.036 * h), (*neck_top, 0.0315 * h)])
        return union(0.03 * h, chain(points), circle(*seat, 0.050 * h), union(0.02 * h, neck, head_side(self.head, self.head_up, h)))

    def leg_shape(self, side):
        l = self.limbs.get(side + "_leg")
        if not l:
            return None
        h, (s0, s1) = self.h, l["scale"]
        thigh = bone(l["a"], l["thigh"], THIGH * h * s0, THIGH_SIDE, h)
        shank = bone(l["knee"], l["shank"], SHANK * h * s1, SHANK_SIDE, h)
        return union(0.014 * h, thigh, shank, foot_side(l["ankle"], l["foot"], h, l["toes"]))

    def arm_shape(self, side):
        l = self.limbs.get(side + "_arm")
        if not l:
            return None
        h, (s0, s1) = self.h, l["scale"]
        upper = bone(self.shoulder, l["upper"], UPPER_ARM * h * s0, UPPER_ARM_SIDE, h)
        fore = bone(l["elbow"], l["fore"], FOREARM * h * s1, FOREARM_SIDE, h)
        return union(0.009 * h, upper, fore, hand_side(l["wrist"], l["hand"], h, l["kind"], l["flip"]))

    def arm_cut(self, side):
        """What the arm takes out of the trunk: its shape grown by the gap, but nothing at the shoulder, where it belongs to it."""
        l = self.limbs[side + "_arm"]
        h, (s0, s1) = self.h, l["scale"]
        grow = lambda t: GAP * min(1, max(0, (t - l["free"]) / 0.3))
        upper = bone(self.shoulder, l["upper"], UPPER_ARM * h * s0, UPPER_ARM_SIDE, h, start=l["free"], extra=grow)
        fore = bone(l["elbow"], l["fore"], FOREARM * h * s1, FOREARM_SIDE, h, extra=lambda t: GAP)
        return union(0.009 * h, upper, fore, grown(hand_side(l["wrist"], l["hand"], h, l["kind"], l["flip"]), GAP))

    def leg_cut(self, side):
        l = self.limbs[side + "_leg"]
        h, (s0, s1) = self.h, l["scale"]
        grow = lambda t: GAP * min(1, max(0, (t - 0.45) / 0.3))
        thigh = bone(l["a"], l["thigh"], THIGH * h * s0, THIGH_SIDE, h, start=0.45, extra=grow)
        shank = bone(l["knee"], l["shank"], SHANK * h * s1, SHANK_SIDE, h, extra=lambda t: GAP)
        return union(0.014 * h, thigh, shank, grown(foot_side(l["ankle"], l["foot"], h, l["toes"]), GAP))

    def layers(self):
        """(near, far) shapes. Order of depth: far limbs, trunk, near leg, near arm."""
        h = self.h
        trunk, leg, arm = self.trunk_shape(), self.leg_shape("near"), self.arm_shape("near")
        whole = union(0.5, trunk, leg, arm)
        near = trunk
        if leg:
            near = lay(near, leg, self.leg_cut("near"), 0.016 * h)
        if arm:
            near = lay(near, arm, self.arm_cut("near"), 0.012 * h)
        limbs = [s for s in (self.leg_shape("far"), self.arm_shape("far")) if s]
        far = without(union(0.3, *limbs), whole, gap=GAP) if limbs else None
        return near, far


# --- parts seen from the front -------------------------------------------------------------------------------------------------------------


class Front:
    """A body seen from the front (or from behind): limbs "l" and "r" are those on the viewer's left and right when it stands."""

    HIP, SHOULDER = 0.052, 0.096
    # fmt: off
    OUTLINE = ((-.14, .060), (-.06, .085), (.02, .094), (.13, .091), (.28, .081), (.42, .0765), (.56, .081), (.74, .092), (.88, .098), (.96, .094), (1.03, .078), (1.09, .056), (1.15, .038))
    # fmt: on

    def __init__(self, h, pelvis, axis=90, thorax=None, head=None, shoulders=None, hips=None, neck=None):
        self.h, self.pelvis, self.axis = h, pelvis, axis
        self.thorax = axis if thorax is None else thorax
        neck = self.thorax if neck is None else neck
        self.head_up = neck if head is None else head
        a, b = polar(axis, 0.098 * h), polar(self.thorax, 0.094 * h)
        top = add(pelvis, (axis, 0.104 * h), (self.thorax, (TRUNK - 0.116) * h))
        self._spine = (pelvis, (pelvis[0] + a[0], pelvis[1] + a[1]), (top[0] - b[0], top[1] - b[1]), top)
        self.top = top
        self.head = add(top, (self.thorax, 0.03 * h), (neck, 0.092 * h))
        tilt = self.thorax if shoulders is None else shoulders
        hip_tilt = axis if hips is None else hips
        self.shoulder = {
            "r": add(top, (tilt - 90, self.SHOULDER * h), (tilt, -0.020 * h)),
            "l": add(top, (tilt + 90, self.SHOULDER * h), (tilt, -0.020 * h)),
        }
        self.hip = {"r": add(pelvis, (hip_tilt - 90, self.HIP * h)), "l": add(pelvis, (hip_tilt + 90, self.HIP * h))}
        self.limbs = {}

    def shrug(self, side, out=0.0, up=0.0):
        x, y = self.shoulder[side]
        sign = 1 if side == "r" else -1
        self.shoulder[side] = add((x, y), (self.thorax, up * self.h), (self.thorax - 90 * sign, out * self.h))
        return self

    def leg(self, side, thigh, shank, foot=None, scale=(1, 1), kind="front"):
        knee = add(self.hip[side], (thigh, THIGH * self.h * scale[0]))
        ankle = add(knee, (shank, SHANK * self.h * scale[1]))
        self.limbs[side + "_leg"] = dict(
            thigh=thigh, shank=shank, knee=knee, ankle=ankle, foot=shank if foot is None else foot, scale=scale, kind=kind
        )
        return self

    def arm(self, side, upper, fore, hand=None, kind="open", scale=(1, 1)):
        elbow = add(self.shoulder[side], (upper, UPPER_ARM * self.h * scale[0]))
        wrist = add(elbow, (fore, FOREARM * self.h * scale[1]))
        self.limbs[side + "_arm"] = dict(
            upper=upper, fore=fore, elbow=elbow, wrist=wrist, hand=fore if hand is None else hand, scale=scale, kind=kind
        )
        return self

    def reach(self, side, wrist, hand=None, kind="open", bend=1):
        upper, fore = two_bones(self.shoulder[side], wrist, UPPER_ARM * self.h, FOREARM * self.h, bend)
        return self.arm(side, upper, fore, hand, kind)

    def leg_across(self, side, thigh, scale, ankle, kind="long"):
        """A leg that comes towards the viewer: thigh foreshortened by `scale`, the shank by whatever brings the ankle to its place."""
        knee = add(self.hip[side], (thigh, THIGH * self.h * scale))
        shank = angle_to(knee, ankle)
        return self.leg(side, thigh, shank, shank, (scale, hypot(ankle[0] - knee[0], ankle[1] - knee[1]) / (SHANK * self.h)), kind)

    def trunk_shape(self):
        h = self.h
        p0, p1, p2, p3 = self._spine
        right, left = [], []
        n = 30
        for k in range(n + 1):
            t = -0.14 + 1.30 * k / n
            s = 1 - t
            x, y = (s**3 * a + 3 * s * s * t * b + 3 * s * t * t * c + t**3 * d for a, b, c, d in zip(p0, p1, p2, p3))
            dx, dy = (3 * s * s * (b - a) + 6 * s * t * (c - b) + 3 * t * t * (d - c) for a, b, c, d in zip(p0, p1, p2, p3))
            (w,) = lerp(self.OUTLINE, t)
            ax, ay = unit(dx, dy)
            right.append((x + ay * w * h, y - ax * w * h))
            left.append((x - ay * w * h, y + ax * w * h))
        body = polygon(right + left[::-1])
        base = add(self.top, (self.thorax, 0.012 * h))
        neck = chain([(*base, 0.034 * h), (*add(self.head, (self.head_up, -0.03 * h)), 0.0295 * h)])
        at = lambda f, u, r: (*add(self.head, (self.head_up - 90, f * h), (self.head_up, u * h)), r * h)
        head = union(0.03 * h, chain([at(0, 0.020, 0.0475), at(0, 0.006, 0.0465)]), chain([at(0, -0.012, 0.041), at(0, -0.042, 0.0225)]))
        ears = [chain([at(s * 0.045, -0.001, 0.0065), at(s * 0.044, -0.013, 0.005)]) for s in (-1, 1)]
        return union(0.022 * h, body, union(0.012 * h, neck, union(0.004 * h, head, *ears)))

    def leg_shape(self, side):
        l = self.limbs.get(side + "_leg")
        if not l:
            return None
        h, flip, (s0, s1) = self.h, 1 if side == "r" else -1, l["scale"]
        thigh = bone(self.hip[side], l["thigh"], THIGH * h * s0, THIGH_FRONT, h, flip=flip)
        shank = bone(l["knee"], l["shank"], SHANK * h * s1, SHANK_FRONT, h, flip=flip)
        d, a = l["foot"], l["ankle"]
        at = lambda along, out, r: (*add(a, (d, along * h), (d + 90 * flip, out * h)), r * h)
        if l["kind"] == "long":  # sole towards the viewer's floor, toes pointing along d
            foot = chain([at(0, 0, 0.018), at(0.03, 0.004, 0.02), at(0.07, 0.010, 0.022), at(0.09, 0.012, 0.016)])
        else:
            foot = chain([at(0, 0, 0.0185), at(0.014, 0.006, 0.022), at(0.0225, 0.017, 0.0235)])
        return union(0.012 * h, thigh, shank, foot)

    def arm_shape(self, side, cut=False):
        l = self.limbs.get(side + "_arm")
        if not l:
            return None
        h, flip, (s0, s1) = self.h, 1 if side == "r" else -1, l["scale"]
        g = GAP if cut else 0
        upper = bone(
            self.shoulder[side],
            l["upper"],
            UPPER_ARM * h * s0,
            UPPER_ARM_FRONT,
            h,
            flip=flip,
            start=0.45 if cut else 0,
            extra=lambda t: g * min(1, max(0, (t - 0.45) / 0.25)),
        )
        fore = bone(l["elbow"], l["fore"], FOREARM * h * s1, FOREARM_FRONT, h, flip=flip, extra=lambda t: g)
        if l["kind"] == "none":
            return union(0.009 * h, upper, fore)
        hand = hand_side(l["wrist"], l["hand"], h, l["kind"], flip=-flip)
        return union(0.009 * h, upper, fore, grown(hand, g) if g else hand)

    def leg_cut(self, side):
        l, h = self.limbs[side + "_leg"], self.h
        flip, (s0, s1) = 1 if side == "r" else -1, l["scale"]
        thigh = bone(
            self.hip[side], l["thigh"], THIGH * h * s0, THIGH_FRONT, h, flip=flip, start=0.5, extra=lambda t: GAP * min(1, max(0, (t - 0.5) / 0.3))
        )
        d = l["foot"]
        foot = chain([(*add(l["ankle"], (d, a * h)), 0.024 * h + GAP) for a in (0, 0.09)])
        return union(0.3, thigh, bone(l["knee"], l["shank"], SHANK * h * s1, SHANK_FRONT, h, flip=flip, extra=lambda t: GAP), foot)

    def layers(self, far=(), over=None):
        """Limbs named in `far` are drawn in the lighter tone behind the body; the leg `over` ("l" or "r") lies across the other."""
        h = self.h
        near = self.trunk_shape()
        legs = [self.leg_shape(s) for s in "lr" if s + "_leg" not in far and s != over]
        legs = [s for s in legs if s]
        if legs:
            near = union(0.018 * h, near, union(0.3, *legs))
        if over:
            near = lay(near, self.leg_shape(over), self.leg_cut(over), 0.018 * h)
        for s in "lr":
            name = s + "_arm"
            if name in self.limbs and name not in far:
                near = lay(near, self.arm_shape(s), self.arm_shape(s, cut=True), 0.016 * h)
        behind = [self.leg_shape(n[0]) if n.endswith("leg") else self.arm_shape(n[0]) for n in far]
        return near, (without(union(0.3, *behind), near, gap=GAP) if behind else None)


# --- the picture -----------------------------------------------------------------------------------------------------------------------------


class Picture:
    """Collects shapes and lines (y up, ground at 0) and writes the SVG. `ground` is the height of the ground line above the lower edge."""

    def __init__(self, ground=12):
        self.ground = ground
        self.near, self.far, self.ghosts, self.lines, self.arrows, self.solids, self.fronts = [], [], [], [], [], [], []
        self.has_floor = False
        self.water = None
        self.things = []

    def body(self, body, **kw):
        near, far = body.layers(**kw)
        self.near.append(near)
        if far:
            self.far.append(far)
        return self

    def floor(self, x0, x1):
        self.lines.append([(x0, 0), (x1, 0)])
        self.solids.append(below(0.75))
        self.has_floor = True
        return self

    def line(self, *points):
        """A thin line behind the body."""
        self.lines.append(list(points))
        return self

    def front(self, *points):
        """A thin line in front of the body."""
        self.fronts.append(list(points))
        return self

    def solid(self, shape):
        """Something the body cannot enter (flesh gives way): a seat, a step, a pillow."""
        self.solids.append(shape)
        return self

    def ghost(self, shape):
        self.ghosts.append(shape)
        return self

    def arrow(self, *points, both_ends=False):
        self.arrows.append((points, both_ends))
        return self

    def waves(self, y, x0, x1):
        """A water surface at the height y, open over the body."""
        level = lambda x: y + 1.6 * sin(x / 5.1)
        self.fronts.append([(x0 + k * (x1 - x0) / 120, level(x0 + k * (x1 - x0) / 120)) for k in range(121)])
        self.water = Shape(lambda x, v: v - level(x), (0, 0, 240, y + 2)), Shape(lambda x, v: level(x) - v, (0, 0, 240, 160))
        return self

    def svg(self):
        top = HEIGHT - self.ground
        near = union(0.4, *self.near)
        cut = [self._stroke(l, 0.8) for l in self.fronts] + self.things
        near_cut = without(near, *self.solids, k=0.3)
        near_cut = without(near_cut, *cut, gap=GAP, k=0.3) if cut else near_cut
        far = union(0.4, *self.far) if self.far else None
        if far:
            far = without(far, *self.solids, k=0.3)
            far = without(far, near, *cut, gap=GAP, k=0.3)
        whole = union(0.1, *[s for s in (near_cut, far) if s])
        out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" fill="currentColor">']
        draw = lambda shape, op: out.append(f'<path fill-opacity="{op}" d="{path(shape, top)}"/>')
        for g in self.ghosts:
            draw(without(g, whole, *self.solids, gap=GAP), ".16")
        strokes = [self._stroke_path(run, top) for l in self.lines for run in self._visible(l, whole)]
        strokes += [self._stroke_path(l, top) for l in self.fronts]
        if strokes:
            out.append(
                f'<path fill="none" stroke="currentColor" stroke-opacity=".5" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" d="{"".join(strokes)}"/>'
            )
        for thing in self.things:
            draw(thing, ".5")
        if self.water:  # what is under water is fainter
            under, over = self.water
            if far:
                draw(both(0.3, far, over), ".4")
                draw(both(0.3, far, under), ".22")
            draw(both(0.3, near_cut, under), ".5")
            near_cut = both(0.3, near_cut, over)
        elif far:
            draw(far, ".4")
        draw(near_cut, ".86")
        for points, both_ends in self.arrows:
            out.append(f'<path class="accent" fill="currentColor" d="{self._arrow(points, both_ends, top)}"/>')
        return "\n".join(out) + "\n</svg>\n"

    def _stroke(self, points, r):
        return chain([(x, y, r) for x, y in points])

    def _visible(self, points, hide):
        """Runs of a line that are not hidden by the shape."""
        f, runs, run = hide.f, [], []
        for (ax, ay), (bx, by) in zip(points, points[1:]):
            n = max(1, ceil(hypot(bx - ax, by - ay) / 0.5))
            for k in range(n + (1 if (bx, by) == points[-1] else 0)):
                x, y = ax + (bx - ax) * k / n, ay + (by - ay) * k / n
                if f(x, y) < GAP + 0.7 and not (self.has_floor and y <= 0.01):
                    if len(run) > 1:
                        runs.append(run)
                    run = []
                else:
                    run.append((x, y))
        if len(run) > 1:
            runs.append(run)
        return [self._straighten(r) for r in runs if hypot(r[-1][0] - r[0][0], r[-1][1] - r[0][1]) > 2.5 or len(r) > 12]  # no crumbs

    @staticmethod
    def _straighten(run):
        out = [run[0]]
        for p, q in zip(run[1:], run[2:]):
            o = out[-1]
            if abs((p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])) > 0.04 * hypot(q[0] - o[0], q[1] - o[1]):
                out.append(p)
        return out + [run[-1]]

    def _stroke_path(self, points, top):
        pts = [(round(x, 1), round(top - y, 1)) for x, y in points]
        if len(pts) > 12:  # a curve
            out, run = [], points
            fit(run, unit(run[1][0] - run[0][0], run[1][1] - run[0][1]), unit(run[-2][0] - run[-1][0], run[-2][1] - run[-1][1]), 0.15, out)
            return bezier_path(out, top)
        d, (x, y) = f"M{join(pts[0])}", pts[0]
        for px, py in pts[1:]:
            d += "l" + join((px - x, py - y))
            x, y = px, py
        return d

    def _arrow(self, points, both_ends, top):
        """A filled arrow along a quadratic curve (2 or 3 points)."""
        if len(points) == 2:
            a, c = points
            points = (a, ((a[0] + c[0]) / 2, (a[1] + c[1]) / 2), c)
        a, b, c = points
        n, w, head, wide = 16, 1.1, 7.0, 4.2
        line = [
            ((1 - t) ** 2 * a[0] + 2 * t * (1 - t) * b[0] + t * t * c[0], (1 - t) ** 2 * a[1] + 2 * t * (1 - t) * b[1] + t * t * c[1])
            for t in (k / n for k in range(n + 1))
        ]
        normals = []
        for i in range(n + 1):
            p, q = line[max(i - 1, 0)], line[min(i + 1, n)]
            ux, uy = unit(q[0] - p[0], q[1] - p[1])
            normals.append((-uy, ux))

        def trimmed(pts):
            return [
                i
                for i, p in enumerate(pts)
                if hypot(p[0] - c[0], p[1] - c[1]) >= head * 0.8 and (not both_ends or hypot(p[0] - a[0], p[1] - a[1]) >= head * 0.8)
            ]

        keep = trimmed(line)
        left = [(line[i][0] + normals[i][0] * w, line[i][1] + normals[i][1] * w) for i in keep]
        right = [(line[i][0] - normals[i][0] * w, line[i][1] - normals[i][1] * w) for i in keep]

        def tip(end, i):
            base = line[i]
            ux, uy = unit(end[0] - base[0], end[1] - base[1])
            root = (end[0] - ux * head, end[1] - uy * head)
            return [(root[0] - uy * wide, root[1] + ux * wide), end, (root[0] + uy * wide, root[1] - ux * wide)]

        outline = left + tip(c, keep[-1]) + right[::-1] + (tip(a, keep[0]) if both_ends else [])
        pts = [(round(x, 1), round(top - y, 1)) for x, y in outline]
        d, (x, y) = f"M{join(pts[0])}", pts[0]
        for px, py in pts[1:]:
            if (px, py) != (x, y):
                d += "l" + join((px - x, py - y))
            x, y = px, py
        return d + "z"


# --- supports ------------------------------------------------------------------------------------------------------------------------------------


def chair(p, seat_x0, seat_x1, seat_y, back_x, back_top):
    """A plain chair from the side; the back stands at back_x (one of the seat's ends)."""
    front_x = seat_x1 if back_x == seat_x0 else seat_x0
    lean = -4 if back_x < front_x else 4
    p.front((back_x, seat_y), (front_x, seat_y)).line((back_x + lean, back_top), (back_x, seat_y))
    p.line((back_x, seat_y), (back_x + lean * 0.6, 0.8)).line((front_x, seat_y), (front_x - lean * 0.4, 0.8))
    return p


def pillow(p, x0, x1, y1, y0=0.8):
    """A pillow on the floor, drawn as a soft outline."""
    xm, r = (x0 + x1) / 2, (y1 - y0) / 2
    pts = []
    n = 40
    for k in range(n + 1):
        a = 2 * pi * k / n
        c, s = cos(a), sin(a)
        pts.append((xm + (x1 - x0) / 2 * (abs(c) ** 0.55) * (1 if c > 0 else -1), (y0 + y1) / 2 + r * (abs(s) ** 0.8) * (1 if s > 0 else -1)))
    p.line(*pts)
    p.solid(grown(polygon(pts[:-1]), 0.8 + GAP))
    return p


def pillow_above(p, x0, y0, x1, y1):
    """A pillow seen from above: a rectangle with drawn-in sides."""
    pts = []
    for (ax, ay), (bx, by) in zip(((x0, y0), (x1, y0), (x1, y1), (x0, y1)), ((x1, y0), (x1, y1), (x0, y1), (x0, y0))):
        nx, ny = unit(ay - by, bx - ax)
        for k in range(12):
            t = k / 12
            s = 1.8 * sin(pi * t)
            pts.append((ax + (bx - ax) * t + nx * s, ay + (by - ay) * t + ny * s))
    p.line(*pts, pts[0])
    return p


def under_head(p, b):
    """A thin pillow under the head of a body on its back."""
    return pillow(p, b.head[0] - 0.075 * b.h, b.head[0] + 0.085 * b.h, 5.6)


def ring(x, y, r, a0=0, a1=360, n=40):
    return [add((x, y), (a0 + (a1 - a0) * k / n, r)) for k in range(n + 1)]
