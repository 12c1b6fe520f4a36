"""The variants of a run: what is removed from its model, and why some do not apply."""

from __future__ import annotations

from dataclasses import dataclass

from qdiffgui import catalog
from qdiffgui.config import Experiment, override
from qdiffgui.config.models import BornMachine
from qdiffgui.errors import UserError
from qdiffgui.experiment.prepare import Prepared, build, prepare
from qdiffgui.studies.scaling.twin import process_twin

VARIANTS = {
    "no-entanglement": "Without entangling gates",
    "frozen": "Frozen circuit",
    "twin": "Classical twin",
    "untrained": "Untrained",
}
BASE = "trained"
BASE_LABEL = "Unchanged"
NO_RATE = 1e-12
"""Learning rate of the untrained variant: nothing moves by more than this in a step."""


@dataclass(frozen=True)
class Variant:
    """A variant to train; without ``experiment`` it does not apply, and ``reason`` says why.
    ``note`` says what the label does not.
    """

    key: str
    label: str
    experiment: Experiment | None
    reason: str = ""
    note: str = ""


def make_variants(
    config: Experiment, wanted: list[str] | None = None, *, effort: float = 1.0
) -> list[Variant]:
    """The model itself and its variants, in the order of ``VARIANTS``.

    Parameters
    ----------
    config : Experiment
        The settings of the run.
    wanted : list of str, optional
        Keys of ``VARIANTS``. Default: all.
    effort : float
        Share of the run's optimizer steps that all variants train.

    Raises
    ------
    UserError
        If the model has no circuit, or is itself an ablation, or a key is unknown.
    """
    for key in wanted or ():
        if key not in VARIANTS:
            raise UserError(f"There is no variant '{key}'; choose from {', '.join(VARIANTS)}.")
    label = catalog.models[config.model.kind].label
    if not config.model.has_circuit:
        raise UserError(
            f"'{label}' has no circuit here, so there is nothing to remove from it: choose a "
            "run of a quantum model."
        )
    if is_ablation(config):
        raise UserError(
            "This run is an ablation already (model.circuit is "
            f"'{getattr(config.model, 'circuit', '')}'): choose a run with a trained circuit."
        )
    base = shortened(config, effort)
    prepared = prepare(base)
    made = {
        "no-entanglement": _without_entanglers(base, label, prepared),
        "frozen": _frozen(base, label),
        "twin": _twin(base, label, build(base, prepared).n_parameters),
        "untrained": _untrained(base),
    }
    chosen = [made[key] for key in VARIANTS if wanted is None or key in wanted]
    return [Variant(BASE, BASE_LABEL, base), *chosen]


def is_ablation(config: Experiment) -> bool:
    """Whether a run was trained without entangling gates or with a frozen circuit."""
    return getattr(config.model, "circuit", "trained") in ("frozen", "separable")


def shortened(config: Experiment, effort: float) -> Experiment:
    """The run with ``effort`` times its optimizer steps; the run itself for 1."""
    iterations = max(round(config.training.iterations * effort), config.model.fewest_steps)
    training = config.training.model_copy(update={"iterations": iterations})
    return config.model_copy(update={"training": training})


def _without_entanglers(base: Experiment, label: str, prepared: Prepared) -> Variant:
    key, name = "no-entanglement", VARIANTS["no-entanglement"]
    if isinstance(base.model, BornMachine) and base.model.circuit == "iqp" and base.model.body > 1:
        return Variant(key, name, override(base, ["model.body=1"]))
    if not _choices(base, "separable"):
        return Variant(
            key,
            name,
            None,
            f"{name}: '{label}' has no setting that removes them from its circuits.",
        )
    gates = [gate for info in build(base, prepared).circuits() for gate in info.gates]
    if all(len(gate["wires"]) < 2 for gate in gates):
        return Variant(key, name, None, f"{name}: the circuit has none, so this is the run itself.")
    return Variant(key, name, override(base, ["model.circuit=separable"]))


def _frozen(base: Experiment, label: str) -> Variant:
    key, name = "frozen", VARIANTS["frozen"]
    try:
        return Variant(key, name, override(base, ["model.circuit=frozen"]))
    except UserError:
        why = (
            f"all trained numbers of '{label}' are angles of its circuits, so this is the "
            "untrained model."
            if _choices(base, "separable")
            else f"'{label}' has no setting that keeps its angles at their first values."
        )
        return Variant(key, name, None, f"{name}: {why}")


def _twin(base: Experiment, label: str, n_parameters: int) -> Variant:
    key, name = "twin", VARIANTS["twin"]
    found = process_twin(base, n_parameters)
    if found is None:
        why = f"'{label}' learns quantum states, and no classical model here does."
        return Variant(key, name, None, f"{name}: {why}")
    kind = catalog.models[found.model.kind].label
    note = f"The classical twin is the model '{kind}' with about as many parameters."
    return Variant(key, name, found, note=note)


def _untrained(base: Experiment) -> Variant:
    training = base.training.model_copy(
        update={"iterations": base.model.fewest_steps, "learning_rate": NO_RATE}
    )
    changed = base.model_copy(update={"training": training})
    return Variant("untrained", VARIANTS["untrained"], changed)


def _choices(config: Experiment, value: str) -> bool:
    """Whether the model's setting ``circuit`` may be ``value``."""
    try:
        override(config, [f"model.circuit={value}"])
    except UserError:
        return False
    return True
