"""The trunk in OpenSim: static optimisation and joint reactions of a slow bend forward, against our answer to the same problem.

Reads trunk.osim and trunk.json of the folder given, writes opensim.json into it. Ends with an error where a compression differs by more
than 2 %.
"""

import json
import sys
import time
from pathlib import Path

import opensim

# Tolerance of the specification, as a share of the compression.
TOLERANCE = 0.02
# Time between two flexions: so slow that inertia does not show (1e-6 of gravity).
STEP_S = 100.0
# Levels that are compared.
LEVELS = ("L4-L5", "L5-S1")


def write_motion(path, ours):
    """The bends as a motion of the coordinates."""
    rows = [[nth * STEP_S, *frame["q_rad"]] for nth, frame in enumerate(ours["frames"])]
    columns = ["time", *ours["coordinates"]]
    head = ["bend", "version=1", f"nRows={len(rows)}", f"nColumns={len(columns)}", "inDegrees=no", "endheader", "\t".join(columns)]
    path.write_text("\n".join(head + ["\t".join(map(repr, row)) for row in rows]) + "\n")


def with_reserves(folder, ours):
    """The trunk with a reserve on each coordinate that costs what our slack costs."""
    model = opensim.Model(str(folder / "trunk.osim"))
    for coordinate in ours["coordinates"]:
        reserve = opensim.CoordinateActuator(coordinate)
        reserve.setName(f"reserve_{coordinate}")
        reserve.setOptimalForce(ours["reserve_n_m"])
        reserve.setMinControl(-1e3)
        reserve.setMaxControl(1e3)
        model.addForce(reserve)
    model.finalizeConnections()
    path = folder / "trunk-reserves.osim"
    model.printToXML(str(path))
    return path


def analyse(folder, model_path, analysis, last_s):
    """Runs one analysis over the motion; returns its processor seconds, reading the model included."""
    tool = opensim.AnalyzeTool()
    tool.setName("keel")
    tool.setModelFilename(str(model_path))
    tool.setCoordinatesFileName(str(folder / "bend.sto"))
    tool.setInitialTime(0.0)
    tool.setFinalTime(last_s)
    tool.setResultsDir(str(folder / "opensim"))
    tool.updAnalysisSet().cloneAndAppend(analysis)
    tool.setLoadModelAndInput(True)
    setup = folder / f"{analysis.getName()}.xml"
    tool.printToXML(str(setup))
    start = time.process_time()
    if not opensim.AnalyzeTool(str(setup)).run():
        sys.exit(f"OpenSim's {analysis.getName()} failed")
    return time.process_time() - start


def table(path):
    """Columns of an OpenSim storage by label."""
    storage = opensim.Storage(str(path))
    labels = storage.getColumnLabels()
    columns = {}
    for at in range(labels.getSize()):
        column = opensim.ArrayDouble()
        if labels.get(at) == "time":
            storage.getTimeColumn(column)
        else:
            storage.getDataColumn(labels.get(at), column)
        columns[labels.get(at)] = [column.get(row) for row in range(column.getSize())]
    return columns


def main(folder):
    folder = folder.resolve()
    opensim.Logger.removeFileSink()
    opensim.Logger.setLevelString("Error")
    ours = json.loads((folder / "trunk.json").read_text())
    write_motion(folder / "bend.sto", ours)
    model_path = with_reserves(folder, ours)
    n_frames = len(ours["frames"])
    last_s = (n_frames - 1) * STEP_S

    optimisation = opensim.StaticOptimization()
    optimisation.setName("StaticOptimization")
    optimisation.setStartTime(0.0)
    optimisation.setEndTime(last_s)
    optimisation.setUseModelForceSet(True)
    optimisation.setUseMusclePhysiology(False)
    optimisation.setActivationExponent(2.0)
    optimisation.setConvergenceCriterion(1e-6)
    optimisation.setMaxIterations(1000)
    seconds = analyse(folder, model_path, optimisation, last_s)

    reaction = opensim.JointReaction()
    reaction.setName("JointReaction")
    reaction.setStartTime(0.0)
    reaction.setEndTime(last_s)
    reaction.setForcesFileName(str(folder / "opensim" / "keel_StaticOptimization_force.sto"))
    joints, on, frames = opensim.ArrayStr(), opensim.ArrayStr(), opensim.ArrayStr()
    for disc in ours["discs"]:
        joints.append(disc)
    on.append("child")
    frames.append("child")
    reaction.setJointNames(joints)
    reaction.setOnBody(on)
    reaction.setInFrame(frames)
    seconds += analyse(folder, model_path, reaction, last_s)

    activation = table(folder / "opensim" / "keel_StaticOptimization_activation.sto")
    load = table(folder / "opensim" / "keel_JointReaction_ReactionLoads.sto")
    worst = {"compression": 0.0, "activation": 0.0}
    for nth, frame in enumerate(ours["frames"]):
        line = []
        for disc, upper, mine in zip(ours["discs"], ours["upper"], frame["disc_n"]):
            if disc in LEVELS:
                # Along the vertebra's own y, positive presses.
                theirs = load[f"{disc}_on_{upper}_in_{upper}_fy"][nth]
                line.append(f"{disc} ours {mine[1]:.1f} N, OpenSim {theirs:.1f} N")
                worst["compression"] = max(worst["compression"], abs(mine[1] - theirs) / abs(theirs))
        for fascicle, mine in zip(ours["fascicles"], frame["activation"]):
            worst["activation"] = max(worst["activation"], abs(mine - activation[fascicle][nth]))
        print(f"{frame['flexion_deg']:4.0f}°: {'; '.join(line)}")

    result = {
        "version": opensim.GetVersion(),
        "n_frames": n_frames,
        "n_fascicles": len(ours["fascicles"]),
        "worst": worst,
        "frames_per_s": n_frames / seconds,
    }
    (folder / "opensim.json").write_text(json.dumps(result))
    print(json.dumps(result, indent=1))
    if not worst["compression"] <= TOLERANCE:
        sys.exit(f"OpenSim's compression differs by more than {TOLERANCE:.0%}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
