"""Every family: what the formulas say is what is counted, on the model and by PennyLane."""

from __future__ import annotations

import json

import pennylane as qml
import pytest
import torch

from qdiffgui import catalog
from qdiffgui.circuits import readout
from qdiffgui.circuits.cost import count
from qdiffgui.config import Experiment, override
from qdiffgui.experiment.prepare import build, prepare
from qdiffgui.studies.scaling import static
from qdiffgui.studies.scaling.cost_table import StaticCost
from qdiffgui.studies.scaling.counting import counts

FEW = ["data.n_jets=400"]
CASES: dict[str, tuple[str, list[str]]] = {
    "quddpm": ("quddpm-cluster-2q", ["model.n_layers=3"]),
    "quddpm-mmd": (
        "quddpm-cluster-1q",
        ["model.loss=mmd", "model.n_ancillas=2", "training.batch_size=10"],
    ),
    "quddpm-joint": ("quddpm-cluster-2q", ["model.n_layers=3", "model.joint_share=0.5"]),
    "quddpm-shared": ("quddpm-cluster-1q", ["model.angles=shared", "training.batch_size=10"]),
    "quddpm-label-qubit": (
        "jets-radial-quddpm-haar",
        [*FEW, "data.classes=both", "model.conditioning=label-qubit", "model.n_ancillas=1"],
    ),
    "quddpm-class-angle": (
        "jets-radial-quddpm-haar",
        [*FEW, "data.classes=both", "model.conditioning=class-angle", "model.n_ancillas=1"],
    ),
    "qdt": ("qdt-cluster-2q", ["model.n_layers=5"]),
    "qgan": ("qgan-cluster-2q", ["model.n_layers=4", "model.n_discriminator_layers=3"]),
    "qgan-sampled": ("qgan-cluster-2q", ["model.n_layers=2", "model.measurement=sample"]),
    "msquddpm": ("msquddpm-cluster", []),
    "msquddpm-haar": (
        "msquddpm-cluster",
        ["model.ancillas=haar", "model.n_ancillas=1", "model.loss=mmd"],
    ),
    "qgdm": ("qgdm-mixed", ["training.batch_size=2"]),
    "qgdm-once": (
        "qgdm-resource-efficient",
        ["model.time=once", "model.loss=hilbert-schmidt", "training.batch_size=9"],
    ),
    "q-dense": ("digits-q-dense", ["data.digits=[0,1]", "model.n_layers=4"]),
    "q-dense-uploads": (
        "digits-q-dense",
        ["data.digits=[0,1]", "model.n_layers=3", "model.label_reuploading=true"],
    ),
    "uss": ("digits-uss", ["model.n_layers=4"]),
    "qu-net": ("digits-qu-net", ["data.digits=[0]", "training.batch_size=4", "model.n_layers=2"]),
    "quantum-denoiser": (
        "jets-observables-quantum",
        [*FEW, "model.readout=all", "model.n_layers=2"],
    ),
    "quantum-denoiser-turned": (
        "jets-observables-quantum",
        [*FEW, "model.ansatz=quantum-convolution", "model.sampling_steps=7"],
    ),
    "qd3pm": ("jets-bits-qd3pm", [*FEW, "model.n_layers=2", "model.n_ancillas=1"]),
    "qd3pm-all": ("jets-radial-4q", FEW),
    "iqp": ("jets-bits-iqp", [*FEW, "model.n_bits=5", "model.n_hidden=1"]),
    "iqp-mmd": ("jets-occupancy-iqp", [*FEW, "representation.n_r=3", "model.loss=mmd"]),
    "qcbm": ("jets-bits-qcbm", [*FEW, "model.n_bits=4", "model.n_layers=2"]),
    "masked-quantum": ("jets-4x4-masked", [*FEW, "model.n_layers=2"]),
    "masked-quantum-every": (
        "jets-4x4-masked",
        [
            *FEW,
            "model.n_layers=1",
            "model.n_ancillas=0",
            "model.uploads=every",
            "model.order=random",
        ],
    ),
    "qg-unet": ("jets-qg-hybrid", FEW),
    "qg-unet-quantum": ("jets-qg-quantum", [*FEW, "model.n_layers=2", "model.n_ancillas=1"]),
    "qg-unet-patches": (
        "jets-qg-quantum",
        [*FEW, "model.n_layers=1", "model.encoding=angle-patches", "training.batch_size=4"],
    ),
    "latent": ("digits-latent", ["data.digits=[0]", "model.n_layers=2"]),
    "latent-bottleneck": ("digits-latent-bottleneck", ["model.n_layers=2"]),
    "latent-mixed": ("jets-latent-mixed", FEW),
}


def experiment(case: str) -> Experiment:
    preset, changes = CASES[case]
    return override(catalog.presets[preset].load(), changes)


def test_every_quantum_family_is_here() -> None:
    quantum = {key for key, entry in catalog.models.items() if entry.facts["quantum"]}
    assert {experiment(case).model.kind for case in CASES} == quantum


@pytest.mark.parametrize("case", CASES)
def test_formulas_equal_counts(case: str) -> None:
    config = experiment(case)
    prepared = prepare(config)
    model = build(config, prepared)
    infos, known = model.circuits(), model.circuit_uses()
    assert len(infos) == len(known) > 0
    for info, use in zip(infos, known):
        assert sorted(wire for end in info.ends for wire in end.wires) == [*range(info.n_qubits)]
        assert all(end.about for end in info.ends)
        assert use.cost is not None
        counted = count(info.gates, info.n_qubits, len(info.weights), info.n_inputs)
        value = {
            name: getattr(use.cost, name).value(**use.symbols)
            for name in use.cost.__dataclass_fields__
        }
        assert value["parameters"] == counted.n_weights
        assert (value["one_qubit"], value["two_qubit"]) == (counted.one_qubit, counted.two_qubit)
        assert value["inputs"] == counted.n_inputs
        assert value["shifts"] == counted.weight_shifts
        assert (
            value["depth"] == counted.depth
            if use.cost.depth.exact
            else value["depth"] >= counted.depth
        )
        assert use.runs_per_sample.value(**use.symbols) >= 0
    expected = sum(use.states_per_step.value(**use.symbols) for use in known)
    assert counts(build(config, prepared), prepared.train).states_a_step == expected


@pytest.mark.parametrize("case", CASES)
def test_gates_equal_those_of_pennylane(case: str) -> None:
    config = experiment(case)
    for info in build(config, prepare(config)).circuits():

        @qml.qnode(qml.device("default.qubit", wires=info.n_qubits))
        def node(w, x, info=info):
            info.function(w, x)
            return qml.probs(wires=range(info.n_qubits))

        theirs = qml.specs(node, level="device")(
            torch.zeros(len(info.weights)), torch.zeros(info.n_inputs)
        )["resources"]
        ours = count(info.gates, info.n_qubits, len(info.weights), info.n_inputs)
        assert (ours.gates, ours.depth) == (theirs.num_gates, theirs.depth)
        assert dict(ours.by_name) == dict(theirs.gate_types)


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("real", [True, False])
def test_preparation_costs_what_pennylane_takes(n: int, real: bool) -> None:
    generator = torch.Generator().manual_seed(n)
    psi = torch.randn(2**n, generator=generator, dtype=torch.float64 if real else torch.complex128)
    psi = psi.abs() if real else psi
    gates = qml.MottonenStatePreparation.compute_decomposition(
        (psi / torch.linalg.vector_norm(psi)).numpy(), wires=range(n)
    )
    sizes = [len(gate.wires) for gate in gates if gate.name != "GlobalPhase"]
    expected = readout.REAL if real else readout.COMPLEX
    assert (sizes.count(1), sizes.count(2)) == (
        expected.one_qubit.value(n=n),
        expected.two_qubit.value(n=n),
    )


def test_the_table_is_whole_and_plain() -> None:
    found = static(experiment("quddpm"))
    assert isinstance(found, StaticCost)
    width, layers = 3, 3
    assert found.row("n_weights").value == 2 * width * layers
    assert found.row("all_weights").value == found.n_parameters == 20 * 2 * width * layers
    assert found.row("shots").value == 10_000
    step = (
        found.row("settings_a_step").value
        * (1 + found.row("shifts").value)
        * found.row("shots").value
    )
    assert found.row("runs_a_step").value == step
    assert found.row("twin_parameters").value == pytest.approx(found.n_parameters, rel=0.05)
    assert found.row("twin_macs").value < found.row("twin_parameters").value
    assert all(
        row.value is not None and row.value >= 0 for group in found.groups for row in group.rows
    )
    json.dumps(found.plain())


def test_shots_go_with_the_square_of_the_precision() -> None:
    config = experiment("qd3pm-all")
    one, finer = static(config, precision=0.02), static(config, precision=0.01)
    assert finer.row("shots").value == 4 * one.row("shots").value == 2500
    assert one.row("runs_a_sample").value == finer.row("runs_a_sample").value == 2


def test_of_a_classical_model_it_says_what_does_not_apply() -> None:
    found = static(override(catalog.presets["jets-observables-mlp-plain"].load(), FEW))
    assert not found.quantum
    assert [group.key for group in found.groups] == ["training"]
    assert "no circuit" in found.notes[0]
    # one multiply-add a weight and call; forward once, backward twice, less the derivative of the
    # input
    weights = found.row("macs_a_sample").value / 40
    assert weights < found.n_parameters
    assert 2 * weights < found.row("macs_a_step").value / 512 < 3 * weights
    with pytest.raises(KeyError, match="shots"):
        found.row("shots")
