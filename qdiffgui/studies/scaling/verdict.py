"""The verdict of a scaling study in plain sentences, derived from the measured values."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from qdiffgui.evaluation.number_format import format_number, format_value
from qdiffgui.studies.scaling import capacity
from qdiffgui.studies.scaling.axes import AXES
from qdiffgui.studies.scaling.fits import Fit
from qdiffgui.studies.scaling.quality import Score
from qdiffgui.studies.scaling.result import ScalingStudy
from qdiffgui.studies.scaling.timing import LEAST_CHANGE, SIGMAS, TimingCurve
from qdiffgui.studies.scaling.trainability import TURN, VarianceDecay
from qdiffgui.studies.scaling.twin import twin

_BAD = 10.0  # χ² per degree of freedom above which a law is only a rough description


def sentences(study: ScalingStudy) -> Iterator[str]:
    """Yield the verdict: size and cost, time, gradients, quality."""
    yield from _static(study)
    yield from _time(study)
    yield from gradient_sentences(study.decays)
    yield from _model(study)
    yield from _quality(study)
    if study.static.quantum:
        yield (
            "No quantum advantage is claimed or implied: all circuits were simulated "
            "exactly and without noise."
        )


def _static(study: ScalingStudy) -> Iterator[str]:
    found = study.static
    circuits = [g for g in found.groups if g.key.startswith("circuit")]
    if not circuits:
        yield (
            f"This is a classical model with {found.n_parameters} parameters. Qubits, gates, "
            "shots, expressibility and barren plateaus do not apply; time, gradients and quality "
            "do."
        )
        return
    rows = {row.key.split(":")[0]: row for group in found.groups for row in group.rows}
    yield (
        f"The circuit has {rows['n_qubits'].value:g} qubits, {rows['one_qubit'].value:g} one-qubit "
        f"and {rows['two_qubit'].value:g} two-qubit gates at depth {rows['depth'].value:g}; the "
        f"model has {found.n_parameters} parameters."
    )
    if "runs_in_all" in rows:
        yield (
            "Training on hardware with the parameter-shift rule would need "
            f"{format_number(rows['runs_in_all'].value)} circuit runs if every number has a "
            f"standard error of {found.symbols['eps']:g}: {rows['runs_in_all'].note}."
        )


def describe_law(fit: Fit, symbol: str) -> str:
    """A law in ``symbol``, marked if it is only a rough description."""
    rough = (
        ", roughly: the points scatter more than their errors" if fit.chi2 > _BAD * fit.dof else ""
    )
    if fit.form == "power":
        return f"{symbol}^({format_value(fit.slope, fit.error)}){rough}"
    slope, ratio = format_value(fit.slope, fit.error), math.exp(fit.slope)
    return f"e^(({slope}){symbol}), a factor of {ratio:.4g} each{rough}"


def factor(fit: Fit) -> str:
    """The factor per qubit of an exponential, with its error."""
    ratio = math.exp(fit.slope)
    return format_value(ratio, ratio * fit.error)


def _time(study: ScalingStudy) -> Iterator[str]:
    for found in study.timings:
        name = AXES[found.axis].label.lower()
        if found.axis == "threads":
            yield _threads(found)
        elif found.is_impossible:
            yield (
                f"No law is given for the time of an optimizer step versus {name}: from "
                f"{found.timings[0].x:g} to {found.timings[-1].x:g} the measured time falls, which "
                "cannot be. The machine was too busy: repeat the study when nothing else runs."
            )
        elif found.fit is not None and abs(found.fit.power.slope) <= SIGMAS * found.fit.power.error:
            yield (
                f"The time of an optimizer step does not depend on {name} within the errors, from "
                f"{found.timings[0].x:g} to {found.timings[-1].x:g}: at this size, other work "
                "dominates."
            )
        elif (
            found.fit is not None
            and LEAST_CHANGE < (change := found.fit.chosen.change) < 1 / LEAST_CHANGE
        ):
            yield (
                f"The time of an optimizer step hardly depends on {name}: it is {change:.2f} times "
                f"as long at {found.timings[-1].x:g} as at {found.timings[0].x:g}."
            )
        elif found.fit is not None:
            better = (
                ""
                if found.fit.better
                else " (the points do not separate a power law from an exponential)"
            )
            yield (
                f"The time of an optimizer step {'grows' if change > 1 else 'falls'} with {name} "
                "as "
                f"{describe_law(found.fit.chosen, found.axis)}{better}, measured from "
                f"{found.timings[0].x:g} to {found.timings[-1].x:g}."
            )
    if study.circuit is not None and study.circuit.fit is not None:
        exponential = study.circuit.fit.exponential
        known = study.circuit.timings[-1]
        far = 20
        times = float(exponential(far)) / known.seconds
        yield (
            f"The circuit alone takes {factor(exponential)} times as long for each additional "
            f"qubit (6 to {known.x:g} qubits; state vectors double). Extrapolated, not measured: "
            f"at {far} qubits it takes {times:.2g} times as long as at {known.x:g}."
        )


def _threads(found: TimingCurve) -> str:
    first, last = found.timings[0], found.timings[-1]
    ratio = first.seconds / last.seconds
    error = ratio * math.hypot(first.error / first.seconds, last.error / last.seconds)
    if abs(ratio - 1) <= SIGMAS * error:
        return (
            f"{last.x:g} threads are not measurably faster than {first.x:g} at this size (speedup "
            f"{format_value(ratio, error)})."
        )
    return (
        f"An optimizer step is {format_value(ratio, error)} times as fast on {last.x:g} threads "
        f"as on {first.x:g}."
    )


def gradient_sentences(decays: Sequence[VarianceDecay]) -> Iterator[str]:
    """How gradient variances fall with the number of qubits; nothing without decays."""
    known = {d.key: d for d in decays}
    if not known:
        return
    yield _decided(known["deep-global"], "McClean et al., Cerezo et al.")
    yield _decided(known["shallow-local"], "Cerezo et al.")
    for loss, name in (("mmd", "MMD"), ("wasserstein", "Wasserstein distance")):
        yield _stepwise(known[f"last-step-{loss}"], known[f"single-{loss}"], name)
        yield _middle(
            known[f"middle-step-{loss}"].whole.exponential,
            known[f"single-{loss}"].whole.exponential,
            name,
        )


def _middle(middle: Fit, single: Fit, name: str) -> str:
    slower = middle.slope - single.slope > SIGMAS * math.hypot(middle.error, single.error)
    follows = (
        "it decays more slowly"
        if slower
        else "it decays no more slowly, so the steps help only while states are still concentrated"
    )
    return (
        f"{name}: in the middle of the diffusion, where x_t is spread out, the variance of "
        f"stepwise training changes by a factor of {factor(middle)} per qubit and that of the "
        f"single circuit by {factor(single)}: {follows}."
    )


def _decided(decay: VarianceDecay, source: str) -> str:
    chosen = decay.whole.chosen
    form = {
        "exponential": "exponentially",
        "power": "as a power law",
        None: "as a power law or exponentially (the fits do not decide)",
    }[decay.whole.better]
    law = describe_law(chosen, "n")
    return f"Gradient variance, {decay.label}: it falls {form}, {law} ({source})."


def _stepwise(step: VarianceDecay, single: VarianceDecay, name: str) -> str:
    assert step.early is not None
    assert step.late is not None
    assert single.early is not None
    early, late, other = step.early.exponential, step.late.exponential, single.early.exponential
    slower = early.slope - other.slope > SIGMAS * math.hypot(early.error, other.error)
    ends = early.slope - late.slope > SIGMAS * math.hypot(early.error, late.error)
    first = (
        f"{name}: up to {TURN} qubits, the gradient variance of QuDDPM's last denoising step "
        f"changes by a factor of {factor(early)} per qubit and that of one deep circuit by "
        f"{factor(other)}: it decays {'more slowly' if slower else 'no more slowly'}."
    )
    then = f" Above {TURN} qubits the factor is {factor(late)}: " + (
        "the advantage ends there."
        if ends
        else "the advantage has no visible end within the errors."
    )
    return first + then if slower else first


def _model(study: ScalingStudy) -> Iterator[str]:
    for found in study.gradients:
        if found.fit is not None:
            yield (
                "The mean squared derivative of this model at the start of training depends on "
                f"{AXES[found.axis].label.lower()} as {describe_law(found.fit.chosen, found.axis)}."
            )


def _own_data(scores: list[Score], study: ScalingStudy) -> str:
    """Each number of qubits has its own data, so every score is given with its own floor."""
    values = ", ".join(
        f"{s.x:g}: {format_value(s.value, s.error)} (floor {s.floor:.3g})" for s in scores
    )
    return (
        f"Quality versus qubits (the data grow with the qubits, so each has its floor): {values}."
    )


def _quality(study: ScalingStudy) -> Iterator[str]:
    base = next((s for s in study.scores if s.axis == "base"), None)
    if base is None:
        yield "No training finished, so there is no verdict on quality."
        return
    yield (
        f"Short training runs ({base.seconds:.1f} s, {base.n_seeds} "
        f"seed{'s' if base.n_seeds > 1 else ''}) reach {study.judge} {_value(base)}; the floor is "
        f"{base.floor:.3g}."
    )
    if base.n_seeds < 3:
        yield "With fewer than 3 seeds, the differences in quality below are not conclusive."
    for axis in dict.fromkeys(s.axis for s in study.scores if s.axis in AXES):
        of_axis = [s for s in study.scores if s.axis == axis]
        best = min(of_axis, key=lambda s: study.off(s.value))
        gap, error = (
            study.off(base.value) - study.off(best.value),
            math.hypot(base.error, best.error),
        )
        name = AXES[axis].label.lower()
        if axis == "n" and not study.config.model.fixed_data:
            yield _own_data(of_axis, study)
            continue
        if base.n_seeds > 1 and gap > SIGMAS * error:
            yield (
                f"Quality versus {name}: {best.x:g} is better than the configured value "
                f"({_value(best)})."
            )
        else:
            yield (
                f"Quality versus {name}: no other value is better by more than {SIGMAS:g} "
                "combined errors."
            )
    twins = [s for s in study.scores if s.axis == "twin"]
    for score in twins:
        gap, error = (
            study.off(base.value) - study.off(score.value),
            math.hypot(base.error, score.error),
        )
        word = (
            "as good as"
            if abs(gap) <= SIGMAS * error or base.n_seeds < 2
            else "better than"
            if gap > 0
            else "worse than"
        )
        yield (
            f"The twin ({score.label}; {score.n_parameters} parameters, {score.seconds:.1f} s) is "
            f"{word} this model: {_value(score)}."
        )
    if not twins:
        why = (
            "the model learns quantum states, and no classical model here does"
            if study.static.quantum
            else "the model is classical itself"
        )
        if twin(study.config, study.static.n_parameters) is not None:
            why = "the time limit of the study was reached"
        yield f"No classical twin was trained: {why}."
    yield from capacity.sentences(study)


def _value(score: Score) -> str:
    return format_value(score.value, score.error)
