"""What a run gives to take away, from real trainings in small."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import zipfile
from pathlib import Path

import h5py
import numpy as np
import pytest

from qdiffgui import exports
from qdiffgui.cli.program import run as command
from qdiffgui.config.data import JetFile
from qdiffgui.data.files import load_file
from qdiffgui.data.types import Jets
from qdiffgui.errors import UserError
from qdiffgui.exports.offers import OFFERS
from qdiffgui.runs.directory import RunDirectory
from qdiffgui.runs.state import Status
from qdiffgui.runs.store import RunStore
from qdiffgui.runs.train import train_run
from tests.runs.tiny import STATES, tiny

MAPS = {
    "data": {"kind": "qg-jets", "n_jets": 600},
    "representation": {"kind": "log-polar", "n_r": 4, "n_phi": 4},
    "model": {"kind": "ddpm", "schedule": {"kind": "cosine", "n_steps": 4}},
    "training": {"iterations": 20, "batch_size": 16},
    "evaluation": {"n_generated": 60},
}
SHOWERS = MAPS | {
    "data": {"kind": "showers", "n_showers": 600},
    "representation": {"kind": "layers"},
}


def trained(folder: Path, settings: dict) -> RunDirectory:
    run = RunStore(folder / "runs").create(tiny(settings, name="<script>x</script>"), claimed=True)
    assert train_run(run) == Status.DONE, run.state().message
    return run


@pytest.fixture(scope="module")
def states(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    return trained(tmp_path_factory.mktemp("states"), STATES)


@pytest.fixture(scope="module")
def showers(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    return trained(tmp_path_factory.mktemp("showers"), SHOWERS)


@pytest.fixture(scope="module")
def maps(tmp_path_factory: pytest.TempPathFactory) -> RunDirectory:
    return trained(tmp_path_factory.mktemp("maps"), MAPS)


def test_maps_become_pseudo_particles_that_the_importers_read(
    maps: RunDirectory, tmp_path: Path
) -> None:
    with h5py.File(maps.samples_file) as file:
        n, pt = len(file["jets/label"]), file["constituents/pt"][()]
        counts = np.diff(file["constituents/offsets"][()])
    (npz,) = exports.samples(maps, tmp_path / "jets.npz")
    back = load_file(JetFile(path=str(npz))).content
    assert isinstance(back, Jets)
    assert len(back) == (counts > 0).sum() <= n
    np.testing.assert_allclose(np.sort(back.pt), np.sort(pt), rtol=1e-5)
    files = exports.samples(maps, tmp_path / "as-jetnet", layout="jetnet")
    assert {path.name for path in files} <= {
        f"generated_{name}.hdf5" for name in ("g", "q", "jets")
    }
    again = [load_file(JetFile(path=str(path))).content for path in files]
    np.testing.assert_allclose(
        np.sort(np.concatenate([part.pt for part in again])), np.sort(pt), rtol=1e-4
    )
    assert "pseudo-particle" in OFFERS["jetnet"].note(maps)


def test_what_has_no_particles_is_not_written_as_such(states: RunDirectory, tmp_path: Path) -> None:
    for layout in ("energyflow", "jetnet", "root"):
        with pytest.raises(UserError, match="quantum states"):
            exports.samples(states, tmp_path / "x", layout=layout)
        assert "quantum states" in OFFERS[layout].missing(states)
    with pytest.raises(UserError, match="one of the layouts qdiffgui"):
        exports.samples(states, tmp_path / "x.h5", layout="hepmc")
    with pytest.raises(UserError, match="hold showers"):
        exports.samples(states, tmp_path / "x.h5", layout="calo-challenge")
    assert not list(tmp_path.iterdir())


def test_circuits_say_what_they_start_in_and_are_drawn(
    states: RunDirectory, maps: RunDirectory, tmp_path: Path
) -> None:
    (program,) = exports.circuits(states, tmp_path / "c.qasm")
    text = program.read_text()
    assert text.startswith("OPENQASM 3.0;")
    assert "start in the noise" in text
    assert "Angles are in radians" in text
    (picture,) = exports.drawings(states, tmp_path / "c.svg")
    assert picture.read_text().startswith("<svg")
    for take in (exports.circuits, exports.drawings):
        with pytest.raises(UserError, match="classical"):
            take(maps, tmp_path / "no.qasm")
    assert OFFERS["circuit"].missing(maps)


def test_a_model_file_without_drawings_is_drawn_anew(states: RunDirectory, tmp_path: Path) -> None:
    old = RunDirectory(tmp_path / states.id)
    old.path.mkdir()
    for name in ("config.json", "status.json", "model.h5"):
        (old.path / name).write_bytes((states.path / name).read_bytes())
    with h5py.File(old.model_file, "r+") as file:
        del file["drawings"]
    assert "drawn" in OFFERS["drawing"].missing(old) or "draws" in OFFERS["drawing"].missing(old)
    (anew,) = exports.drawings(old, tmp_path / "anew.svg")
    (stored,) = exports.drawings(states, tmp_path / "stored.svg")
    assert anew.read_text() == stored.read_text()


def test_the_report_is_a_page_that_needs_nothing(maps: RunDirectory, tmp_path: Path) -> None:
    (page,) = exports.report(maps, tmp_path / "report.html")
    text = page.read_text()
    assert "&lt;script&gt;x" in text
    assert "<script>x" not in text
    assert not re.findall(r"<(?:script|link|img)[^>]*(?:src|href)=", text)
    assert text.count('<tr class="floor">') == len({row["class"] for row in maps.metrics()["rows"]})
    figures = json.loads(text.rsplit("const plots = ", 1)[1].split(";\nfor (const", 1)[0])
    assert {"plot-loss", "plot-comparison"} <= set(figures)
    (plain,) = exports.report(maps, tmp_path / "report.json")
    assert json.loads(plain.read_text()) == maps.metrics()
    with pytest.raises(UserError, match=r"\.json or \.html"):
        exports.report(maps, tmp_path / "report.pdf")


def test_many_classes_are_folded(maps: RunDirectory) -> None:
    from qdiffgui.exports.run_report import run_page

    report = maps.metrics()
    few = run_page(maps, report)
    rows = [
        row | {"class": f"kind {i}"}
        for i in range(10)
        for row in report["rows"]
        if row["class"] == report["rows"][0]["class"]
    ]
    many = run_page(maps, report | {"rows": rows})
    assert (few.count("<details"), many.count("<details"), many.count("<details open")) == (
        0,
        10,
        1,
    )


# plots for print take seconds: tests/exports/test_paper.py writes them
@pytest.mark.parametrize("key", [key for key in OFFERS if key != "paper-plots"])
def test_every_offer_is_a_command_and_a_call_too(
    states: RunDirectory, maps: RunDirectory, showers: RunDirectory, tmp_path: Path, key: str
) -> None:
    offer = OFFERS[key]
    run = next(run for run in (states, maps, showers) if not offer.missing(run))
    name, content, _ = offer.content(run)
    assert name.startswith(run.id)
    assert content
    arguments = shlex.split(offer.command(run))
    assert arguments[0] == "qdiffgui"
    at = arguments.index(run.id + offer.ending)
    arguments[at] = str(tmp_path / arguments[at])
    assert command(arguments[1:]) == 0
    by_command = tmp_path / f"{run.id}{offer.ending}"
    code = offer.python(run).replace(
        f'"{run.id}{offer.ending}"', repr(str(tmp_path / f"again{offer.ending}"))
    )
    exec(code, {})
    by_call = tmp_path / f"again{offer.ending}"
    assert by_command.exists()
    assert by_call.exists()
    if by_command.is_file() and key in (
        "model",
        "circuit",
        "drawing",
        "samples",
        "report",
        "settings",
    ):
        assert by_command.read_bytes() == by_call.read_bytes() == content


def test_an_unfinished_run_says_what_is_missing(store: RunStore) -> None:
    run = store.create(tiny(STATES))
    missing = {key for key, offer in OFFERS.items() if offer.missing(run)}
    assert missing == set(OFFERS) - {"card", "settings", "bundle"}
    with pytest.raises(UserError, match=r"not available .* when training ends"):
        OFFERS["model"].content(run)


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path / "runs")


def test_several_files_are_one_zip(maps: RunDirectory) -> None:
    name, content, mime = OFFERS["jetnet"].content(maps)
    if mime == "application/zip":
        import io

        assert name.endswith(".jetnet.zip")
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            assert {"generated_g.hdf5", "generated_q.hdf5"} == set(archive.namelist())


@pytest.mark.parametrize("kind", ["cloud", "channels"])
def test_samples_that_are_shown_as_maps_are_a_figure_too(
    maps: RunDirectory, tmp_path: Path, kind: str
) -> None:
    """The film of clouds and of channels says what the samples are, its frames how they
    are drawn.
    """
    run = RunDirectory(shutil.copytree(maps.path, tmp_path / maps.id))
    run.trajectory_file.write_text(json.dumps(maps.trajectory() | {"kind": kind}))
    names = {path.stem for path in exports.plots(run, tmp_path / "figures", ["html"])}
    assert "samples" in names
    assert "plot-samples" in exports.report(run, tmp_path / "report.html")[0].read_text()


def test_figures_are_written_in_the_formats_asked_for(maps: RunDirectory, tmp_path: Path) -> None:
    written = exports.plots(maps, tmp_path / "figures", ["html"])
    assert {"loss.html", "schedule.html", "comparison.html", "histograms.html", "profile.html"} <= {
        path.name for path in written
    }
    with pytest.raises(UserError, match="found 'gif'"):
        exports.plots(maps, tmp_path / "figures", ["gif"])


def test_what_the_system_refuses_is_a_sentence(states: RunDirectory, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="Cannot write"):
        exports.bundle(states, tmp_path / f"run.{'z' * 300}")
    (tmp_path / "report.json").mkdir()
    with pytest.raises(UserError, match="Cannot write"):
        exports.report(states, tmp_path / "report.json")
    (tmp_path / "loss.html").mkdir()
    with pytest.raises(UserError, match="Cannot write"):
        exports.plots(states, tmp_path, ["html"])
    assert not list(tmp_path.glob(".export-*"))
