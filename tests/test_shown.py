"""What Python and notebooks show of the objects of the interface: short, and all text escaped."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import qdiffgui
from qdiffgui import catalog
from qdiffgui.data.types import Densities, Encoded, Images, Jets, Showers, Spec, States, Table
from qdiffgui.evaluation.shown_report import Report
from qdiffgui.models.base import Generated
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.studies.ablation.result import AblationStudy
from qdiffgui.studies.scaling.quality import Score
from qdiffgui.studies.scaling.result import ScalingStudy
from qdiffgui.studies.sweep import directory
from qdiffgui.studies.sweep.plan import list_points, make_plan
from qdiffgui.studies.sweep.result import SweepResult
from tests.runs.tiny import STATES, tiny

FINISHED = Path(__file__).parent / "stored" / "layout1" / "runs" / "finished"
EVIL = "<script>alert(1)</script>"
LABEL = np.array([0, 1, 1], np.int8)
CELL = {"value": 0.52, "error": 0.01}


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    return RunDirectory(shutil.copytree(FINISHED, tmp_path / "finished"))


def check(shown: Any, *words: str, longest: int = 300) -> None:
    """Its repr has few characters, its HTML the same words; nothing runs and nothing has a color of
    its own.
    """
    plain, html = repr(shown), shown._repr_html_()
    assert len(plain) <= longest
    assert "array(" not in plain
    assert "<script" not in html
    assert not re.search(r"background|color|on\w+=", html)
    for word in words:
        assert word in plain
        assert word in html


def test_a_run(run: RunDirectory) -> None:
    run.annotate(name=EVIL)
    check(run, "done", "quddpm on cluster", "(floor 0.002282)", longest=1000)
    assert "0.3779 (floor 0.002282)" in repr(run)
    assert "&lt;script&gt;" in run._repr_html_()


def test_a_model_and_its_samples(run: RunDirectory) -> None:
    model = qdiffgui.load(run.model_file)
    check(model, "quddpm", "1 qubit", "12 parameters", "trained 2026")
    check(model.sample(3), "States", "3", "qubits", longest=100)
    check(model.generate(3, trajectory=True), "Generated", "frames")


@pytest.mark.parametrize(
    "samples",
    [
        Jets(*np.ones((3, 3), np.float32), np.arange(4), LABEL, np.full(3, 500.0)),
        Images(np.ones((3, 4, 4)), LABEL, unit=EVIL),
        States(np.ones((3, 4)), LABEL),
        Densities(np.ones((3, 4, 4)), LABEL),
        Table({"mass": np.ones(3), EVIL: np.ones(3)}, LABEL),
        Showers(np.ones((3, 5)), np.ones(3), LABEL),
        Encoded(np.ones((3, 2)), LABEL, Spec("vector", (2,))),
    ],
    ids=lambda samples: type(samples).__name__,
)
def test_samples(samples: Any) -> None:
    check(samples, "1 of class 0, 2 of class 1", type(samples).__name__)
    empty = samples.take(np.zeros(0, int))
    assert "0" in repr(empty)


def test_samples_without_classes() -> None:
    assert "class" not in repr(States(np.ones((2, 4)), np.full(2, -1, np.int8)))
    assert repr(Generated(np.zeros((3, 2)), LABEL)) == "<Generated: samples: 3; shape: 2>"


def test_a_report(run: RunDirectory) -> None:
    report = qdiffgui.evaluate(run)
    assert isinstance(report, dict)
    check(report, report["verdict"][0][:20], longest=600)
    assert report._repr_html_().count("<tr>") == 1 + len(report["rows"])
    assert report == run.metrics()


def test_a_report_with_names_from_files() -> None:
    rows = [
        {"key": key, "label": EVIL, "class": EVIL, "values": {"auc": cell}}
        for key, cell in (("model", CELL), ("floor", CELL), ("mean", None))
    ]
    column = {"key": "auc", "label": EVIL, "unit": EVIL, "better": "half"}
    report = Report(columns=[column], rows=rows, classes=[EVIL], verdict=[EVIL])
    check(report)
    assert "0.520 ± 0.010 (floor 0.520 ± 0.010)" in repr(report)


def test_a_sweep(tmp_path: Path) -> None:
    plan = make_plan(tiny(STATES, iterations=10), ["seed=0..1"], name=EVIL)
    sweep = SweepResult(directory.create(plan, list_points(plan), tmp_path))
    assert repr(sweep).endswith("0 of 2 runs done, over seed>")
    check(sweep, sweep.sweep.id)
    assert [row["status"] for row in sweep] == ["waiting", "waiting"]
    assert sweep.plots() == {}
    assert sweep.path.parent == tmp_path


def test_studies() -> None:
    row: dict[str, Any] = {"key": "base", "label": EVIL, "values": {"auc": CELL}}
    column = {"key": "auc", "label": EVIL, "unit": "", "better": "half"}
    check(
        AblationStudy(
            "one", columns=[column], rows=[row], goal="auc", seeds=[0], verdict=["It is worse."]
        ),
        "It is worse.",
    )
    score = Score("n", 2, EVIL, 0.6, 0.1, 0.5, 1.0, 300, 3, (), "auc")
    parts: Mapping[str, Any] = dict.fromkeys(ScalingStudy.__dataclass_fields__, ())
    study = ScalingStudy(
        **{
            **parts,
            "name": "one",
            "config": qdiffgui.Experiment(),
            "n_seeds": 3,
            "effort": 1.0,
            "scores": (score,),
            "judge": "AUC",
            "verdict": (EVIL,),
        }
    )
    check(study, "one")


def test_settings_and_lists() -> None:
    check(qdiffgui.Experiment(name="mine"), "mine", "quantum-denoiser", longest=600)
    assert "<td" in catalog.models._repr_html_()
