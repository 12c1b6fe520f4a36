"""Where the time of a training goes, from the shell to the evaluated run.

    python benchmarks/profile_presets.py [PRESET ...] [--rounds 3] [--again] [--against FOLDER]
    [--json out.json]

Runs ``qdiffgui train PRESET`` in a new process, with an empty cache of evaluations, and prints the
CPU and wall seconds of the whole command and of its parts: medians over the rounds. ``--again``
runs each preset a second time with the cache of the first run. ``--against`` runs the code of
another checkout in turn and prints the ratio of the totals. On a shared machine, compare CPU
seconds of one run of this script only.

Parts are exclusive: an import during the evaluation counts as import. "other" is what is left: the
start of Python, settings, the progress on the terminal.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PRESETS = (
    "quddpm-cluster-1q",
    "quddpm-cluster-2q",
    "jets-observables-quantum",
    "jets-observables-mlp",
    "jets-logpolar-4q",
)
PARTS = (
    "imports",
    "data",
    "compile",
    "training",
    "previews",
    "sampling",
    "evaluation",
    "files",
)


class Clock:
    """CPU and wall seconds of the parts of this process. A part within a part counts for itself
    only.
    """

    def __init__(self) -> None:
        self.cpu = dict.fromkeys(PARTS, 0.0)
        self.wall = dict.fromkeys(PARTS, 0.0)
        self._own = threading.local()

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Count the time of the body, in this thread, as ``name``."""
        outer = getattr(self._own, "inner", [0.0, 0.0])
        self._own.inner = inner = [0.0, 0.0]
        begun = (time.thread_time(), time.perf_counter())
        try:
            yield
        finally:
            spent = (time.thread_time() - begun[0], time.perf_counter() - begun[1])
            self.cpu[name] += spent[0] - inner[0]
            self.wall[name] += spent[1] - inner[1]
            for k in range(2):
                outer[k] += spent[k]
            self._own.inner = outer

    def counted(self, function: Callable[..., Any], name: str) -> Callable[..., Any]:
        """The function, counted as ``name``."""

        @functools.wraps(function)
        def call(*args: Any, **more: Any) -> Any:
            with self.part(name):
                return function(*args, **more)

        return call

    def plain(self) -> dict[str, dict[str, float]]:
        """CPU and wall seconds by part."""
        return {"cpu": self.cpu, "wall": self.wall}


def _count_session(clock: Clock, session: Any) -> None:
    """Count what ``experiment.session`` does."""
    build, show = session.build, session.Session._show

    def build_model(*args: Any) -> Any:
        with clock.part("compile"):
            model = build(*args)
        model.step, model.fit = (clock.counted(f, "training") for f in (model.step, model.fit))
        model.sample = clock.counted(model.sample, "sampling")
        return model

    def show_samples(self: Any) -> Iterator[Any]:
        with clock.part("previews"):
            events = list(show(self))
        yield from events

    session.build, session.Session._show = build_model, show_samples
    session.prepare = clock.counted(session.prepare, "data")
    for name, part in (
        ("trajectory", "previews"),
        ("report", "evaluation"),
        ("save_model", "files"),
        ("save_samples", "files"),
    ):
        setattr(session.Session, name, clock.counted(getattr(session.Session, name), part))


def _count_compilation(clock: Clock, backend: Any) -> None:
    backend.ensure_compiled = clock.counted(backend.ensure_compiled, "compile")


def _count_files(clock: Clock, recorder: Any) -> None:
    for name in ("append", "save", "move", "checkpoint", "restore", "log"):
        counted = clock.counted(getattr(recorder.Recorder, name), "files")
        setattr(recorder.Recorder, name, counted)


_COUNTED = {
    "qdiffgui.experiment.session": _count_session,
    "qdiffgui.engine.numba_backend": _count_compilation,
    "qdiffgui.runs.recorder": _count_files,
}


def train(preset: str, folder: str, out: str) -> None:
    """Run ``qdiffgui train PRESET`` in this process, and write the times to the file ``out``."""
    clock = Clock()
    bootstrap: Any = sys.modules["_frozen_importlib"]
    find, waiting = bootstrap._find_and_load, dict(_COUNTED)

    def find_and_load(name: str, importer: Any) -> Any:
        with clock.part("imports"):
            module = find(name, importer)
        loaded = sys.modules.get(name)
        if name in waiting and not getattr(loaded.__spec__, "_initializing", False):
            waiting.pop(name)(clock, loaded)
        return module

    bootstrap._find_and_load = find_and_load  # called for modules that are not yet loaded
    from qdiffgui.cli import main

    try:
        main(["train", preset, "--runs", folder])
    finally:
        Path(out).write_text(json.dumps(clock.plain()), encoding="utf-8")


@dataclass
class Profile:
    """Seconds of one preset: lists over rounds, by part; ``total`` is the whole process."""

    preset: str
    cpu: dict[str, list[float]] = field(default_factory=dict)
    wall: dict[str, list[float]] = field(default_factory=dict)

    def add(self, cpu: dict[str, float], wall: dict[str, float]) -> None:
        """Add one round."""
        for known, new in ((self.cpu, cpu), (self.wall, wall)):
            new = {**new, "other": new["total"] - sum(new[part] for part in PARTS)}
            for part, seconds in new.items():
                known.setdefault(part, []).append(seconds)

    def median(self, part: str, clock: str = "cpu") -> float:
        """Median seconds of a part over the rounds."""
        return statistics.median(getattr(self, clock)[part])


def measure(profile: Profile, cache: str, source: Path = ROOT) -> None:
    """Train a preset once, in a new process with this cache folder, and add the times."""
    with tempfile.TemporaryDirectory() as folder:
        out = f"{folder}/times.json"
        environment = {
            **os.environ,
            "PYTHONPATH": str(source),
            "QDIFFGUI_CACHE": cache,
            "QDIFFGUI_EVALUATION_CACHE": "1",
        }
        own = [sys.executable, str(Path(__file__).resolve()), "--child"]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [*own, profile.preset, f"{folder}/runs", out],
            env=environment,
            cwd=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"Training '{profile.preset}' failed:\n{said}")
        wall = time.perf_counter() - begun
        times = json.loads(Path(out).read_text(encoding="utf-8"))
    profile.add(
        times["cpu"] | {"total": used.ru_utime + used.ru_stime}, times["wall"] | {"total": wall}
    )


def shown(profile: Profile, what: str = "", clock: str = "cpu") -> str:
    """A row of a Markdown table: seconds of the whole, of the parts, and of the rest."""
    cells = [f"{profile.median(part, clock):.1f}" for part in ("total", *PARTS, "other")]
    return " | ".join([f"| {profile.preset}{what}", clock, *cells]) + " |"


def compare(
    preset: str, rounds: int, again: bool, sources: dict[str, Path]
) -> dict[str, list[Profile]]:
    """Profiles of a preset with the code of every source, in turn: the first run, and the second
    if ``again``.
    """
    profiles = {name: [Profile(preset) for _ in range(1 + again)] for name in sources}
    for number in range(rounds):
        order = list(sources) if number % 2 else list(reversed(sources))
        for name in order:
            with tempfile.TemporaryDirectory() as cache:
                for profile in profiles[name]:
                    measure(profile, cache, sources[name])
    return profiles


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("presets", nargs="*", help=f"default: {', '.join(PRESETS)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--again", action="store_true", help="run twice with one cache")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout")
    parser.add_argument("--json")
    options = parser.parse_args()
    sources = {"": ROOT}
    if options.against:
        sources[", other checkout"] = options.against.resolve()
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} CPUs; seconds")
    heads = ["preset", "clock", "total", *PARTS, "other"]
    print(f"| {' | '.join(heads)} |\n|{'---|' * len(heads)}")
    rows = []
    for preset in options.presets or PRESETS:
        profiles = compare(preset, options.rounds, options.again, sources)
        for name, runs in profiles.items():
            for profile, what in zip(runs, (name, f"{name}, again")):
                for clock in ("cpu", "wall"):
                    print(shown(profile, what, clock), flush=True)
                rows.append({"what": what, **vars(profile)})
        if options.against:
            one, other = (runs[0].median("total") for runs in profiles.values())
            print(f"{preset}: the other checkout takes {other / one:.2f} times the CPU time.")
    if options.json:
        Path(options.json).write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        train(*sys.argv[2:])
    else:
        main()
