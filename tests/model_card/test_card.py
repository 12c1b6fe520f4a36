"""Model cards: in model files, bundles and exports; damaged ones are refused in a sentence."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

import qdiffgui
from qdiffgui import exports
from qdiffgui.cli.program import run as command
from qdiffgui.errors import DataError, UserError
from qdiffgui.exports.offers import OFFERS
from qdiffgui.model_card import Card, as_markdown, parse_card
from qdiffgui.model_card.header import header_of
from qdiffgui.model_card.limits import limits
from qdiffgui.model_card.schema import MOST_BYTES
from qdiffgui.runs.bundle import import_bundle
from qdiffgui.runs.card import card_of_run
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.files import write_json
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.fuzz.mutations import (
    BYTES,
    JSON,
    check_examples,
    mutated_bytes,
    mutated_json,
    require_sentence,
)
from tests.runs.tiny import STATES, tiny

STORED = Path(__file__).resolve().parents[1] / "stored" / "layout1"
EVIL = "a|b`<script>\x1b[31m"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    settings = STATES | {
        "evaluation": {"n_generated": 100},
        "data": STATES["data"] | {"n_states": 400},
    }
    store = RunStore(tmp_path_factory.mktemp("runs"))
    made = store.create(tiny(settings, name="cluster", iterations=12), claimed=True)
    assert train_run(made) == Status.DONE, made.state().message
    return made


def test_a_model_file_says_what_it_is(run: RunDirectory) -> None:
    card = qdiffgui.load(run.model_file).card
    assert card is not None
    assert (card.model.kind, card.data.kind, card.name) == ("quddpm", "cluster", "cluster")
    assert card.model.n_parameters == run.state().n_parameters
    assert (card.training.steps, card.training.planned_steps) == (12, 12)
    assert card.training.cpu_seconds is not None
    assert (card.data.n_train, card.data.n_test) == (400, 400)
    environment = run.environment()
    assert environment is not None
    assert card.data.digest == environment["data_digest"]
    report = run.metrics()
    assert report is not None
    assert card.evaluation is not None
    assert list(card.evaluation.verdict) == report["verdict"]
    keys = {row.key for row in card.evaluation.rows}
    assert {"model", "floor", "pca-gaussian"} <= keys
    stored = {row["key"]: row["values"]["wasserstein"] for row in report["rows"]}
    for row in card.evaluation.rows:
        assert row.values["wasserstein"].model_dump() == stored[row.key]
    assert "2310.05866" in card.papers
    assert any("quantum advantage" in text for text in card.limits)


def test_the_stored_text_is_readable_without_qdiffgui(run: RunDirectory) -> None:
    with h5py.File(run.model_file) as file:
        text, plain = (file[f"card/{name}"].asstr()[()] for name in ("markdown", "json"))
    assert text == str(qdiffgui.load(run.model_file).card)
    assert json.loads(plain)["format"] == "qdiffgui-card"
    assert max(map(len, text.split("## Citation")[0].splitlines())) < 400
    assert "## Limits" in text


def test_a_card_is_exported_as_markdown_and_json(
    run: RunDirectory, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("card.md", "card.json"):
        assert command(["export", str(run.path), "--card", str(tmp_path / name)]) == 0
    card = qdiffgui.load(run.model_file).card
    assert (tmp_path / "card.md").read_text() == str(card)
    assert parse_card((tmp_path / "card.json").read_text()) == card
    name, content, _ = OFFERS["card"].content(run)
    assert (name, content.decode()) == (f"{run.id}.card.md", str(card))
    with pytest.raises(UserError, match=r"\.md or \.json"):
        exports.card(run, tmp_path / "card.pdf")
    capsys.readouterr()
    assert command(["inspect", str(run.model_file)]) == 0
    assert capsys.readouterr().out.strip() == str(card).strip()
    assert command(["inspect", str(run.model_file), "--json"]) == 0
    assert parse_card(capsys.readouterr().out) == card
    assert command(["inspect", str(run.model_file), "--set", "seed=1"]) == 2


def test_a_bundle_has_the_card_and_an_imported_run_makes_its_own(
    run: RunDirectory, tmp_path: Path
) -> None:
    (path,) = exports.bundle(run, tmp_path / "run.zip")
    with zipfile.ZipFile(path) as bundle:
        assert bundle.read(f"{run.id}/card.md").decode() == str(card_of_run(run))
        assert parse_card(bundle.read(f"{run.id}/card.json")) == card_of_run(run)
    back = import_bundle(RunStore(tmp_path / "there"), path)
    assert not (back.path / "card.md").exists()
    assert card_of_run(back) == card_of_run(run)


def test_an_export_has_the_evaluation_of_today(run: RunDirectory, tmp_path: Path) -> None:
    later = RunDirectory(shutil.copytree(run.path, tmp_path / run.id))
    report = later.metrics()
    assert report is not None
    write_json(later.metrics_file, report | {"verdict": ["Judged again."]})
    (path,) = exports.model(later, tmp_path / "model.h5")
    exported, stored = qdiffgui.load(path), qdiffgui.load(later.model_file)
    assert exported.card is not None
    assert exported.card.evaluation is not None
    assert exported.card.evaluation.verdict == ("Judged again.",)
    assert exported.facts == stored.facts
    one, other = (model.sample(5, seed=1).psi for model in (exported, stored))  # type: ignore[union-attr]
    np.testing.assert_array_equal(one, other)
    assert exports.circuits(later, tmp_path / "c.qasm")
    (same,) = exports.model(run, tmp_path / "same.h5")
    assert same.read_bytes() == run.model_file.read_bytes()


def test_without_an_evaluation_the_card_says_so(run: RunDirectory, tmp_path: Path) -> None:
    stopped = RunDirectory(shutil.copytree(run.path, tmp_path / run.id))
    stopped.metrics_file.unlink()
    card = card_of_run(stopped)
    assert card.evaluation is None
    assert "This card has no evaluation" in str(card)
    assert "## Metrics" not in str(card)
    stopped.model_file.unlink()
    (path,) = exports.model(stopped, tmp_path / "now.h5")  # the last checkpoint
    card = header_of(path).present_card()
    assert card.evaluation is None
    assert card.training.steps == 12
    queued = RunStore(tmp_path / "runs").create(tiny(STATES))
    assert "steps | 0 of 60" in str(card_of_run(queued))


def test_files_without_a_card_are_read(tmp_path: Path) -> None:
    old = STORED / "model.h5"
    assert qdiffgui.load(old).card is None
    card = header_of(old).present_card()
    assert card.evaluation is None
    assert card.model.kind == "quddpm"
    run = RunDirectory(shutil.copytree(STORED / "runs" / "finished", tmp_path / "finished"))
    (path,) = exports.model(run, tmp_path / "model.h5")
    with_card = qdiffgui.load(path).card
    assert with_card is not None
    assert with_card.evaluation is not None


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda file: file.__delitem__("card/json"), "not a text in the file"),
        (lambda file: _replace(file, np.zeros(3)), "not a text in the file"),
        (lambda file: _replace(file, "{"), "not valid"),
        (lambda file: _replace(file, "[" * 10**5), "not valid"),
        (lambda file: _replace(file, "x" * (MOST_BYTES + 1)), "longer than"),
        (lambda file: _changed(file, version=2), "newer version"),
        (lambda file: _changed(file, format="x"), "not valid"),
        (lambda file: _changed(file, limits=["x"] * 1001), "not valid"),
        (lambda file: _changed(file, evaluation={"rows": []}), "not valid"),
        (lambda file: _link(file), "not a text in the file"),
    ],
)
def test_a_damaged_card_is_refused_in_a_sentence(
    run: RunDirectory, tmp_path: Path, change: Any, says: str
) -> None:
    path = tmp_path / "model.h5"
    shutil.copyfile(run.model_file, path)
    with h5py.File(path, "r+") as file:
        change(file)
    for read in (qdiffgui.load, header_of):
        with pytest.raises(DataError, match=says) as caught:
            read(path)
        assert len(str(caught.value).splitlines()) == 1
        assert len(str(caught.value)) < 400


def _replace(file: h5py.File, content: Any) -> None:
    del file["card/json"]
    file["card/json"] = content


def _changed(file: h5py.File, **changes: Any) -> None:
    _replace(file, json.dumps(json.loads(file["card/json"].asstr()[()]) | changes))


def _link(file: h5py.File) -> None:
    del file["card"]
    file["card"] = h5py.ExternalLink("/etc/passwd", "card")


@pytest.mark.parametrize("kind", ["bytes", "values"])
def test_damaged_texts_are_refused_or_shown(kind: str, run: RunDirectory) -> None:
    original = card_of_run(run).as_json().encode()

    def check(mutation: Any) -> None:
        text = (mutated_bytes if kind == "bytes" else mutated_json)(original, mutation)
        try:
            card = parse_card(text)
        except DataError as error:
            require_sentence(error)
            return
        assert parse_card(card.as_json()) == card
        assert as_markdown(card)

    check_examples(100, BYTES if kind == "bytes" else JSON, check)


def test_texts_of_files_are_escaped(run: RunDirectory) -> None:
    plain = card_of_run(run).model_dump(by_alias=True, mode="json")
    plain |= {"name": EVIL, "data": plain["data"] | {"name": EVIL}}
    text = as_markdown(Card.model_validate(plain))
    assert "<script>" not in text
    assert "\x1b" not in text
    assert r"a\|b'&lt;script>" in text


def test_limits_name_the_classifier_and_its_sizes(run: RunDirectory) -> None:
    card = card_of_run(run)
    assert card.evaluation is not None
    rows = tuple(row.model_copy(update={"n": 6250}) for row in card.evaluation.rows)
    auc = card.evaluation.metrics[0].model_copy(update={"key": "auc"})
    judged = card.evaluation.model_copy(
        update={"classifier": "trees, 4-fold", "metrics": (auc,), "rows": rows}
    )
    sentences = list(limits(card.model, card.data, card.training, judged))
    assert any("trees, 4-fold, with 6250 against 6250 samples" in text for text in sentences)
    short = card.training.model_copy(update={"steps": 5})
    assert "Training ended after 5 of 12 steps." in limits(card.model, card.data, short, judged)
