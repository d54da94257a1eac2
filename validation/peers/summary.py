"""One table of what was compared: agreement, and how many a second on one core of this machine.

Reads the answers that the example `peers` and the checks left in the folder given; a peer that could not be installed has no row.
"""

import json
import sys
from pathlib import Path

HEAD = ("quantity", "peer", "differs by at most", "ours /s", "peer /s", "ratio")


def row(quantity, peer, agreement, ours=None, theirs=None):
    speeds = (f"{ours:,.0f}", f"{theirs:,.3g}" if theirs < 10 else f"{theirs:,.0f}", f"{ours / theirs:,.1f}") if ours else ("", "", "")
    return (quantity, peer, agreement, *speeds)


def mujoco_rows(dynamics, peer):
    name, worst, rates = f"MuJoCo {peer['version']}", peer["worst"], peer["inverse_dynamics_per_s"]
    ours = dynamics["inverse_dynamics_per_s"]
    return [
        row("inverse dynamics, all of mj_inverse", name, f"{worst['inverse_dynamics']:.0e}", ours, rates["mj_inverse"]),
        row("inverse dynamics, needed stages only", name, f"{worst['inverse_dynamics']:.0e}", ours, rates["stages"]),
        row(f"lengths of {peer['n_tendons']} of {peer['n_fascicles']} paths", name, f"{worst['length']:.0e}"),
        row("their moment arms", name, f"{worst['moment_arm']:.0e}"),
    ]


def opensim_rows(trunk, peer):
    name, worst = f"OpenSim {peer['version'].split('-')[0]}", peer["worst"]
    quantity = f"trunk, {peer['n_fascicles']} fascicles: static optimisation, reactions"
    return [
        row(quantity, name, f"{worst['compression']:.0e} of compression", trunk["frames_per_s"], peer["frames_per_s"]),
        row("their activations", name, f"{worst['activation']:.0e}"),
    ]


def problem_rows(scenes, piqp, mujoco):
    """Our solver against general ones on the same problems, and a whole frame against MuJoCo with the fastest of those."""
    rows = []
    for nth, scene in enumerate(scenes):
        peers = [("Clarabel", scene["worst_activation"], scene["clarabel_per_s"])]
        if piqp:
            peers.append((f"PIQP {piqp['version']}", piqp["scenes"][nth]["worst_activation"], piqp["scenes"][nth]["per_s"]))
        for name, worst, theirs in peers:
            for start in ("warm", "cold"):
                quantity = f"{scene['name']}: {scene['n_rows']} × {scene['n_columns']}, {start}"
                rows.append(row(quantity, name, f"{worst:.0e} of activation", scene[f"problems_{start}_per_s"], theirs))
        name, _, fastest = max(peers, key=lambda peer: peer[2])
        if mujoco:
            together = 1 / (1 / mujoco["inverse_dynamics_per_s"]["stages"] + 1 / fastest)
            for start in ("warm", "cold"):
                rows.append(row(f"  whole frame, {start}", f"MuJoCo + {name.split()[0]}", "", scene[f"frames_{start}_per_s"], together))
    return rows


def main(folder):
    read = lambda name: json.loads((folder / name).read_text()) if (folder / name).exists() else None
    mujoco, opensim = read("mujoco.json"), read("opensim.json")
    rows = [HEAD]
    if mujoco:
        rows += mujoco_rows(read("dynamics.json"), mujoco)
    if opensim:
        rows += opensim_rows(read("trunk.json"), opensim)
    scenes = read("loads.json")
    rows += problem_rows(scenes, read("piqp.json"), mujoco)
    widths = [max(len(line[column]) for line in rows) for column in range(len(HEAD))]
    for nth, line in enumerate(rows):
        cells = [text.ljust(width) if column < 3 else text.rjust(width) for column, (text, width) in enumerate(zip(line, widths))]
        print("  ".join(cells).rstrip())
        if nth == 0:
            print("  ".join("─" * width for width in widths))
    for scene in scenes:
        if scene["n_left_out"]:
            print(f"{scene['name']}: {scene['n_left_out']} instants left out, because their contacts cannot hold the body.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
