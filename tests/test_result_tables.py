"""The tables of README and docs are those of the stored values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks import result_tables
from benchmarks.result_tables import Column, Table

AUC = Column("AUC", "gluon", "auc")
VALUES = {"floor": 0.501, "model": 0.5254321, "gaussian": 0.7, "better": 0.51}


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two tables of the classifier AUC."""
    known = {"one": Table("one", (AUC,)), "two": Table("two", (AUC,), ("model",), caption=False)}
    monkeypatch.setattr(result_tables, "TABLES", known)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a finished benchmark of two models, one of which failed once."""
    model = {
        "key": "model",
        "label": "Model",
        "role": "quantum",
        "facts": {"n_parameters": 296},
        "training_seconds": 12.345,
        "failures": {"2": "killed"},
    }
    better = {"key": "better", "label": "Better", "role": "matched", "failures": {}}
    cells = {
        row: {"auc": {"value": value, "error": 0.0123456, "n_seeds": 3.0}, "other": None}
        for row, value in VALUES.items()
    }
    content: dict[str, Any] = {
        "job": {"lineup": "jets-observables", "effort": 0.5, "seeds": 3},
        "status": {"ended": 1_796_000_000.0},
        "result": {
            "seeds": [0, 1, 2],
            "labels": {"model": "Model", "gaussian": "PCA-Gaussian", "better": "Better"},
            "models": [model, model | better],
            "table": {"gluon": cells},
        },
    }
    for name, part in content.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(part), encoding="utf-8")
    return tmp_path


@pytest.mark.usefixtures("tables")
def test_a_benchmark_is_kept_and_shown(folder: Path, tmp_path: Path) -> None:
    stored = tmp_path / "results"
    result_tables.keep("one", result_tables.from_benchmark(folder), "2 cores", stored)
    caption, _, _, _, *rows = result_tables.table("one", stored).splitlines()
    assert "`qdiffgui benchmark jets-observables --seeds 3 --effort 0.5`, " in caption
    assert "2 cores" in caption
    assert "6250 generated samples against" in caption
    assert rows == [
        "| training against held-out samples (floor) | | 0.501 ± 0.012 | |",
        "| Better | 296 | 0.510 ± 0.012 | 12 |",
        "| **Model** (2 of 3 seeds) | 296 | 0.525 ± 0.012 | 12 |",
        "| PCA-Gaussian | | 0.700 ± 0.012 | |",
    ]


@pytest.mark.usefixtures("tables")
def test_presets_are_averaged_over_their_seeds(tmp_path: Path) -> None:
    presets = ("jets-radial-masked", "jets-radial-masked-network")
    runs = [
        {
            "preset": preset,
            "seed": seed,
            "n_parameters": 8640,
            "cpu_seconds": 40.0 + seed,
            "rows": [
                {
                    "key": key,
                    "label": key.title(),
                    "class": "gluon",
                    "values": {"auc": {"value": auc + 0.01 * seed + 0.05 * k, "error": 1.0}},
                }
                for key, auc in (("model", 0.55), ("floor", 0.49))
            ],
        }
        for k, preset in enumerate(presets)
        for seed in range(3)
    ]
    printed = tmp_path / "quality.json"
    printed.write_text(json.dumps({"runs": runs}), encoding="utf-8")
    found = result_tables.from_presets([printed], presets)
    file = result_tables.keep("one", found, "2 cores", tmp_path / "results")
    caption, _, _, _, *rows = result_tables.table("one", file.parent).splitlines()
    assert "5000 generated samples against" in caption
    assert rows == [
        "| training against held-out samples (floor) | | 0.500 ± 0.010 | |",
        "| **Masked circuits** | 8\u202f640 | 0.560 ± 0.010 | 41 |",
        "| Masked networks | 8\u202f640 | 0.610 ± 0.010 | 41 |",
    ]


@pytest.mark.usefixtures("tables")
def test_tables_are_written_once(folder: Path, tmp_path: Path) -> None:
    stored = tmp_path / "results"
    result_tables.keep("two", result_tables.from_benchmark(folder), "2 cores", stored)
    page = tmp_path / "page.md"
    page.write_text("Before\n<!-- table two -->\nformer\n<!-- end -->\nAfter\n", encoding="utf-8")
    assert result_tables.write([page], stored) == [page]
    lines = page.read_text(encoding="utf-8").splitlines()
    assert [line[:9] for line in lines] == [
        "Before",
        "<!-- tabl",
        "| | param",
        "|---|---|",
        "| **Model",
        "<!-- end ",
        "After",
    ]
    assert result_tables.write([page], stored) == []


def test_the_pages_show_the_stored_values(tmp_path: Path) -> None:
    names = []
    for page in result_tables.PAGES:
        text = page.read_text(encoding="utf-8")
        names += re.findall(r"<!-- table (\S+) -->", text)
        copy = tmp_path / page.name
        copy.write_text(text, encoding="utf-8")
        assert result_tables.write([copy]) == [], f"write the tables of {page.name} again"
    assert sorted(names) == sorted(result_tables.TABLES)
    studies = {table.study for table in result_tables.TABLES.values()}
    stored = list(result_tables.STORED.glob("*"))
    assert {file.stem for file in stored} == studies
    assert all(file.stat().st_size < 40_000 for file in stored)
