"""Time and memory of reading data: the shipped jets, and files that must be refused.

    python -m benchmarks.data [--rounds 4] [--n-jets 20000] [--json out.json]

Prints the CPU seconds to load and encode the jets (best of the rounds), and the CPU seconds and the
growth of the resident memory until each bad file of the tests is refused, slowest first. The last
column says whether a bar of ``BARS`` is met. Exit status 1 if any is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from qdiffgui.config.data import JetFile, QuarkGluonJets
from qdiffgui.config.representation import LogPolar as LogPolarSettings
from qdiffgui.data.describe import describe
from qdiffgui.data.files import load_file
from qdiffgui.data.representations.logpolar import LogPolar
from qdiffgui.data.shipped import load_jets
from qdiffgui.errors import DataError

BARS = {"load and encode 20000 jets": 1.5, "refuse a bad file": 10.0, "memory, MB": 400.0}
"""CPU seconds, CPU seconds, and MB on a machine with nothing else to do."""


@dataclass(frozen=True)
class Row:
    """What was read, the CPU seconds it took, and by how many MB the resident memory grew."""

    what: str
    seconds: float
    memory: float
    reached: bool


def load_and_encode(n_jets: int, rounds: int) -> Row:
    """Load ``n_jets`` shipped jets and encode them as a log-polar map."""
    before, best = _resident(), float("inf")
    for _ in range(rounds):
        start = time.process_time()
        data = load_jets(QuarkGluonJets(n_jets=n_jets))
        representation = LogPolar(LogPolarSettings())
        representation.fit(data.content, data.classes)
        representation.encode(data.content)
        best = min(best, time.process_time() - start)
    bar = BARS["load and encode 20000 jets"] * n_jets / 20_000
    return Row(f"load and encode {n_jets} jets", best, _resident() - before, best < bar)


def refuse(name: str, path: Path) -> Row:
    """Describe and load a bad file, both of which must fail."""
    before, start = _resident(), time.process_time()
    for read in (lambda: describe(path), lambda: load_file(JetFile(path=str(path)))):
        with suppress(DataError):
            read()
    seconds, memory = time.process_time() - start, _resident() - before
    reached = seconds < BARS["refuse a bad file"] and memory < BARS["memory, MB"]
    return Row(f"refuse {name}", seconds, memory, reached)


def refuse_all() -> list[Row]:
    """Every bad file of ``tests/data/test_bad_files.py``, slowest first."""
    from tests.data.test_bad_files import CASES

    rows = []
    for make, _ in CASES:
        with tempfile.TemporaryDirectory() as folder:
            rows.append(refuse(make.__name__, make(Path(folder))))
    return sorted(rows, key=lambda row: -row.seconds)


def shown(row: Row) -> str:
    """A row as a line of the table."""
    reached = "ok" if row.reached else "MISSED"
    return f"{row.what:32s} {row.seconds:8.3f} s {row.memory:8.1f} MB  {reached}"


def _resident() -> float:
    """Largest resident memory of this process so far, MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--n-jets", type=int, default=20_000)
    parser.add_argument("--json")
    options = parser.parse_args()
    rows = [load_and_encode(options.n_jets, options.rounds), *refuse_all()]
    print(*map(shown, rows), sep="\n")
    if options.json:
        Path(options.json).write_text(json.dumps([asdict(row) for row in rows], indent=1))
    sys.exit(not all(row.reached for row in rows))


if __name__ == "__main__":
    main()
