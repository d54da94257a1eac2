"""The body in MuJoCo: inverse dynamics, path lengths and moment arms at the same states, and frames a second.

Reads body.xml and dynamics.json of the folder given, writes mujoco.json into it. Ends with an error where a relative difference is above 1e-6.
"""

import json
import sys
import time
from pathlib import Path

import mujoco
import numpy as np

# Tolerance of the specification.
TOLERANCE = 1e-6
# What a number is at least measured against: arms in m, forces and moments in N and N·m.
SMALLEST_ARM_M = 1e-3
SMALLEST_FORCE = 1.0


def place(data, order, state):
    """State and rates as MuJoCo wants them: joints in its order, the root's angular rates in the pelvis' frame."""
    joints = lambda name: np.array(state[name])[order]
    data.qpos[:] = [*state["root_m"], *state["root_wxyz"], *joints("q_rad")]
    rotation = np.empty(9)
    mujoco.mju_quat2Mat(rotation, np.array(state["root_wxyz"]))
    world_from_pelvis = rotation.reshape(3, 3)
    local = lambda v: world_from_pelvis.T @ np.array(v)
    data.qvel[:] = [*state["root_m_per_s"], *local(state["root_rad_per_s"]), *joints("v_rad_per_s")]
    data.qacc[:] = [*state["root_m_per_s2"], *local(state["root_rad_per_s2"]), *joints("a_rad_per_s2")]
    return world_from_pelvis


def tendon_jacobian(model, data):
    """Rate of every tendon's length with every velocity, (n_tendons × n_velocities)."""
    jacobian = np.zeros((model.ntendon, model.nv))
    for tendon in range(model.ntendon):
        first = model.ten_J_rowadr[tendon]
        entries = slice(first, first + model.ten_J_rownnz[tendon])
        jacobian[tendon, model.ten_J_colind[entries]] = data.ten_J[entries]
    return jacobian


def relative(ours, peers, smallest):
    """Largest difference over the size of the whole vector."""
    return float(np.max(np.abs(ours - peers)) / max(smallest, float(np.max(np.abs(peers)))))


def main(folder):
    ours = json.loads((folder / "dynamics.json").read_text())
    model = mujoco.MjModel.from_xml_path(str(folder / "body.xml"))
    data = mujoco.MjData(model)
    # Our coordinate of every joint after the root's, our fascicle of every tendon.
    order = [ours["coordinates"].index(model.joint(joint).name) for joint in range(1, model.njnt)]
    row = [ours["fascicles"].index(model.tendon(tendon).name) for tendon in range(model.ntendon)]
    assert sorted(order) == list(range(len(ours["coordinates"]))), "the joints of the model are not the coordinates of the body"

    worst = {"inverse_dynamics": 0.0, "length": 0.0, "moment_arm": 0.0}
    for state in ours["states"]:
        world_from_pelvis = place(data, order, state)
        mujoco.mj_inverse(model, data)
        force, moment, tau = data.qfrc_inverse[:3], world_from_pelvis @ data.qfrc_inverse[3:6], data.qfrc_inverse[6:]
        for mine, peers in [(state["root_n"], force), (state["root_n_m"], moment), (np.array(state["tau_n_m"])[order], tau)]:
            worst["inverse_dynamics"] = max(worst["inverse_dynamics"], relative(np.array(mine), peers, SMALLEST_FORCE))
        worst["length"] = max(worst["length"], relative(np.array(state["length_m"])[row], data.ten_length, SMALLEST_ARM_M))
        # One newton of tension does the work −dL.
        arms = np.array(state["arm_m"]).reshape(len(order), -1)[np.ix_(order, row)]
        for mine, peers in zip(arms.T, -tendon_jacobian(model, data)[:, 6:]):
            worst["moment_arm"] = max(worst["moment_arm"], relative(mine, peers, SMALLEST_ARM_M))

    result = {
        "version": mujoco.__version__,
        "n_states": len(ours["states"]),
        "n_tendons": model.ntendon,
        "n_fascicles": len(ours["fascicles"]),
        "worst": worst,
        "inverse_dynamics_per_s": per_second(folder, order, ours["states"]),
    }
    (folder / "mujoco.json").write_text(json.dumps(result))
    print(json.dumps(result, indent=1))
    above = [name for name, value in worst.items() if not value <= TOLERANCE]
    if above:
        sys.exit(f"MuJoCo disagrees by more than {TOLERANCE}: {', '.join(above)}")


def per_second(folder, order, states):
    """Inverse dynamics a second, without tendons, as our own figure has none: all of mj_inverse, and only the stages it needs.

    As on our side each state is done again and again, and its fastest time counts.
    """
    bare = mujoco.MjSpec.from_file(str(folder / "body.xml"))
    for element in [*bare.tendons, *bare.sites]:
        bare.delete(element)
    model = bare.compile()
    data = mujoco.MjData(model)
    forces = np.empty(model.nv)

    def whole():
        mujoco.mj_inverse(model, data)

    def stages():
        mujoco.mj_kinematics(model, data)
        mujoco.mj_comPos(model, data)
        mujoco.mj_comVel(model, data)
        mujoco.mj_rne(model, data, 1, forces)

    def rate(run):
        n, seconds = 20, 0.0
        for state in states:
            place(data, order, state)
            fastest = float("inf")
            for _ in range(n):
                start = time.perf_counter()
                run()
                fastest = min(fastest, time.perf_counter() - start)
            seconds += fastest
        return len(states) / seconds

    return {"mj_inverse": rate(whole), "stages": rate(stages)}


if __name__ == "__main__":
    main(Path(sys.argv[1]))
