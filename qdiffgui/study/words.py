"""What a study says in plain words, made from its numbers and from nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator

from qdiffgui.scaling.axes import AXES
from qdiffgui.scaling.fits import Fit
from qdiffgui.scaling.measured import Along
from qdiffgui.scaling.twin import twin
from qdiffgui.study.quality import Score
from qdiffgui.study.run import Study
from qdiffgui.study.trainability import TURN, Decay

FIXED_DATA = ("quantum-denoiser", "qd3pm", "d3pm", "latent", "qg-unet")
"""Families whose circuits may grow on the same data; of the others the data grow with the qubits."""
_BAD = 10.0  # chi² over degrees of freedom from which a law is only a rough description
SIGMAS = 2.0
LEAST_CHANGE = 0.8  # over all that was measured: less is not worth a law


def sentences(study: Study) -> Iterator[str]:
    """The verdict: size and cost, time, gradients, quality."""
    yield from _static(study)
    yield from _time(study)
    yield from _decays(study)
    yield from _model(study)
    yield from _quality(study)
    if study.static.quantum:
        yield "No quantum advantage is claimed, and none follows: every circuit here was simulated, exactly and without noise."


def _static(study: Study) -> Iterator[str]:
    found = study.static
    circuits = [g for g in found.groups if g.key.startswith("circuit")]
    if not circuits:
        yield (
            f"This is a classical model of {found.n_parameters} parameters: qubits, gates, shots, expressibility and "
            "barren plateaus do not apply; "
            "time, gradients and quality do."
        )
        return
    rows = {row.key.split(":")[0]: row for group in found.groups for row in group.rows}
    yield (
        f"The circuit has {rows['n_qubits'].value:g} qubits, {rows['one_qubit'].value:g} one-qubit and "
        f"{rows['two_qubit'].value:g} two-qubit "
        f"gates at depth {rows['depth'].value:g}; the model has {found.n_parameters} parameters."
    )
    if "runs_in_all" in rows:
        yield (
            f"Trained on hardware by the parameter-shift rule, with every number known to ±{found.symbols['eps']:g}, it "
            "would take "
            f"{rows['runs_in_all'].value:.2g} circuit runs: {rows['runs_in_all'].note}."
        )


def law(fit: Fit, symbol: str) -> str:
    """A law with its symbol, and whether it is more than a rough description."""
    rough = ", roughly: the points scatter more than their errors say" if fit.chi2 > _BAD * fit.dof else ""
    if fit.form == "power":
        return f"{symbol}^({fit.slope:.2f} ± {fit.error:.2g}){rough}"
    return f"e^(({fit.slope:.3g} ± {fit.error:.2g}){symbol}), a factor {math.exp(fit.slope):.4g} for each{rough}"


def factor(fit: Fit) -> str:
    """By how much an exponential changes for each qubit."""
    ratio = math.exp(fit.slope)
    return f"{ratio:.3g} ± {ratio * fit.error:.2g}"


def _time(study: Study) -> Iterator[str]:
    for found in study.timings:
        name = AXES[found.axis].label.lower()
        if found.axis == "threads":
            yield _threads(found)
        elif found.fit is not None and abs(found.fit.power.slope) <= SIGMAS * found.fit.power.error:
            yield (
                f"Time of an optimiser step does not depend on {name} within the errors, from {found.timings[0].x:g} to "
                f"{found.timings[-1].x:g}: at this size it is not what costs."
            )
        elif found.fit is not None and LEAST_CHANGE < (change := _change(found.fit.chosen)) < 1 / LEAST_CHANGE:
            yield (
                f"Time of an optimiser step hardly depends on {name}: {change:.2f} times as long at {found.timings[-1].x:g} as at "
                f"{found.timings[0].x:g}."
            )
        elif found.fit is not None:
            better = "" if found.fit.better else " (the points do not tell a power law from an exponential)"
            yield (
                f"Time of an optimiser step against {name}: {law(found.fit.chosen, found.axis)}{better}; "
                f"measured from {found.timings[0].x:g} to {found.timings[-1].x:g}."
            )
    if study.circuit is not None and study.circuit.fit is not None:
        exponential = study.circuit.fit.exponential
        known = study.circuit.timings[-1]
        far = 20
        times = float(exponential(far)) / known.seconds
        yield (
            f"The circuit alone takes {factor(exponential)} times as long for each qubit more (6 to {known.x:g} qubits; state "
            f"vectors double). Extrapolated, not measured: at {far} qubits {times:.2g} times the time at {known.x:g}."
        )


def _change(fit: Fit) -> float:
    """How many times as large a law is at the end of what was fitted as at its beginning."""
    return float(fit(fit.highest) / fit(fit.lowest))


def _threads(found: Along) -> str:
    first, last = found.timings[0], found.timings[-1]
    ratio = first.seconds / last.seconds
    error = ratio * math.hypot(first.error / first.seconds, last.error / last.seconds)
    if abs(ratio - 1) <= SIGMAS * error:
        return f"{last.x:g} threads are not measurably faster than {first.x:g} at this size ({ratio:.2f} ± {error:.2f} times)."
    return f"{last.x:g} threads make an optimiser step {ratio:.2f} ± {error:.2f} times as fast as {first.x:g}."


def _decays(study: Study) -> Iterator[str]:
    known = {d.key: d for d in study.decays}
    if not known:
        return
    yield _decided(known["deep-global"], "McClean et al., Cerezo et al.")
    yield _decided(known["shallow-local"], "Cerezo et al.")
    for loss, name in (("mmd", "MMD"), ("wasserstein", "Wasserstein distance")):
        yield _stepwise(known[f"last-step-{loss}"], known[f"single-{loss}"], name)
        yield _middle(known[f"middle-step-{loss}"].whole.exponential, known[f"single-{loss}"].whole.exponential, name)


def _middle(middle: Fit, single: Fit, name: str) -> str:
    slower = middle.slope - single.slope > SIGMAS * math.hypot(middle.error, single.error)
    follows = "slower" if slower else "no slower, so that the steps help only where states are still concentrated"
    return (
        f"{name}: in the middle of the diffusion, where x_t is spread out, the variance of stepwise training falls by "
        f"{factor(middle)} a qubit, that of the single circuit by {factor(single)}: {follows}."
    )


def _decided(decay: Decay, source: str) -> str:
    chosen = decay.whole.chosen
    form = {"exponential": "exponentially", "power": "as a power law", None: "with a form that the points do not tell"}[
        decay.whole.better
    ]
    return f"Gradient variance, {decay.label}: falls {form}, {law(chosen, 'n')} ({source})."


def _stepwise(step: Decay, single: Decay, name: str) -> str:
    assert step.early is not None
    assert step.late is not None
    assert single.early is not None
    early, late, other = step.early.exponential, step.late.exponential, single.early.exponential
    slower = early.slope - other.slope > SIGMAS * math.hypot(early.error, other.error)
    ends = early.slope - late.slope > SIGMAS * math.hypot(early.error, late.error)
    first = (
        f"{name}: up to {TURN} qubits the gradient variance of QuDDPM's last denoising step falls by "
        f"{factor(early)} a qubit, that of one deep circuit by {factor(other)}: {'slower' if slower else 'no slower'}."
    )
    then = f" From {TURN} qubits on it falls by {factor(late)}: " + (
        "the advantage ends there." if ends else "no end of it is seen within the errors."
    )
    return first + then if slower else first


def _model(study: Study) -> Iterator[str]:
    for found in study.gradients:
        if found.fit is not None:
            yield (
                f"Mean squared derivative of this model where training starts, against {AXES[found.axis].label.lower()}: "
                f"{law(found.fit.chosen, found.axis)}."
            )


def _own_data(scores: list[Score], study: Study) -> str:
    """Data of their own for each number of qubits: every value stands beside its own floor."""
    told = ", ".join(f"{s.x:g}: {s.value:.3g} ± {s.error:.2g} (floor {s.floor:.3g})" for s in scores)
    return f"Quality against qubits, whose data grow with them, so that each has a floor of its own: {told}."


def _quality(study: Study) -> Iterator[str]:
    base = next((s for s in study.scores if s.axis == "base"), None)
    if base is None:
        yield "No training came to its end: there is nothing to say about quality."
        return
    yield (
        f"Short trainings ({base.seconds:.1f} s, {base.n_seeds} seed{'s' if base.n_seeds > 1 else ''}) give "
        f"{study.judge}: {base.value:.3g} ± "
        f"{base.error:.2g}, real against real {base.floor:.3g}."
    )
    if base.n_seeds < 3:
        yield "Fewer than 3 seeds: no difference of quality below means anything."
    for axis in dict.fromkeys(s.axis for s in study.scores if s.axis not in ("base", "twin")):
        of_axis = [s for s in study.scores if s.axis == axis]
        best = min(of_axis, key=lambda s: study.off(s.value))
        gap, error = study.off(base.value) - study.off(best.value), math.hypot(base.error, best.error)
        name = AXES[axis].label.lower()
        if axis == "n" and study.config.model.kind not in FIXED_DATA:
            yield _own_data(of_axis, study)
            continue
        if base.n_seeds > 1 and gap > SIGMAS * error:
            yield f"Quality against {name}: {best.x:g} is better than the configuration's own value ({best.value:.3g} ± {best.error:.2g})."
        else:
            yield f"Quality against {name}: no other value tried is better by more than {SIGMAS:g} combined errors."
    twins = [s for s in study.scores if s.axis == "twin"]
    for score in twins:
        gap, error = study.off(base.value) - study.off(score.value), math.hypot(base.error, score.error)
        word = "level with" if abs(gap) <= SIGMAS * error or base.n_seeds < 2 else "better than" if gap > 0 else "worse than"
        yield (
            f"The twin ({score.label}; {score.n_parameters} parameters, {score.seconds:.1f} s) is {word} this model: "
            f"{score.value:.3g} ± "
            f"{score.error:.2g}."
        )
    if not twins:
        why = "it learns quantum states, and no classical family here does" if study.static.quantum else "it is classical itself"
        if twin(study.config, study.static.n_parameters) is not None:
            why = "the time of this study was spent"
        yield f"No classical twin was trained: {why}."
