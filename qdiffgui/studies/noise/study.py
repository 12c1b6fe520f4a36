"""Quality of trained models against noise strength and the number of shots, compared with the floor
and with trivial generators.
"""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qdiffgui.config import hardware as offers
from qdiffgui.duration import duration
from qdiffgui.errors import UserError
from qdiffgui.runs.slots import n_cpus
from qdiffgui.studies.noise.defaults import n_noise_samples, noise_strengths
from qdiffgui.studies.noise.result import Cell, NoiseSetting, NoiseStudy
from qdiffgui.studies.noise.verdict import verdict

if TYPE_CHECKING:
    from qdiffgui.config import Experiment
    from qdiffgui.experiment.prepare import Prepared
    from qdiffgui.model_file import TrainedModel

NOISE_KINDS = {
    "depolarizing": "depolarizing, after each gate on each of its wires",
    "amplitude_damping": "amplitude damping, after each gate",
    "phase_damping": "phase damping, after each gate",
    "readout": "readout error, of each measured bit",
}
STRENGTHS = (0.0003, 0.001, 0.003, 0.01, 0.03)
SHOTS = (100, 1000, 10_000)
SCALES = (1, 3, 5)
_SHOT_SEED = 1 << 41

Say = Callable[[str], None]


def noise_settings(
    kinds: Sequence[str] = tuple(NOISE_KINDS),
    strengths: Sequence[float] = STRENGTHS,
    shots: Sequence[int] = SHOTS,
    mitigate: bool = False,
) -> list[NoiseSetting]:
    """The settings of a study: no noise, each kind at each strength, the same with zero-noise
    extrapolation if ``mitigate`` is set (gate noise only), and each number of shots.

    Raises ``UserError`` for an unknown kind, a strength outside (0, 1], and fewer than 1 shot.

    >>> [setting.label for setting in noise_settings(["readout"], [0.01], [100])]
    ['no noise', 'readout 0.01', '100 shots']
    """
    for kind in kinds:
        if kind not in NOISE_KINDS:
            raise UserError(f"There is no noise '{kind}'; choose from {', '.join(NOISE_KINDS)}.")
    for strength in strengths:
        if not 0 < strength <= 1:
            raise UserError(
                f"Noise strength is a probability above 0 and at most 1; found {strength:g}."
            )
    if any(number < 1 for number in shots):
        raise UserError(f"Expected at least 1 shot; found {min(shots)}.")
    found = [NoiseSetting()] + [
        NoiseSetting(kind, strength) for kind in kinds for strength in strengths
    ]
    if mitigate:
        found += [
            NoiseSetting(kind, strength, 0, True)
            for kind in kinds
            if kind != "readout"
            for strength in strengths
        ]
    return found + [NoiseSetting(shots=number) for number in shots]


def suitable_strengths(path: Path) -> tuple[float, ...]:
    """The noise strengths that suit a model file, see ``defaults.noise_strengths``."""
    from qdiffgui.model_file import load

    model = load(path)
    return noise_strengths(model.config, model.diffusion_model.circuits())


def run_noise_study(
    models: Mapping[str, Path],
    asked: Sequence[NoiseSetting],
    *,
    seeds: int = 3,
    n_samples: int | None = None,
    say: Say | None = None,
) -> NoiseStudy:
    """Evaluate trained models at each noise setting, with ``seeds`` sampling seeds each.

    Parameters
    ----------
    models : mapping of str to Path
        Name -> model file. The models may differ only in the seed.
    asked : sequence of NoiseSetting
        The settings, usually from ``noise_settings``; the first is the reference.
    seeds : int
        Sampling seeds per model.
    n_samples : int, optional
        Generated samples per class; by default a number that suits the model, see
        ``defaults.n_noise_samples``.
    say : callable, optional
        Receives lines of progress, which begin with a percentage in brackets.

    Returns
    -------
    NoiseStudy
        Means and standard deviations over models and seeds.

    Raises
    ------
    UserError
        If a model cannot be sampled with noise; the message gives the reason.
    DataError
        If the data of a model are missing.
    """
    from qdiffgui.model_file import versions
    from qdiffgui.runs.reports import model_with_data

    tell = say or (lambda line: None)
    tell("[  0%] Loading the model and its data")
    loaded = [model_with_data(path) for path in models.values()]
    for model, _ in loaded:
        offers.check(model.config)
    same = {model.config.model_copy(update={"seed": 0, "name": ""}).digest() for model, _ in loaded}
    if len(same) > 1:
        raise UserError(
            "The models have different settings. A noise study takes one model, or several that "
            "differ only in the seed."
        )
    if offers.noise_on_states(loaded[0][0].config):
        from qdiffgui.studies.noise.noisy_states import as_densities

        asked = _of_states(asked)
        loaded = [(model, as_densities(model)) for model, _ in loaded]
    model, prepared = loaded[0]
    if n_samples is None:
        widths = [info.n_qubits for info in model.diffusion_model.circuits()]
        n_samples = n_noise_samples(model.config, max(widths, default=1))
    found = NoiseStudy(
        list(models),
        seeds=seeds,
        n_samples=n_samples,
        n_report=model.config.evaluation.n_generated,
        n_held_out=_n_held_out(model.config, prepared),
        about=offers.measurement_note(model.config),
        kind=model.config.model.kind,
        data=prepared.dataset.name,
        data_digest=prepared.dataset.digest,
        versions=versions(),
    )
    gathered: dict[str, dict[str, list[float]]] = {}
    progress = _Progress(asked, len(loaded) * seeds, tell)
    paths = list(models.values())
    for i, reports in enumerate(_reports(paths, loaded, asked, n_samples, seeds, progress)):
        values: dict[str, list[float]] = {}
        for report in reports:
            _gather(report, values, gathered if i == 0 else None)
            found.columns = report["columns"]
            found.labels |= {row["key"]: row["label"] for row in report["rows"]}
        if i == 0:
            found.notes = list(dict.fromkeys(note for r in reports for note in r["notes"]))
        found.rows.append({**asked[i]._asdict(), "label": asked[i].label, "values": _cells(values)})
    found.baselines = {key: _cells(values) for key, values in gathered.items()}
    found.verdict = verdict(found)
    return found


class _Progress:
    """Tells after each report how many are done, which setting is computed, and how long the rest
    takes."""

    def __init__(self, asked: Sequence[NoiseSetting], n_each: int, tell: Say) -> None:
        self._asked, self._n_each, self._tell = asked, n_each, tell
        self._n_done, self._begun = 0, time.monotonic()
        self._show()

    def add(self) -> None:
        """One more report is done."""
        self._n_done += 1
        self._show()

    def _show(self) -> None:
        n_all = len(self._asked) * self._n_each
        at = min(self._n_done // self._n_each, len(self._asked) - 1)
        words = f"setting {at + 1} of {len(self._asked)}: {self._asked[at].label}"
        if self._n_done:
            spent = time.monotonic() - self._begun
            left = spent * (n_all - self._n_done) / self._n_done
            words += f"; about {duration(left)} left" if left >= 1 else ""
        self._tell(f"[{self._n_done / n_all:4.0%}] {words}")


def _n_held_out(config: Experiment, prepared: Prepared) -> int:
    """Held-out samples in the smallest class that is evaluated on its own."""
    label, classes = prepared.test.label, prepared.test.spec.classes
    if not config.model.conditional or len(classes) < 2 or offers.noise_on_states(config):
        return len(label)
    return min(int((label == key).sum()) for key in classes)


def _of_states(asked: Sequence[NoiseSetting]) -> list[NoiseSetting]:
    """The settings that change quantum states: gate noise only."""
    if any(point.mitigated for point in asked):
        raise UserError(
            "Zero-noise extrapolation needs measured numbers, but the samples of this model are "
            "quantum states: drop --zne."
        )
    return [point for point in asked if not point.shots and point.kind != "readout"]


def _reports(
    paths: Sequence[Path],
    loaded: Sequence[tuple[TrainedModel, Prepared]],
    asked: Sequence[NoiseSetting],
    n_samples: int,
    seeds: int,
    progress: _Progress,
) -> Iterator[list[dict[str, Any]]]:
    """The reports of each setting, for all models and seeds.

    Each thread (one per CPU) has its own copy of the models: circuits release the interpreter, and
    their back-ends hold scratch memory that two threads must not share.
    """
    from qdiffgui.model_file import load

    free: queue.SimpleQueue[list[tuple[TrainedModel, Prepared]]] = queue.SimpleQueue()
    n_threads = min(n_cpus(), len(asked) * len(loaded) * seeds)
    for _ in range(n_threads):
        free.put(
            [(load(path), prepared) for path, (_, prepared) in zip(paths, loaded, strict=True)]
        )

    def one(i: int, k: int, seed: int) -> dict[str, Any]:
        own = free.get()
        try:
            # the noise changes neither the floor nor the trivial generators: once is enough
            return evaluate_at(*own[k], asked[i], n_samples, seed, with_baselines=i == 0)
        finally:
            free.put(own)

    with ThreadPoolExecutor(n_threads) as pool:
        waiting = [
            [pool.submit(one, i, k, seed) for k in range(len(loaded)) for seed in range(seeds)]
            for i in range(len(asked))
        ]
        try:
            for row in waiting:
                done = []
                for future in row:
                    done.append(future.result())
                    progress.add()
                yield done
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def evaluate_at(
    model: TrainedModel,
    prepared: Prepared,
    point: NoiseSetting,
    n_samples: int,
    seed: int,
    *,
    with_baselines: bool = True,
) -> dict[str, Any]:
    """The report (``evaluation.report``) of a model at one noise setting."""
    import torch

    from qdiffgui import engine
    from qdiffgui.runs.reports import report_of_sampler

    if offers.noise_on_states(model.config):
        from qdiffgui.studies.noise.noisy_states import report

        return report(
            model,
            prepared,
            {point.kind: point.strength} if point.kind else {},
            n_samples,
            seed,
            with_baselines,
        )

    def sampler(n: int, label: int | None, start: int) -> Any:
        shots = torch.Generator().manual_seed(start + seed + _SHOT_SEED)
        noise = {point.kind: point.strength} if point.kind else {}
        with (
            torch.no_grad(),
            engine.on_device("", noise, SCALES if point.mitigated else ()),
            engine.finite_shots(point.shots, shots),
        ):
            return model.diffusion_model.sample(n, label, seed=start).x

    return report_of_sampler(
        model, prepared, sampler, n_samples, seed, with_baselines=with_baselines
    )


def _gather(
    report: Mapping[str, Any],
    values: dict[str, list[float]],
    baselines: dict[str, dict[str, list[float]]] | None,
) -> None:
    """Append each metric, averaged over classes, to ``values`` (the model) and ``baselines`` (all
    other rows).
    """
    for key in dict.fromkeys(row["key"] for row in report["rows"]):
        if key != "model" and baselines is None:
            continue
        into = (
            values
            if key == "model"
            else baselines.setdefault(key, {})
            if baselines is not None
            else {}
        )
        for column in report["columns"]:
            cells = [
                row["values"].get(column["key"]) for row in report["rows"] if row["key"] == key
            ]
            known = [
                cell["value"] for cell in cells if cell is not None and cell["value"] is not None
            ]
            if known:
                into.setdefault(column["key"], []).append(float(np.mean(known)))


def _cells(values: Mapping[str, Sequence[float]]) -> dict[str, Cell]:
    """Mean and standard deviation over models and seeds."""
    return {
        key: {
            "value": float(np.mean(v)),
            "error": float(np.std(v, ddof=1)) if len(v) > 1 else 0.0,
            "n": len(v),
        }
        for key, v in values.items()
    }
