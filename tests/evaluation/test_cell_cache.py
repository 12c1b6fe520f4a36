"""Samples are judged once, and then read from disk."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from qdiffgui import catalog
from qdiffgui.config.data import Cluster
from qdiffgui.config.representation import Observables, State
from qdiffgui.data.ensembles import load_cluster
from qdiffgui.data.representations.observables import Observables as ObservablesOf
from qdiffgui.data.representations.state import State as StateOf
from qdiffgui.data.types import Dataset, Encoded, Table
from qdiffgui.evaluation import (
    cell_cache,
    cells,
    classifier,
    columns,
    pure_states,
    strong_classifier,
)
from qdiffgui.evaluation.cell_cache import cached_cells
from qdiffgui.evaluation.metric_value import MetricValue
from qdiffgui.evaluation.report import evaluate
from qdiffgui.evaluation.strong_classifier import N_FOLDS
from qdiffgui.experiment.prepare import Prepared
from qdiffgui.registry import Entry
from qdiffgui.studies.benchmark.measure import MEMORY, measure

N = 220
CELLS = {"auc": {"value": 0.1 + 0.2, "error": 1e-17}, "w1": None}


@pytest.fixture(scope="module", autouse=True)
def _few_trees():
    """Small classifiers: what is counted here are fits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(strong_classifier._SETTINGS, "max_iter", 5)
        patch.setattr(classifier, "N_TREES", 5)
        yield


@pytest.fixture(autouse=True)
def folder(monkeypatch, tmp_path) -> Path:
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path))
    monkeypatch.setenv(cell_cache.SWITCH, "1")
    return tmp_path / "evaluation"


@pytest.fixture
def fits(monkeypatch) -> list[int]:
    """The number of samples of every classifier that is fitted."""
    found: list[int] = []
    fit = HistGradientBoostingClassifier.fit

    def counted(self, x, y, *args, **kwargs):
        found.append(len(x))
        return fit(self, x, y, *args, **kwargs)

    monkeypatch.setattr(HistGradientBoostingClassifier, "fit", counted)
    return found


def jets(seed: int = 0, n: int = N) -> Table:
    rng = np.random.default_rng(seed)
    mass = rng.lognormal(3, 0.3, n)
    return Table({"mass": mass, "width": mass / 300}, np.zeros(n, np.int8))


def split(seed: int = 0, n: int = N) -> Prepared:
    train, test = jets(seed, n), jets(seed + 100, n)
    representation = ObservablesOf(Observables(names=("mass", "width")))
    representation.fit(train, {0: "gluon"})
    dataset = Dataset(train, "jets", "", {0: "gluon"})
    sides = representation.encode(train, seed=0), representation.encode(test, seed=1)
    return Prepared(dataset, representation, *sides, train, test)


def report(prepared: Prepared, seed: int = 0, shift: float = 0.0):
    return evaluate(
        train=prepared.train,
        test=prepared.test,
        train_content=prepared.train_content,
        test_content=prepared.test_content,
        representation=prepared.representation,
        sampler=lambda n, label, seed: prepared.train.x[:n] + np.float32(shift),
        classes={},
        n_generated=N,
        seed=seed,
    )


@pytest.fixture(scope="module")
def judged(tmp_path_factory, _few_trees):
    """The report of a split, with the cache that it left."""
    where = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("QDIFFGUI_CACHE", str(where))
        patch.setenv(cell_cache.SWITCH, "1")
        return report(split()), where


@pytest.fixture
def first(judged, monkeypatch):
    """The report again, where its cache is read."""
    monkeypatch.setenv("QDIFFGUI_CACHE", str(judged[1]))
    return judged[0]


def test_a_second_report_is_equal_and_judges_nothing(first, fits):
    entries = set(cell_cache.folder().iterdir())
    assert len(entries) >= len(first["rows"])
    assert report(split()) == first
    assert set(cell_cache.folder().iterdir()) == entries
    assert fits == []


def test_without_the_cache_the_report_is_the_same(first, fits, monkeypatch):
    monkeypatch.setenv(cell_cache.SWITCH, "0")
    assert report(split()) == first
    assert len(fits) > 4 * (N_FOLDS + classifier.N_FOLDS)


def test_another_model_reads_the_rows_of_the_first(first, fits):
    other = report(split(), shift=9.0)
    rows = [[row for row in r["rows"] if row["key"] != "model"] for r in (first, other)]
    assert rows[0] == rows[1]
    assert other["rows"][0] != first["rows"][0]
    assert len(fits) == N_FOLDS + classifier.N_FOLDS, "classifiers of the model alone"


def test_a_benchmark_finds_the_rows_that_the_reports_of_vectors_left(first, fits):
    found = measure(split(), {}, {}, N, 0).rows["gluon"]
    for row in first["rows"]:
        if row["key"] != "model":
            assert {name: found[row["key"]][name] for name in row["values"]} == row["values"]
    assert fits == []


def test_other_data_or_another_seed_are_judged_again(folder):
    n_entries = []
    for given in ((0, 0), (0, 0), (1, 0), (0, 1)):
        report(split(given[0], 40), seed=given[1])
        n_entries.append(len(list(folder.iterdir())))
    n = n_entries[0]
    assert n_entries == [n, n, 2 * n, 3 * n]


def test_ensembles_of_states_are_transported_once(monkeypatch):
    data = load_cluster(Cluster(n_states=80), 0)
    state = StateOf(State())
    state.fit(data.content, {})
    encoded = state.encode(data.content)
    asked = []
    transport = pure_states.wasserstein

    def counted(generated, real, *, seed):
        asked.append(len(real))
        return transport(generated, real, seed=seed)

    monkeypatch.setattr(pure_states, "wasserstein", counted)
    sides = (np.arange(40), np.arange(40, 80))

    def judged():
        return evaluate(
            train=encoded.take(sides[0]),
            test=encoded.take(sides[1]),
            train_content=data.content.take(sides[0]),
            test_content=data.content.take(sides[1]),
            representation=state,
            sampler=lambda n, label, seed: encoded.x[:n],
            classes={},
            n_generated=40,
        )

    first = judged()
    assert len(asked) == len(first["rows"])
    asked.clear()
    assert judged() == first
    assert asked == []


def test_a_second_benchmark_is_equal_and_judges_nothing(first, fits):
    prepared = split()
    model = Encoded(prepared.train.x[::-1].copy(), prepared.train.label, prepared.train.spec)
    results = [measure(prepared, {"mlp": model}, {"mlp": "MLP"}, N, 0) for _ in range(2)]
    assert results[0].rows == results[1].rows
    assert results[0].rows["gluon"]["marginals"][MEMORY] is not None
    assert len(fits) == N_FOLDS + classifier.N_FOLDS, "classifiers of the model, once"


@pytest.mark.parametrize(
    "damage", [b"", b"nonsense", b"\xff\xfe", None], ids=["empty", "text", "bytes", "one digit"]
)
def test_a_damaged_entry_is_computed_again(folder, damage):
    assert cached_cells(("a",), lambda: CELLS) == CELLS
    (path,) = folder.iterdir()
    path.write_bytes(path.read_bytes().replace(b"1e-17", b"1e-16") if damage is None else damage)
    other = {"auc": None}
    assert cached_cells(("a",), lambda: other) == other
    assert cached_cells(("a",), lambda: CELLS) == other, "the damaged file was replaced"


def test_values_come_back_bit_for_bit():
    cached_cells(("a",), lambda: CELLS)
    assert repr(cached_cells(("a",), dict)) == repr(CELLS)


def test_without_a_place_to_write_it_computes(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("QDIFFGUI_CACHE", str(tmp_path / "file"))
    assert cached_cells(("a",), lambda: CELLS) == CELLS
    assert cached_cells(("a",), dict) == {}


def test_the_switch_turns_it_off(monkeypatch, folder):
    monkeypatch.setenv(cell_cache.SWITCH, "off")
    assert cached_cells(("a",), lambda: CELLS) == CELLS
    assert not folder.exists()


def test_the_least_used_entries_are_removed(monkeypatch, folder):
    monkeypatch.setattr(cell_cache, "MOST", 3)
    for k in range(3):
        cached_cells((k,), lambda: CELLS)
    for age, path in enumerate(sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime)):
        os.utime(path, (age, age))
    cached_cells((0,), dict)  # used just now
    cached_cells((3,), lambda: CELLS)
    assert len(list(folder.iterdir())) == 3
    assert [cached_cells((k,), dict) for k in (0, 2, 3)] == [CELLS, CELLS, CELLS]
    assert cached_cells((1,), dict) == {}


def test_inputs_that_differ_have_different_entries(folder):
    x = np.arange(6.0)
    inputs = [
        (x,),
        (x.reshape(2, 3),),
        (x.astype(np.float32),),
        (x[::-1],),
        (x, 0),
        (x, 0.0),
        (x, None),
        (x, "0"),
        ([x], [0]),
        ([x, 0], []),
        ({"a": x},),
        ({"b": x},),
        (columns.Scale({"mass": 1.0}, "σ"),),
        (columns.Scale({"mass": 1.0}, "GeV"),),
    ]
    for given in inputs:
        cached_cells(given, lambda: CELLS)
    assert len(list(folder.iterdir())) == len(inputs)
    with pytest.raises(TypeError, match="no digest"):
        cached_cells((object(),), lambda: CELLS)


def test_code_and_settings_of_a_metric_are_in_the_key(monkeypatch, folder):
    cached_cells(("a",), lambda: CELLS)
    monkeypatch.setattr(cell_cache, "_sources", lambda: "new")
    assert cached_cells(("a",), dict) == {}, "sources that were changed under a running program"
    monkeypatch.setattr(cell_cache, "_LOADED", "new")
    assert cached_cells(("a",), dict) == {}, "the next program has another key"
    assert len(list(folder.iterdir())) == 2


def constant(generated, real, *, seed):
    ASKED.append(seed)
    return MetricValue(1.0, 0.0)


ASKED: list[int] = []


def test_metrics_of_plug_ins_are_always_computed(monkeypatch):
    entry = Entry(
        "outside", "", "", f"{__name__}:constant", {"of": "sample", "better": "lower", "least": 2}
    )
    monkeypatch.setitem(catalog.metrics._entries, "outside", entry)
    ASKED.clear()
    view = columns_of(jets(n=40))
    given = (view, replace(view), columns.Scale({"mass": 1.0}, "σ"), 3)
    first = cells.feature_cells(*given)
    assert cells.feature_cells(*given) == first
    assert first["outside"] == {"value": 1.0, "error": 0.0}
    assert ASKED == [3, 3]


def columns_of(table: Table):
    from qdiffgui.evaluation.features import Features

    return Features(np.stack(list(table.values.values()), axis=1), table.values)


def test_what_another_process_computes_is_left_or_waited_for(folder, monkeypatch) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow():
        begun.set()
        may_end.wait(60)
        return CELLS

    def never():
        raise AssertionError("computed twice")

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(cached_cells, ["one"], slow)
        assert begun.wait(60)
        assert cell_cache.cached_unless_busy(["one"], never) is None
        assert cell_cache.cached_unless_busy(["two"], lambda: {"other": None}) == {"other": None}
        second = pool.submit(cached_cells, ["one"], never)
        may_end.set()
        assert first.result(60) == second.result(60) == CELLS
    monkeypatch.setattr(cell_cache, "_LONGEST_WAIT", 0.1)
    with cell_cache._locked("any", 0):
        monkeypatch.setattr(cell_cache, "_digest", lambda _: "any")
        assert cached_cells(["three"], lambda: CELLS) == CELLS, "the other one may never end"
    assert list((folder.parent / "evaluation-locks").iterdir()) == []


def test_where_no_lock_can_be_written_everything_is_computed(folder) -> None:
    (folder.parent / "evaluation-locks").write_text("a file where the folder of locks should be")
    assert cached_cells(["one"], lambda: CELLS) == CELLS
    assert cell_cache.cached_unless_busy(["two"], lambda: CELLS) == CELLS
