"""The load problems in PIQP, the fastest general solver for them that we know: agreement and problems a second.

Reads loads.json of the folder given, writes piqp.json into it. Ends with an error where an activation differs by more than 1e-3: PIQP ends
at a gap of 1e-8, and an activation near its bound may be off by the square root of that.
"""

import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import piqp
import scipy.sparse as sparse

TOLERANCE = 1e-3
N_ROUNDS = 10


def as_piqp(problem):
    """Matrix, right side and bounds in x̂ = √w x and r̂ = r / s, so that the cost is ½ |x̂|² + ½ |r̂|²."""
    columns, n_rows = problem["columns"], len(problem["b"])
    scale = np.sqrt([column["weight"] for column in columns])
    rows = np.concatenate([column["rows"] for column in columns])
    nth = np.repeat(np.arange(len(columns)), [len(column["rows"]) for column in columns])
    entries = np.concatenate([column["entries"] for column in columns]) / scale[nth]
    g = sparse.csc_matrix((entries, (rows, nth)), shape=(n_rows, len(columns)))
    a = sparse.hstack([g, sparse.diags(np.sqrt(problem["slack_squared"]))]).tocsc()
    high = np.array([np.inf if column["high"] is None else column["high"] for column in columns])
    low = np.array([column["low"] for column in columns])
    free = np.full(n_rows, np.inf)
    return a, np.array(problem["b"]), np.r_[low * scale, -free], np.r_[high * scale, free], scale


def solve(scene):
    problems = [as_piqp(problem) for problem in scene["problems"]]
    a, b, low, high, _ = problems[0]
    n = a.shape[1]
    solver = piqp.SparseSolver()
    solver.setup(sparse.identity(n, format="csc"), np.zeros(n), a, b, None, None, None, low, high)
    fastest, worst = np.full(len(problems), np.inf), 0.0
    for _ in range(N_ROUNDS):
        for nth, (problem, (a, b, low, high, scale)) in enumerate(zip(scene["problems"], problems)):
            start = time.perf_counter()
            solver.update(A=a, b=b, x_l=low, x_u=high)
            solver.solve()
            fastest[nth] = min(fastest[nth], time.perf_counter() - start)
            # Activations are what has an upper bound; forces of contacts have none.
            for column, value, by in zip(problem["columns"], solver.result.x, scale):
                if column["high"] is not None:
                    worst = max(worst, abs(column["x"] - value / by))
    return {"name": scene["name"], "worst_activation": worst, "per_s": len(problems) / fastest.sum()}


def main(folder):
    scenes = [solve(scene) for scene in json.loads((folder / "loads.json").read_text())]
    result = {"version": version("piqp"), "scenes": scenes}
    (folder / "piqp.json").write_text(json.dumps(result))
    print(json.dumps(result, indent=1))
    above = [scene["name"] for scene in scenes if not scene["worst_activation"] <= TOLERANCE]
    if above:
        sys.exit(f"PIQP disagrees by more than {TOLERANCE}: {', '.join(above)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
