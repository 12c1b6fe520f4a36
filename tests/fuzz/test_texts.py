"""Damaged settings, sweeps and addresses: refused in a sentence, or read."""

from __future__ import annotations

import base64
import json
import zlib
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import strategies as st

from qdiffgui import catalog
from qdiffgui.config import Experiment, parse
from qdiffgui.errors import UserError
from qdiffgui.studies.sweep import table, write
from qdiffgui.studies.sweep.directory import SweepDirectory, counts, create
from qdiffgui.studies.sweep.plan import list_points, make_plan
from qdiffgui.ui import code
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

PRESETS = ["jets-observables-quantum", "jets-radial-quddpm"]


@EXAMPLES
@pytest.mark.parametrize("kind", ["bytes", "values"])
@pytest.mark.parametrize("preset", PRESETS)
def test_settings(preset: str, kind: str, n_examples: int) -> None:
    original = catalog.presets[preset].load().model_dump_json().encode()

    def check(mutation: Any) -> None:
        text = (mutated_bytes if kind == "bytes" else mutated_json)(original, mutation)
        try:
            config = parse(text)
        except UserError as error:
            require_sentence(error)
            return
        assert parse(config.model_dump_json()) == config
        assert config.digest()

    check_examples(n_examples, BYTES if kind == "bytes" else JSON, check)


@EXAMPLES
@pytest.mark.parametrize("file", ["plan.json", "trials.jsonl", "client.json", "status.json"])
@pytest.mark.parametrize("kind", ["bytes", "values"])
def test_sweep(kind: str, file: str, n_examples: int, tmp_path: Path) -> None:
    plan = make_plan(tiny(STATES, name="s"), ["model.n_layers=1,2"])
    sweep = create(plan, list_points(plan), tmp_path)
    run = sweep.store
    for point in sweep.points():
        run.claim(plan.config(point.values), point.run)
    sweep.update_client(phase="running")
    folder = sweep.store.directories()[0].path if file == "status.json" else sweep.path
    path = folder / file
    original = path.read_bytes()

    def check(mutation: Any) -> None:
        if kind == "bytes":
            path.write_bytes(mutated_bytes(original, mutation))
        else:
            lines = original.splitlines() if file == "trials.jsonl" else [original]
            path.write_bytes(b"\n".join([mutated_json(lines[0], mutation), *lines[1:], b""]))
        found = SweepDirectory(sweep.path)
        try:
            found.plan()
            rows = table.rows(found)
            assert len(write.as_csv(rows).splitlines()) >= len(rows)
            counts(found)
            found.client()
            write.write_tables(found, report=False)
        except UserError as error:
            require_sentence(error)

    check_examples(n_examples, BYTES if kind == "bytes" else JSON, check)


@EXAMPLES
def test_address(n_examples: int) -> None:
    original = json.dumps(json.loads(Experiment().model_dump_json())).encode()

    def check(mutations: Any) -> None:
        inner, outer = mutations
        text = mutated_json(original, inner)
        packed = base64.urlsafe_b64encode(zlib.compress(text)).decode()
        query = urlencode({"config": packed, "preset": PRESETS[0]})
        if outer is not None:
            query = mutated_bytes(query.encode(), outer).decode("latin-1")
        for name, values in parse_qs(query).items():
            try:
                if name == "config":
                    code.from_address(values[0])
                elif name == "preset":
                    catalog.presets[values[0]].load()
            except UserError as error:
                require_sentence(error)

    check_examples(n_examples, st.tuples(JSON, st.none() | BYTES), check)
