"""Shapes as signed distances, and their outline as a compact SVG path.

A shape answers how far a point lies outside it (negative inside). Limbs are chains of round cones, joined with a soft minimum so that flesh
flows over a joint; one shape is cut out of another with a fixed gap, so that an arm stays readable in front of a trunk of the same tone.
The zero line is followed on a grid and fitted with cubic Béziers (Schneider, Graphics Gems, 1990).
Lengths are in viewBox units, y points up; only `path` turns y over. Knows nothing of bodies.
"""

from math import cos, hypot, inf, radians, sin, sqrt

FAR = 16.0  # beyond this distance the box of a shape is precise enough


class Shape:
    """A signed distance `f(x, y)` with the box (x0, y0, x1, y1) that holds the shape."""

    __slots__ = ("f", "box")

    def __init__(self, f, box):
        self.f, self.box = f, box


def polar(angle_deg, length=1.0):
    return length * cos(radians(angle_deg)), length * sin(radians(angle_deg))


def _boxed(f, box):
    """Answers from the box alone when the point is far away (a lower bound, enough for tracing)."""
    x0, y0, x1, y1 = box

    def g(x, y):
        dx = x0 - x if x < x0 else x - x1 if x > x1 else 0.0
        dy = y0 - y if y < y0 else y - y1 if y > y1 else 0.0
        if dx > FAR or dy > FAR:
            return dx if dx > dy else dy
        return f(x, y)

    return Shape(g, box)


def circle(x, y, r):
    return Shape(lambda px, py: hypot(px - x, py - y) - r, (x - r, y - r, x + r, y + r))


def _cone(ax, ay, ra, bx, by, rb):
    length = hypot(bx - ax, by - ay)
    if length <= abs(ra - rb) + 1e-9:
        return circle(ax, ay, ra).f if ra >= rb else circle(bx, by, rb).f
    ux, uy = (bx - ax) / length, (by - ay) / length
    s = (ra - rb) / length
    c = sqrt(1 - s * s)

    def f(x, y):
        px, py = x - ax, y - ay
        t, n = px * ux + py * uy, abs(py * ux - px * uy)
        k = c * t - s * n
        if k < 0:
            return hypot(n, t) - ra
        if k > c * length:
            return hypot(n, t - length) - rb
        return n * c + t * s - ra

    return f


def chain(points):
    """Round cones through `points` = [(x, y, radius), ...]."""
    if len(points) == 1:
        return circle(*points[0])
    fs = [_cone(*a, *b) for a, b in zip(points, points[1:])]
    box = (min(x - r for x, _, r in points), min(y - r for _, y, r in points), max(x + r for x, _, r in points), max(y + r for _, y, r in points))
    return _boxed(lambda x, y: min([f(x, y) for f in fs]), box)


def polygon(points):
    """Signed distance of a closed polygon (even-odd)."""
    edges = []
    for (ax, ay), (bx, by) in zip(points, points[1:] + points[:1]):
        dx, dy = bx - ax, by - ay
        if dx or dy:
            edges.append((ax, ay, bx, by, dx, dy, dx * dx + dy * dy))

    def f(x, y):
        best, inside = inf, False
        for ax, ay, _, by, dx, dy, l2 in edges:
            px, py = x - ax, y - ay
            t = (px * dx + py * dy) / l2
            t = 0.0 if t < 0 else 1.0 if t > 1 else t
            ex, ey = px - t * dx, py - t * dy
            d = ex * ex + ey * ey
            if d < best:
                best = d
            if (ay > y) != (by > y) and x < dx * (y - ay) / dy + ax:
                inside = not inside
        return -sqrt(best) if inside else sqrt(best)

    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return _boxed(f, (min(xs), min(ys), max(xs), max(ys)))


def rect(x0, y0, x1, y1, r=0.0):
    cx, cy, hx, hy = (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2 - r, (y1 - y0) / 2 - r

    def f(x, y):
        qx, qy = abs(x - cx) - hx, abs(y - cy) - hy
        return hypot(max(qx, 0), max(qy, 0)) + min(max(qx, qy), 0) - r

    return Shape(f, (x0, y0, x1, y1))


def below(y0):
    """Everything under the height y0."""
    return Shape(lambda x, y: y - y0, (-inf, -inf, inf, y0))


def union(k, *shapes):
    """Soft union: `k` is the width over which two surfaces flow into each other."""
    shapes = [s for s in shapes if s]
    if len(shapes) == 1:
        return shapes[0]
    fs = [s.f for s in shapes]

    def f(x, y):
        d = fs[0](x, y)
        for g in fs[1:]:
            e = g(x, y)
            h = k - abs(d - e)
            d = (d if d < e else e) - (h * h / (4 * k) if h > 0 else 0.0)
        return d

    return Shape(
        f,
        (min(s.box[0] for s in shapes) - k, min(s.box[1] for s in shapes) - k, max(s.box[2] for s in shapes) + k, max(s.box[3] for s in shapes) + k),
    )


def both(k, a, *others):
    """Soft intersection, inside the box of `a`."""
    fs = [s.f for s in others]

    def f(x, y):
        d = a.f(x, y)
        for g in fs:
            e = g(x, y)
            h = k - abs(d - e)
            d = (d if d > e else e) + (h * h / (4 * k) if h > 0 else 0.0)
        return d

    return Shape(f, a.box)


def grown(shape, by):
    f = shape.f
    x0, y0, x1, y1 = shape.box
    return Shape(lambda x, y: f(x, y) - by, (x0 - by, y0 - by, x1 + by, y1 + by))


def outside(shape):
    f = shape.f
    return Shape(lambda x, y: -f(x, y), (-inf, -inf, inf, inf))


def without(shape, *cutters, gap=0.0, k=0.5):
    """`shape` less every cutter, keeping `gap` between them; corners rounded over `k`."""
    cutters = [outside(grown(c, gap)) for c in cutters if c]
    return both(k, shape, *cutters) if cutters else shape


# --- tracing -----------------------------------------------------------------------------------------------------------------------


def loops(shape, step=0.5, least_area=2.0):
    """Closed polylines of the zero line, inside on the left."""
    f, cache = shape.f, {}

    def value(i, j):
        v = cache.get((i, j))
        if v is None:
            v = cache[i, j] = f(i * step, j * step) or 1e-9
        return v

    x0, y0, x1, y1 = (v / step for v in shape.box)
    big = 16
    cells, todo = [], []
    for i in range(int(x0 // big) * big - big, int(x1) + big, big):
        for j in range(int(y0 // big) * big - big, int(y1) + big, big):
            todo.append((i, j, big))
    while todo:  # a cell whose middle is farther away than its half diagonal holds no outline
        i, j, n = todo.pop()
        if n == 1:
            cells.append((i, j))
        elif abs(f((i + n / 2) * step, (j + n / 2) * step)) < n * step * 0.76:
            h = n // 2
            todo += [(i, j, h), (i + h, j, h), (i, j + h, h), (i + h, j + h, h)]

    def crossing(i, j, di, dj):
        a, b = value(i, j), value(i + di, j + dj)
        t = a / (a - b)
        return (i + di * t) * step, (j + dj * t) * step

    follow, where = {}, {}
    for i, j in cells:
        a, b, c, d = value(i, j), value(i + 1, j), value(i + 1, j + 1), value(i, j + 1)
        case = (a < 0) | (b < 0) << 1 | (c < 0) << 2 | (d < 0) << 3
        if case in (0, 15):
            continue
        south, east, north, west = (i, j, 1, 0), (i + 1, j, 0, 1), (i, j + 1, 1, 0), (i, j, 0, 1)
        joins = {
            1: [(south, west)],
            2: [(east, south)],
            3: [(east, west)],
            4: [(north, east)],
            6: [(north, south)],
            7: [(north, west)],
            8: [(west, north)],
            9: [(south, north)],
            11: [(east, north)],
            12: [(west, east)],
            13: [(south, east)],
            14: [(west, south)],
        }
        if case in (5, 10):
            full = a + b + c + d < 0
            if case == 5:
                pairs = [(south, east), (north, west)] if full else [(south, west), (north, east)]
            else:
                pairs = [(east, north), (west, south)] if full else [(east, south), (west, north)]
        else:
            pairs = joins[case]
        for p, q in pairs:
            follow[p] = q
            for e in (p, q):
                if e not in where:
                    where[e] = crossing(*e)

    found = []
    while follow:
        start, e = next(iter(follow.items()))
        del follow[start]
        loop = [where[start]]
        while e != start:
            loop.append(where[e])
            e = follow.pop(e)
        if abs(_area(loop)) >= least_area:
            found.append(loop)
    return sorted(found, key=lambda l: -abs(_area(l)))


def _area(loop):
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(loop, loop[1:] + loop[:1])) / 2


# --- curve fitting -------------------------------------------------------------------------------------------------------------------


def unit(x, y):
    n = hypot(x, y) or 1.0
    return x / n, y / n


def _bezier(b, t):
    s = 1 - t
    w = (s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t)
    return sum(w[i] * b[i][0] for i in range(4)), sum(w[i] * b[i][1] for i in range(4))


def fit(points, t0, t1, tolerance, out):
    """Cubic Béziers through `points`, leaving along the unit tangents t0 (first) and t1 (last, pointing back)."""
    first, last = points[0], points[-1]
    chord = hypot(last[0] - first[0], last[1] - first[1])
    if len(points) == 2:
        d = chord / 3
        out.append((first, (first[0] + t0[0] * d, first[1] + t0[1] * d), (last[0] + t1[0] * d, last[1] + t1[1] * d), last))
        return
    u = [0.0]
    for p, q in zip(points, points[1:]):
        u.append(u[-1] + hypot(q[0] - p[0], q[1] - p[1]))
    total = u[-1]
    u = [v / total for v in u]
    for _ in range(5):
        c00 = c01 = c11 = x0 = x1 = 0.0
        for p, t in zip(points, u):
            s = 1 - t
            b0, b1, b2, b3 = s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t
            a0, a1 = (t0[0] * b1, t0[1] * b1), (t1[0] * b2, t1[1] * b2)
            rx = p[0] - first[0] * (b0 + b1) - last[0] * (b2 + b3)
            ry = p[1] - first[1] * (b0 + b1) - last[1] * (b2 + b3)
            c00 += a0[0] ** 2 + a0[1] ** 2
            c01 += a0[0] * a1[0] + a0[1] * a1[1]
            c11 += a1[0] ** 2 + a1[1] ** 2
            x0 += a0[0] * rx + a0[1] * ry
            x1 += a1[0] * rx + a1[1] * ry
        det = c00 * c11 - c01 * c01
        l0 = l1 = 0.0
        if abs(det) > 1e-12:
            l0, l1 = (x0 * c11 - x1 * c01) / det, (c00 * x1 - c01 * x0) / det
        if l0 < 1e-3 * chord or l1 < 1e-3 * chord or l0 > 3 * total or l1 > 3 * total:
            l0 = l1 = chord / 3
        b = (first, (first[0] + t0[0] * l0, first[1] + t0[1] * l0), (last[0] + t1[0] * l1, last[1] + t1[1] * l1), last)
        worst, split = 0.0, len(points) // 2
        for i, (p, t) in enumerate(zip(points, u)):
            q = _bezier(b, t)
            e = hypot(p[0] - q[0], p[1] - q[1])
            if e > worst:
                worst, split = e, i
        if worst < tolerance:
            out.append(b)
            return
        if worst > 12 * tolerance:
            break
        u = [_closer(b, p, t) for p, t in zip(points, u)]  # Newton step towards the nearest parameter
    split = min(max(split, 1), len(points) - 2)
    tx, ty = _tangent(points, split, closed=False)
    fit(points[: split + 1], t0, (-tx, -ty), tolerance, out)
    fit(points[split:], (tx, ty), t1, tolerance, out)


def _closer(b, p, t):
    s = 1 - t
    qx, qy = _bezier(b, t)
    d = [(3 * (b[i + 1][0] - b[i][0]), 3 * (b[i + 1][1] - b[i][1])) for i in range(3)]
    d1x = s * s * d[0][0] + 2 * s * t * d[1][0] + t * t * d[2][0]
    d1y = s * s * d[0][1] + 2 * s * t * d[1][1] + t * t * d[2][1]
    d2x = 2 * (s * (d[1][0] - d[0][0]) + t * (d[2][0] - d[1][0]))
    d2y = 2 * (s * (d[1][1] - d[0][1]) + t * (d[2][1] - d[1][1]))
    top = (qx - p[0]) * d1x + (qy - p[1]) * d1y
    low = d1x * d1x + d1y * d1y + (qx - p[0]) * d2x + (qy - p[1]) * d2y
    return min(max(t - top / low, 0.0), 1.0) if abs(low) > 1e-12 else t


def _tangent(points, i, closed, reach=3):
    n = len(points)
    a, b = (points[(i - reach) % n], points[(i + reach) % n]) if closed else (points[max(i - reach, 0)], points[min(i + reach, n - 1)])
    return unit(b[0] - a[0], b[1] - a[1])


def curves(loop, tolerance=0.14):
    """The loop as cubic Béziers; corners sharper than 60° stay corners."""
    n, reach = len(loop), 3
    turn = []
    for i in range(n):
        ax, ay = unit(loop[i][0] - loop[i - reach][0], loop[i][1] - loop[i - reach][1])
        q = loop[(i + reach) % n]
        bx, by = unit(q[0] - loop[i][0], q[1] - loop[i][1])
        turn.append(ax * bx + ay * by)
    corners = [i for i in range(n) if turn[i] < 0.5 and turn[i] == min(turn[(i + d) % n] for d in range(-reach, reach + 1))]
    out = []
    if not corners:
        start = max(range(n), key=lambda i: turn[i])
        half = (start + n // 2) % n
        knots, smooth = [start, half], True
    else:
        knots, smooth = corners, False
    for a, b in zip(knots, knots[1:] + knots[:1]):
        run = loop[a : b + 1] if a < b else loop[a:] + loop[: b + 1]
        if len(run) < 2:
            continue
        if smooth:
            t0, (tx, ty) = _tangent(loop, a, True), _tangent(loop, b, True)
            t1 = (-tx, -ty)
        else:
            k = min(reach, len(run) - 1)
            t0 = unit(run[k][0] - run[0][0], run[k][1] - run[0][1])
            t1 = unit(run[-1 - k][0] - run[-1][0], run[-1 - k][1] - run[-1][1])
        fit(run, t0, t1, tolerance, out)
    return out


def _number(v):
    s = f"{v:.1f}"
    s = s[:-2] if s.endswith(".0") else s
    s = s.replace("0.", ".", 1) if s.startswith(("0.", "-0.")) else s
    return "0" if s in ("-0", "-", "") else s


def join(numbers):
    out = ""
    for v in numbers:
        s = _number(v)
        out += s if not out or s[0] == "-" else " " + s
    return out


def path(shape, height, step=0.5, tolerance=0.14, least_area=2.0):
    """SVG path data of the shape; y is turned over as `height - y`."""
    d = ""
    for loop in loops(shape, step, least_area):
        d += bezier_path(curves(loop, tolerance), height) + "z"
    return d


def bezier_path(segments, height):
    rounded = lambda p: (round(p[0], 1), round(height - p[1], 1))
    x, y = rounded(segments[0][0])
    d = f"M{join((x, y))}"
    for _, p, q, r in segments:
        numbers = []
        for v in map(rounded, (p, q, r)):
            numbers += [v[0] - x, v[1] - y]
        data = join(numbers)
        d += "c" + data if "c" not in d else data if data[0] == "-" else " " + data
        x, y = rounded(r)
    return d
