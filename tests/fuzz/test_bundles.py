"""Damaged bundles: refused in a sentence with nothing left behind, or a run that opens."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st

from qdiffgui.cli import runs as cli
from qdiffgui.errors import UserError
from qdiffgui.runs.bundle import import_bundle, pack
from qdiffgui.runs.index import FILE
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from qdiffgui.ui.live_run import LiveRun
from tests.fuzz.mutations import (
    BYTES,
    EXAMPLES,
    JSON,
    check_examples,
    mutated_bytes,
    mutated_json,
    require_sentence,
)
from tests.runs.tiny import STATES, tiny

TEXTS = ["config.json", "status.json", "metrics.json", "trajectory.json", "environment.json"]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    run = RunStore(tmp_path_factory.mktemp("there")).create(
        tiny(STATES, iterations=12), claimed=True
    )
    assert train_run(run) == Status.DONE
    pack(run, path := run.path.parent / "run.zip")
    return path.read_bytes()


def _with(packed: bytes, name: str, change: Any) -> bytes:
    """The bundle with one file changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(made, "w") as new:
        for member in old.infolist():
            data = old.read(member)
            new.writestr(member.filename, change(data) if member.filename.endswith(name) else data)
    return made.getvalue()


@EXAMPLES
@pytest.mark.parametrize("kind", ["archive", "bytes", "values"])
def test_bundle(
    kind: str, n_examples: int, packed: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    store, file = RunStore(tmp_path / "runs"), tmp_path / "run.zip"
    store.root.mkdir()

    def check(drawn: Any) -> None:
        name, mutation = drawn
        if kind == "archive":
            file.write_bytes(mutated_bytes(packed, mutation))
        elif kind == "bytes":
            file.write_bytes(_with(packed, name, lambda data: mutated_bytes(data, mutation)))
        else:
            file.write_bytes(_with(packed, name, lambda data: mutated_json(data, mutation)))
        try:
            run = import_bundle(store, file)
        except UserError as error:
            require_sentence(error)
            assert {path.name for path in store.root.iterdir()} <= {FILE}
            return
        live = LiveRun(run)
        live.poll()
        assert live.state.status not in ("running", "queued")
        cli.show(store, as_json=False)
        capsys.readouterr()
        store.delete(run.id)
        store.bin.free()
        store.bin.path.rmdir()

    names = TEXTS if kind == "values" else [*TEXTS, "events.jsonl", "model.h5", "checkpoint.h5"]
    mutations = JSON if kind == "values" else BYTES
    check_examples(n_examples, st.tuples(st.sampled_from(names), mutations), check)
