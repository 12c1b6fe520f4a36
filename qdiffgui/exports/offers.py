"""Everything that can be taken out of a run, as one list: the page makes its rows of it, with the command and the call of each."""

from __future__ import annotations

import io
import shlex
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.exports import files, generated, trained
from qdiffgui.runs.directory import RunDirectory

Write = Callable[[RunDirectory, Path], list[Path]]
_NOT_ENDED = "It is written when training ends."
_ZIP = "application/zip"


@dataclass(frozen=True)
class Offer:
    """One thing to take away.

    ending : of the file's name.      option, call : what stands in a command line and in a call, with ``{file}``.     write(run, path).
    missing(run) : why it cannot be had now, "" where it can.    note(run) : what to know about it.
    """

    key: str
    label: str
    about: str
    ending: str
    mime: str
    option: str
    call: str
    write: Write
    missing: Callable[[RunDirectory], str]
    note: Callable[[RunDirectory], str] = lambda run: ""

    def command(self, run: RunDirectory) -> str:
        """The same on the command line."""
        runs = shlex.quote(str(run.path.parent))
        return f"qdiffgui export {run.id} {self.option.format(file=run.id + self.ending)} --runs {runs}"

    def python(self, run: RunDirectory) -> str:
        """The same in Python."""
        head = f'from qdiffgui import exports\n\nrun = exports.open_run("{run.id}", {str(run.path.parent)!r})\n'
        return f"{head}exports.{self.call.format(file=run.id + self.ending)}"

    def take(self, run: RunDirectory) -> tuple[str, bytes, str]:
        """(file name, content, media type): what it writes, as a zip where that is several files; raises ``UserError``."""
        why_not = self.missing(run)
        if why_not:
            raise UserError(f"{self.label} of the run '{run.id}' cannot be had: {why_not}")
        with tempfile.TemporaryDirectory() as place:
            written = self.write(run, Path(place) / f"{run.id}{self.ending}")
            if len(written) == 1:
                name = written[0].name if written[0].name.startswith(run.id) else f"{run.id}.{written[0].name}"
                return name, written[0].read_bytes(), self.mime
            return f"{run.id}.{self.key}.zip", _zipped(written), _ZIP


def _zipped(paths: list[Path]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in paths:
            archive.write(path, path.name)
    return buffer.getvalue()


def _model(run: RunDirectory) -> str:
    return "" if run.model_file.is_file() else _NOT_ENDED


def _samples(run: RunDirectory) -> str:
    return "" if run.samples_file.is_file() else _NOT_ENDED


def _report(run: RunDirectory) -> str:
    return "" if run.metrics_file.is_file() else _NOT_ENDED


def _circuit(run: RunDirectory) -> str:
    return _model(run) or (
        "" if trained.circuits_inside(run.model_file)["circuits"] else "The model is classical: it has no circuit."
    )


def _drawing(run: RunDirectory) -> str:
    if why_not := _circuit(run):
        return why_not
    old = "This model file is from before drawings were stored in it: the command below draws them anew."
    return "" if trained.circuits_inside(run.model_file)["drawings"] else old


def _particles(run: RunDirectory) -> str:
    return _samples(run) or generated.particles(run.samples_file, run.config())[1]


def _about_particles(run: RunDirectory) -> str:
    return "" if _samples(run) else generated.particles(run.samples_file, run.config())[0]


def _always(_: RunDirectory) -> str:
    return ""


_LIST = (
    Offer("model", "Model", "HDF5: settings, weights, fitted representation, circuits. qdiffgui.load(file).sample(1000) generates from it.",
          ".model.h5", "application/x-hdf5", "--model {file}", 'model(run, "{file}")', trained.model, _model),
    Offer("circuit", "Circuit, OpenQASM 3", "The trained circuit as a program, with comments on start states, inputs and readout.",
          ".qasm", "text/plain", "--circuit {file}", 'circuits(run, "{file}")', trained.circuits, _circuit),
    Offer("drawing", "Circuit, SVG", "The trained circuit drawn; pointing at a gate tells its angle.",
          ".circuit.svg", "image/svg+xml", "--circuit {file}", 'drawings(run, "{file}")', trained.drawings, _drawing),
    Offer("samples", "Samples, HDF5", "As the model made them and as physics, with units.",
          ".samples.h5", "application/x-hdf5", "--samples {file}", 'samples(run, "{file}")', generated.samples, _samples),
    Offer("energyflow", "Samples, EnergyFlow", "npz in the layout of EnergyFlow's quark and gluon jets: X (jets, particles, 4), y.",
          ".npz", "application/octet-stream", "--samples {file} --layout energyflow", 'samples(run, "{file}", layout="energyflow")',
          partial(generated.samples, layout="energyflow"), _particles, _about_particles),
    Offer("jetnet", "Samples, JetNet", "One HDF5 file a class in JetNet's layout: particle_features, jet_features.",
          ".jetnet", "application/x-hdf5", "--samples {file} --layout jetnet", 'samples(run, "{file}", layout="jetnet")',
          partial(generated.samples, layout="jetnet"), _particles, _about_particles),
    Offer("report-html", "Report, HTML", "Verdict, tables, figures, settings and provenance on one page that needs no network.",
          ".report.html", "text/html", "--report {file}", 'report(run, "{file}")', files.report, _report),
    Offer("report", "Report, JSON", "The same figures as plain data.",
          ".report.json", "application/json", "--report {file}", 'report(run, "{file}")', files.report, _report),
    Offer("settings", "Settings, JSON", "They reproduce the run: qdiffgui train --config FILE.",
          ".config.json", "application/json", "--settings {file}", 'settings(run, "{file}")', files.settings, _always),
    Offer("bundle", "Run bundle", "All of the run as one zip, which Import in Compare or 'qdiffgui runs import' takes in elsewhere.",
          ".run.zip", _ZIP, "--bundle {file}", 'bundle(run, "{file}")', files.bundle, _always),
)  # fmt: skip
OFFERS: Mapping[str, Offer] = {offer.key: offer for offer in _LIST}
