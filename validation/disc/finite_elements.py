"""The round test disc by finite elements of second order, beside Keel's answers.

Written from the equations in crates/keel-disc/src/transport.rs and metabolism.rs, without their code: oxygen, lactate and glucose in a half
height of the disc, Picard iterations over the three, scipy's direct solver.

    finite_elements.py keel.json
"""

import json
import sys
import time

import numpy as np
import skfem
from scipy.sparse.linalg import splu

# Geometry in mm, time in s, so that diffusivities are mm²/s.
RADIUS, NUCLEUS, ENDPLATE, CARTILAGE = 20.7, 13.24, 17.96, 0.65
WATER = np.array([3.0e-3, 1.39e-3, 9.16667e-4])
AT_ENDPLATE = np.array([5.1, 0.8, 4.0])
AT_RIM = np.array([5.8, 0.9, 5.0])
CELLS = np.array([3.6e-3, 5.55e-3, 13.5e-3])
SOLUBILITY = 0.010268
HEALTHY, DEGENERATED = np.array([0.80, 0.75, 0.66]), np.array([0.76, 0.70, 0.60])

DEFAULT = {"form": "P", "height": 14.0, "cells": 1.0, "cartilage": 1.0, "porosity": HEALTHY}
CASES = {
    "healthy": {},
    "conservative": {"form": "C"},
    "height-12": {"height": 12.0},
    "cells-0.75": {"cells": 0.75},
    "cartilage-0.5": {"cartilage": 0.5},
    "grade-3": {"porosity": DEGENERATED},
}
# Largest relative difference: ours are within 0.2 % of what twice and four times finer cells come to, and these elements within 0.1 % of finer ones.
TOLERANCE = 0.003


@skfem.BilinearForm
def stiffness(u, v, w):
    r = w.x[0]
    return r * (w.radial * u.grad[0] * v.grad[0] + w.axial * u.grad[1] * v.grad[1])


@skfem.BilinearForm
def mass(u, v, w):
    return w.x[0] * w.k * u * v


@skfem.LinearForm
def load(v, w):
    return w.x[0] * w.f * v


class Disc:
    def __init__(self, case, elements=(48, 32)):
        self.case = {**DEFAULT, **case}
        half = self.case["height"] / 2
        # Aligned with the borders of tissues.
        shares = np.array([NUCLEUS, ENDPLATE - NUCLEUS, RADIUS - ENDPLATE]) / RADIUS
        counts = np.maximum(2, np.round(shares * elements[0]).astype(int))
        counts[0] += elements[0] - counts.sum()
        borders = [0, NUCLEUS, ENDPLATE, RADIUS]
        r = np.concatenate([[0]] + [np.linspace(a, b, n + 1)[1:] for a, b, n in zip(borders, borders[1:], counts)])
        layers = max(2, elements[1] // 8)
        inside = np.linspace(0, half - CARTILAGE, elements[1] - layers + 1)
        z = np.concatenate([inside, np.linspace(half - CARTILAGE, half, layers + 1)[1:]])
        self.mesh = skfem.MeshQuad.init_tensor(r, z)
        self.basis = skfem.Basis(self.mesh, skfem.ElementQuad2(), intorder=5)
        centre = self.mesh.p[:, self.mesh.t].mean(axis=1)
        part = np.where(centre[0] < NUCLEUS, 0, 1)
        part[(centre[1] > half - CARTILAGE) & (centre[0] < ENDPLATE)] = 2
        self.part = np.repeat(part[:, None], self.basis.X.shape[-1], axis=1)

        def on(boundary):
            return self.basis.get_dofs(self.mesh.facets_satisfying(boundary, boundaries_only=True)).flatten()

        self.top = on(lambda x: (abs(x[1] - half) < 1e-9) & (x[0] < ENDPLATE + 1e-9))
        self.rim = on(lambda x: abs(x[0] - RADIUS) < 1e-9)
        self.fixed = np.unique(np.concatenate([self.top, self.rim]))
        self.free = np.setdiff1d(np.arange(self.basis.N), self.fixed)

    def by_part(self, values):
        return np.asarray(values)[self.part]

    def porosity(self, j):
        n0 = self.case["porosity"]
        return (n0 - 1 + j) / j

    def conductance(self, solute, j):
        n = self.porosity(j)
        d = WATER[solute] * (n / (2 - n)) ** 2
        if self.case["form"] == "C":
            d = d * n
        d = d * np.array([1.0, 1.0, self.case["cartilage"]])
        # In coordinates of the rested disc, squeezed through its height to j.
        return skfem.asm(stiffness, self.basis, radial=self.by_part(d * j), axial=self.by_part(d / j))

    def start(self):
        return [np.full(self.basis.N, value) for value in AT_ENDPLATE]

    def step(self, before, j, dt, older=None):
        """Fields after a step, or at rest when dt is infinite; one round over the three solutes.

        The second-order backward formula, with release at the extrapolated state; backward Euler when there is no older state."""
        c = list(before) if older is None else [2 * a - b for a, b in zip(before, older)]
        cells = CELLS * self.case["cells"] / 3600.0
        n = self.porosity(j)
        for solute in range(3):
            at = [np.asarray(self.basis.interpolate(field)) for field in c]
            oxygen, ph = np.maximum(at[0], 0), 7.4 - at[1] / 11.11
            release = self.by_part(cells) * np.exp(-2.47 + 0.93 * ph + 0.16 * oxygen - 0.0058 * oxygen**2)
            matrix = self.conductance(solute, j)
            if solute == 0:
                water = n if self.case["form"] == "P" else np.ones(3)
                uptake = 7.28 * self.by_part(cells * water) / SOLUBILITY * (ph - 4.95) / (1.46 + oxygen + 4.03 * (ph - 4.95))
                matrix = matrix + skfem.asm(mass, self.basis, k=uptake)
                right = np.zeros(self.basis.N)
            elif solute == 1:
                slope = release * 0.93 / 11.11
                matrix = matrix + skfem.asm(mass, self.basis, k=slope)
                right = skfem.asm(load, self.basis, f=release + slope * at[1])
            else:
                right = skfem.asm(load, self.basis, f=-0.5 * release)
            if np.isfinite(dt):
                stored = skfem.asm(mass, self.basis, k=np.full_like(release, j / dt))
                if older is None:
                    matrix, right = matrix + stored, right + stored @ before[solute]
                else:
                    matrix = matrix + 1.5 * stored
                    right = right + stored @ (2 * before[solute] - 0.5 * older[solute])
            field = np.array(c[solute])
            field[self.rim], field[self.top] = AT_RIM[solute], AT_ENDPLATE[solute]
            # Where rim and end-plate would meet there is bone between them.
            matrix = matrix.tocsr()
            right = right - matrix[:, self.fixed] @ field[self.fixed]
            field[self.free] = splu(matrix[self.free][:, self.free].tocsc()).solve(right[self.free])
            c[solute] = field
        return c

    def at_rest(self, j=1.0):
        c = self.start()
        for _ in range(60):
            new = self.step(c, j, np.inf)
            change = max(np.abs(a - b).max() for a, b in zip(new, c))
            c = new
            if change < 1e-9:
                break
        return c


def extremes(c):
    return [c[0].min(), c[2].min(), c[1].max()]


def creep(step=600.0):
    """J through a day of 16 h at 0.5 and 8 h at 0.1 MPa, the fifth of its kind: two branches."""
    fast = slow = 0.0
    j = []
    for i in range(5 * int(86400 / step) + 1):
        if i >= 4 * int(86400 / step):
            j.append(1.0 - fast - slow)
        strain = 0.115 if (i * step / 3600.0) % 24.0 < 16.0 else 0.0
        fast_goal, slow_goal = 0.53 * strain, 0.47 * strain
        fast = fast_goal + (fast - fast_goal) * np.exp(-step / 3600.0 / (0.6 if fast_goal > fast else 4.1))
        slow = slow_goal + (slow - slow_goal) * np.exp(-step / 3600.0 / 6.0)
    return j


def day(elements=(48, 32)):
    disc = Disc({}, elements)
    j = creep()
    c = disc.at_rest(j[0])
    begin = time.perf_counter()
    worst = extremes(c)
    older = None
    for now in j[1:]:
        c, older = disc.step(c, now, 600.0, older), c
        here = extremes(c)
        worst = [min(worst[0], here[0]), min(worst[1], here[1]), max(worst[2], here[2])]
    return worst, time.perf_counter() - begin


def main():
    with open(sys.argv[1]) as file:
        ours = json.load(file)
    names = ["O2 min kPa", "G min mol/m3", "L max mol/m3"]
    print(f"{'case':<16}" + "".join(f"{name:>26}" for name in names) + f"{'off':>9}{'theirs':>12}{'ours':>12}")
    print(" " * 16 + f"{'theirs':>13}{'ours':>13}" * 3)
    failed = False

    def show(name, theirs, mine, seconds, ms, tolerance=TOLERANCE):
        nonlocal failed
        off = max(abs(a / b - 1) for a, b in zip(mine, theirs))
        failed |= off > tolerance
        pairs = "".join(f"{a:13.4f}{b:13.4f}" for a, b in zip(theirs, mine))
        print(f"{name:<16}{pairs}{100 * off:8.2f}%{seconds * 1e3:9.0f} ms{ms:9.2f} ms{'' if off <= tolerance else '  ABOVE'}")

    for name, case in CASES.items():
        begin = time.perf_counter()
        theirs = extremes(Disc(case).at_rest())
        seconds = time.perf_counter() - begin
        show(name, theirs, ours[name]["extremes"], seconds, ours[name]["ms"])
    theirs, seconds = day()
    show("a day, form P", theirs, ours["day"]["extremes"], seconds, ours["day"]["ms"])
    print("\n48 × 32 elements of second order against 28 × 16 cells.")
    print("The day: steps of 10 min against our own;", end=" ")
    print(f"ours is {seconds * 1e3 / ours['day']['ms']:.0f} times as fast.")
    print(f"Tolerance {100 * TOLERANCE:.1f} %.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
