"""The checks of a model on one kind of data; each raises ``AssertionError`` with one sentence."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qdiffgui import catalog
from qdiffgui.errors import DataError, UserError
from qdiffgui.testing._common import require
from qdiffgui.testing._model_case import N_STEPS, Array, ModelCase, check_valid

if TYPE_CHECKING:
    from qdiffgui.models.base import CircuitInfo, DiffusionModel


def resumes_exactly(case: ModelCase) -> None:
    """30 steps give the same numbers as 15 steps, a checkpoint and 15 more."""
    import h5py

    from qdiffgui.data.hdf5 import read_tree, write_tree
    from qdiffgui.data.stored_arrays import load_exactly

    model, half = case.train(N_STEPS // 2), range(N_STEPS // 2, N_STEPS)
    require(model.n_steps == N_STEPS, f"{case} must have as many steps as the settings say.")
    with (
        tempfile.TemporaryDirectory() as folder,
        h5py.File(Path(folder) / "checkpoint.h5", "w") as file,
    ):
        write_tree(file, model.state())  # as a run does: names with "/" become groups
        checkpoint = read_tree(file)
    rest = [model.step(i) for i in half]
    resumed = case.build()
    resumed.fit(case.samples)
    try:
        load_exactly(checkpoint, resumed.load_state, resumed.state)
    except DataError as error:
        raise AssertionError(
            f"{case} would have other losses after it resumes: load_state() must restore all that "
            f"state() gave, and {error}."
        ) from error
    require(
        [resumed.step(i) for i in half] == rest,
        f"{case} has other losses after it resumes: state() must hold all that step() needs.",
    )
    for name, array in model.state().items():
        require(
            np.array_equal(resumed.state()[name], array),
            f"{case} has another '{name}' after it resumes.",
        )
    require(
        np.array_equal(resumed.sample(20, seed=3).x, model.sample(20, seed=3).x),
        f"{case} gives other samples after it resumes.",
    )


def use_does_not_disturb_training(case: ModelCase) -> None:
    """Sampling between training steps changes no loss."""
    quiet, used = case.build(), case.build()
    losses: list[list[Any]] = []
    for model in (quiet, used):
        model.fit(case.samples)
        losses.append([])
        for i in range(4):
            losses[-1].append(model.step(i))
            if model is used:
                model.sample(5, seed=i, trajectory=True)
                model.forward_process(case.samples.x[:3], seed=i)
                model.circuits()
    require(
        losses[0] == losses[1],
        f"{case} trains differently when it is sampled meanwhile: only training may draw from "
        "self.generator.",
    )


def weights_are_complete(case: ModelCase) -> None:
    """A model with loaded weights gives the same valid samples as the trained one. Before it is
    trained, the weights have the same names, shapes and types."""
    from qdiffgui.models.stored_weights import load_weights

    model = case.train()
    drawn = model.sample(50, seed=7)
    exported = case.build(seed=99)
    load_weights(exported, {name: np.asarray(x) for name, x in model.weights().items()})
    again = exported.sample(50, seed=7)
    require(
        np.array_equal(drawn.x, again.x) and np.array_equal(drawn.label, again.label),
        f"{case} gives other samples from its weights: weights() must hold all that sampling "
        "needs.",
    )
    alike = np.array_equal(drawn.x, exported.sample(50, seed=8).x)
    require(
        alike == bool(model.facts().get("deterministic")),
        f"{case} must give other samples for another seed, unless facts() says 'deterministic'.",
    )
    require(
        drawn.x.shape == (50, *model.spec.shape),
        f"{case} must give samples {(50, *model.spec.shape)}, found {drawn.x.shape}.",
    )
    require(
        drawn.label.shape == (50,) and drawn.label.dtype == np.int8,
        f"{case} must give one int8 label per sample.",
    )
    check_valid(drawn.x, case)


def trajectories_end_in_the_samples(case: ModelCase) -> None:
    """A trajectory has one frame per recorded step, from noise to the sample."""
    model = case.train(3)
    drawn = model.sample(12, seed=1, trajectory=True)
    expected = (len(drawn.times), 12, *model.spec.shape)
    require(
        drawn.trajectory is not None and drawn.trajectory.shape == expected,
        f"{case} must give a trajectory {expected} when it is asked for one.",
    )
    assert drawn.trajectory is not None
    require(
        np.array_equal(drawn.trajectory[-1], drawn.x),
        f"The trajectory of {_lower(case)} must end in the sample.",
    )
    require(
        np.array_equal(model.sample(12, seed=1).x, drawn.x),
        f"{case} must give the same samples with a trajectory as without.",
    )
    require(
        all(t > s for t, s in itertools.pairwise(drawn.times)),
        f"The times of a trajectory of {_lower(case)} must fall.",
    )
    for frame in drawn.trajectory:
        check_valid(frame, case)


def forward_process_starts_from_the_data(case: ModelCase) -> None:
    """The forward process works before ``fit`` and is reproducible."""
    x = case.samples.x[:10]
    frames, times = case.build().forward_process(x, seed=2)
    require(
        frames.shape == (len(times), *x.shape),
        f"The forward process of {_lower(case)} must give one frame per time.",
    )
    require(
        times[0] == 0 and all(t > s for s, t in itertools.pairwise(times)),
        f"The times of the forward process of {_lower(case)} must rise from 0.",
    )
    if case.kind == "state":
        close = np.allclose(np.abs(np.sum(frames[0].conj() * x, axis=1)), 1, atol=1e-5)
    else:
        close = np.allclose(frames[0], x, atol=1e-5)
    require(close, f"The forward process of {_lower(case)} must start from the data.")
    for frame in frames:
        check_valid(frame, case)
    require(
        np.array_equal(frames, case.build().forward_process(x, seed=2)[0]),
        f"The forward process of {_lower(case)} must depend on its seed alone.",
    )


def classes_are_obeyed(case: ModelCase) -> None:
    """A conditional model gives the class it is asked for and refuses one that does not exist."""
    model = case.train(3)
    if not (model.config.conditional and len(model.spec.classes) > 1):  # type: ignore[attr-defined]
        return
    drawn = model.sample(40, seed=0)
    require(
        set(drawn.label.tolist()) == set(model.spec.classes),
        f"{case} must give all classes when it is asked for none.",
    )
    for label in model.spec.classes:
        require(
            set(model.sample(9, label, seed=0).label.tolist()) == {label},
            f"{case} must give the class that it is asked for.",
        )
    require(
        not np.array_equal(model.sample(9, 0, seed=0).x, model.sample(9, 1, seed=0).x),
        f"{case} gives the same samples for two classes.",
    )
    try:
        model.sample(9, 5, seed=0)
    except UserError as error:
        require("class" in str(error), f"{case} must say that the class does not exist.")
    else:
        raise AssertionError(f"{case} must raise UserError for a class that does not exist.")


def circuits_and_facts_describe_the_model(case: ModelCase) -> None:
    """The number of parameters, and circuits that can be drawn and exported."""
    from qdiffgui.circuits.openqasm import to_qasm3

    model = case.build()
    require(
        model.facts()["n_parameters"] == model.n_parameters > 0,
        f"{case} must have parameters, and facts() must say how many.",
    )
    quantum = bool(catalog.models[case.key].facts["quantum"])
    require(
        bool(model.circuits()) == quantum,
        f"{case} is {'' if quantum else 'not '}quantum: circuits() must give "
        f"{'its circuits' if quantum else 'none'}.",
    )
    uses = model.circuit_uses()
    require(
        len(uses) == len(model.circuits()),
        f"circuit_uses() of {_lower(case)} must say of each of its circuits how it is used.",
    )
    for use in uses:
        require(
            use.runs_per_sample.value(**use.symbols) >= 0,
            f"The formulas in circuit_uses() of {_lower(case)} must give numbers of 0 or more.",
        )
    for info in model.circuits():
        _check_circuit(case, info, to_qasm3(info))


def _check_circuit(case: ModelCase, info: CircuitInfo, text: str) -> None:
    require(
        len(info.angles) == len(info.gates) and info.weights.ndim == 1,
        f"The circuit '{info.name}' of {_lower(case)} needs one angle per gate, and its "
        "weights in one row.",
    )
    require(
        all(wire < info.n_qubits for gate in info.gates for wire in gate["wires"]),
        f"The circuit '{info.name}' of {_lower(case)} uses wires that it does not have.",
    )
    require(
        info.about,
        f"The circuit '{info.name}' of {_lower(case)} must say in 'about' how its wires start "
        "and what is read out.",
    )
    require(
        all(f"// {sentence}" in text for sentence in info.about),
        f"The OpenQASM text of '{info.name}' must hold each sentence of 'about'.",
    )


def phases_cover_all_steps(case: ModelCase) -> None:
    """The phases of training hold each step once, in order."""
    phases = case.build().phases()
    require(
        all(phases) and list(itertools.chain(*phases)) == list(range(N_STEPS)),
        f"The phases of {_lower(case)} must hold each step once, in order.",
    )


def every_parameter_gets_a_gradient(case: ModelCase) -> None:
    """Training changes each trainable number: weights that no sample can move are useless."""
    before, after = _trainable(case.build(), case), _trainable(case.train(), case)
    n = sum(array.size for array in after.values())
    n_parameters = case.build().n_parameters
    require(
        n == n_parameters,
        f"{case} says that it has {n_parameters} parameters, and weights() holds {n} trainable "
        "numbers.",
    )
    require(set(before) == set(after), f"{case} must have the same weights before and after.")
    check_all_moved(before, after, str(case))


def check_all_moved(
    before: Mapping[str, Array], after: Mapping[str, Array], where: str = "The model"
) -> None:
    """Raise ``AssertionError`` if 5 % or more of the numbers of any array have stayed the same."""
    for name, array in after.items():
        same = np.mean(before[name] == array)
        require(same < 0.05, f"{where} does not train '{name}': {same:.0%} of it has not moved.")


def _trainable(model: DiffusionModel, case: ModelCase) -> dict[str, Array]:
    """The arrays of ``weights()`` that gradients train."""
    return {
        name: array
        for name, array in model.weights().items()
        if set(case.not_trained).isdisjoint(name.split("/"))
    }


def _lower(case: ModelCase) -> str:
    text = str(case)
    return text[0].lower() + text[1:]


MODEL_CHECKS: tuple[Callable[[ModelCase], None], ...] = (
    resumes_exactly,
    use_does_not_disturb_training,
    weights_are_complete,
    trajectories_end_in_the_samples,
    forward_process_starts_from_the_data,
    classes_are_obeyed,
    circuits_and_facts_describe_the_model,
    phases_cover_all_steps,
    every_parameter_gets_a_gradient,
)
"""Every check of a model; each takes a ``ModelCase`` and raises ``AssertionError``."""
