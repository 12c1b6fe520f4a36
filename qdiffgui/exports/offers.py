"""All exports of a run as one list: the rows of the page, with command and Python call of each."""

from __future__ import annotations

import io
import shlex
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from qdiffgui.errors import UserError
from qdiffgui.exports import files, generated, trained
from qdiffgui.exports.cards import card
from qdiffgui.exports.hepdata import hepdata
from qdiffgui.exports.methods import methods
from qdiffgui.exports.paper_plots import paper_plots
from qdiffgui.exports.tables import table
from qdiffgui.runs.directory import RunDirectory

Write = Callable[[RunDirectory, Path], list[Path]]
_NOT_ENDED = "Available when training ends."
_ZIP = "application/zip"


@dataclass(frozen=True)
class Offer:
    """One export.

    Attributes
    ----------
    key, label, about : str
        Identifier, name, and description.
    ending, mime : str
        Ending of the file name, and media type.
    option, call : str
        Options of ``qdiffgui export``, and the call of a function in ``qdiffgui.exports``; both
        contain ``{file}``.
    write : callable
        Writes the file: ``write(run, path)``.
    missing : callable
        ``missing(run)`` returns why the export is not available now, or "".
    note : callable
        ``note(run)`` returns a remark to show, or "".
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
        """The command that writes the file."""
        runs = shlex.quote(str(run.path.parent))
        return (
            f"qdiffgui export {run.id} {self.option.format(file=run.id + self.ending)} --runs "
            f"{runs}"
        )

    def python(self, run: RunDirectory) -> str:
        """The Python code that writes the file."""
        head = (
            f'from qdiffgui import exports\n\nrun = exports.open_run("{run.id}", '
            f"{str(run.path.parent)!r})\n"
        )
        return f"{head}exports.{self.call.format(file=run.id + self.ending)}"

    def content(self, run: RunDirectory) -> tuple[str, bytes, str]:
        """Name, content and media type of the file; several files become one zip.

        Raises ``UserError`` if the export is not available.
        """
        reason = self.missing(run)
        if reason:
            raise UserError(f"{self.label}: not available for the run '{run.id}'. {reason}")
        with tempfile.TemporaryDirectory() as folder:
            written = self.write(run, Path(folder) / f"{run.id}{self.ending}")
            if len(written) > 1:
                return f"{run.id}.{self.key}.zip", _zip(written), _ZIP
            name = written[0].name
            if not name.startswith(run.id):
                name = f"{run.id}.{name}"
            return name, written[0].read_bytes(), self.mime


def _zip(paths: list[Path]) -> bytes:
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


def _distributions(run: RunDirectory) -> str:
    if reason := _report(run):
        return reason
    if not (run.metrics() or {}).get("histograms"):
        return "The samples have no observables."
    from qdiffgui.plots.export import INSTALL

    missing = [name for name in ("matplotlib", "mplhep") if find_spec(name) is None]
    return f"Needs {missing[0]} ({INSTALL})." if missing else ""


def _circuit(run: RunDirectory) -> str:
    return _model(run) or (
        ""
        if trained.count_circuits(run.model_file)["circuits"]
        else "The model is classical and has no circuit."
    )


def _drawing(run: RunDirectory) -> str:
    if reason := _circuit(run):
        return reason
    old = "An early version wrote this model, without drawings. The command below draws them."
    return "" if trained.count_circuits(run.model_file)["drawings"] else old


def _particles(run: RunDirectory) -> str:
    return _samples(run) or generated.describe_particles(run.samples_file, run.config())[1]


def _of_showers(run: RunDirectory) -> str:
    return _samples(run) or generated.describe_showers(run.samples_file)


def _about_particles(run: RunDirectory) -> str:
    return "" if _samples(run) else generated.describe_particles(run.samples_file, run.config())[0]


def _always(_: RunDirectory) -> str:
    return ""


_LIST = (
    Offer(
        "model",
        "Model",
        (
            "HDF5 file with settings, weights, fitted representation, circuits and model card. "
            "qdiffgui.load(file).sample(1000) generates samples."
        ),
        ".model.h5",
        "application/x-hdf5",
        "--model {file}",
        'model(run, "{file}")',
        trained.model,
        _model,
    ),
    Offer(
        "card",
        "Model card",
        "Model, data, training, metrics, verdict, limits and what to cite, in Markdown.",
        ".card.md",
        "text/markdown",
        "--card {file}",
        'card(run, "{file}")',
        card,
        _always,
    ),
    Offer(
        "circuit",
        "Circuit, OpenQASM 3",
        "The trained circuit as a program, with comments on initial states, inputs and readout.",
        ".qasm",
        "text/plain",
        "--circuit {file}",
        'circuits(run, "{file}")',
        trained.circuits,
        _circuit,
    ),
    Offer(
        "drawing",
        "Circuit, SVG",
        "A drawing of the trained circuit. Hover over a gate to see its angle.",
        ".circuit.svg",
        "image/svg+xml",
        "--circuit {file}",
        'drawings(run, "{file}")',
        trained.drawings,
        _drawing,
    ),
    Offer(
        "samples",
        "Samples, HDF5",
        "Encoded samples, and physical ones with units.",
        ".samples.h5",
        "application/x-hdf5",
        "--samples {file}",
        'samples(run, "{file}")',
        generated.samples,
        _samples,
    ),
    Offer(
        "energyflow",
        "Samples, EnergyFlow",
        "npz file in the layout of EnergyFlow's quark and gluon jets: X (jets, particles, 4), y.",
        ".npz",
        "application/octet-stream",
        "--samples {file} --layout energyflow",
        'samples(run, "{file}", layout="energyflow")',
        partial(generated.samples, layout="energyflow"),
        _particles,
        _about_particles,
    ),
    Offer(
        "jetnet",
        "Samples, JetNet",
        "One HDF5 file per class in the layout of JetNet: particle_features and jet_features.",
        ".jetnet",
        "application/x-hdf5",
        "--samples {file} --layout jetnet",
        'samples(run, "{file}", layout="jetnet")',
        partial(generated.samples, layout="jetnet"),
        _particles,
        _about_particles,
    ),
    Offer(
        "root",
        "Samples, ROOT",
        "ROOT file with a TTree of jets and their particles (needs the extra 'root').",
        ".root",
        "application/octet-stream",
        "--samples {file} --layout root",
        'samples(run, "{file}", layout="root")',
        partial(generated.samples, layout="root"),
        _particles,
        _about_particles,
    ),
    Offer(
        "calo-challenge",
        "Samples, CaloChallenge",
        "HDF5 file in the layout of the CaloChallenge: incident_energies and showers, MeV.",
        ".calo.h5",
        "application/x-hdf5",
        "--samples {file} --layout calo-challenge",
        'samples(run, "{file}", layout="calo-challenge")',
        partial(generated.samples, layout="calo-challenge"),
        _of_showers,
    ),
    Offer(
        "report-html",
        "Report, HTML",
        "Verdict, tables, plots, settings and provenance on one page that needs no network.",
        ".report.html",
        "text/html",
        "--report {file}",
        'report(run, "{file}")',
        files.report,
        _report,
    ),
    Offer(
        "report",
        "Report, JSON",
        "All values of the report, for scripts.",
        ".report.json",
        "application/json",
        "--report {file}",
        'report(run, "{file}")',
        files.report,
        _report,
    ),
    Offer(
        "table-latex",
        "Table, LaTeX",
        "Metrics of the model, the floor and the trivial generators, one booktabs table per class.",
        ".tex",
        "application/x-tex",
        "--table {file}",
        'table(run, "{file}")',
        table,
        _report,
    ),
    Offer(
        "table-csv",
        "Table, CSV",
        "One line per class, generator and metric, with errors, and p-values of the tests.",
        ".csv",
        "text/csv",
        "--table {file}",
        'table(run, "{file}")',
        table,
        _report,
    ),
    Offer(
        "hepdata",
        "Tables, HEPData",
        "Metrics and distributions as a HEPData submission (YAML).",
        ".hepdata",
        _ZIP,
        "--hepdata {file}",
        'hepdata(run, "{file}")',
        hepdata,
        _report,
    ),
    Offer(
        "paper-plots",
        "Plots for print, PDF",
        "Distributions with ratio panels and error bands, in the style of mplhep.",
        ".paper",
        _ZIP,
        "--paper-plots {file}",
        'paper_plots(run, "{file}")',
        paper_plots,
        _distributions,
    ),
    Offer(
        "methods",
        "Methods and citations",
        "A paragraph in LaTeX on what was done, and BibTeX entries of exactly what was used.",
        ".methods.tex",
        _ZIP,
        "--methods {file}",
        'methods(run, "{file}")',
        methods,
        _report,
    ),
    Offer(
        "settings",
        "Settings, JSON",
        "All settings and the seed. 'qdiffgui train --config FILE' reproduces the run.",
        ".config.json",
        "application/json",
        "--settings {file}",
        'settings(run, "{file}")',
        files.settings,
        _always,
    ),
    Offer(
        "bundle",
        "Run bundle",
        (
            "All files of the run as one zip. Open it elsewhere with Import in Compare or "
            "'qdiffgui runs import'."
        ),
        ".run.zip",
        _ZIP,
        "--bundle {file}",
        'bundle(run, "{file}")',
        files.bundle,
        _always,
    ),
)
OFFERS: Mapping[str, Offer] = {offer.key: offer for offer in _LIST}
