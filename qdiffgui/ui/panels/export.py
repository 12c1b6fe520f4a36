"""Taking it away: model, samples, circuit, figures, report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qdiffgui import paths, plots
from qdiffgui.errors import UserError
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Changes, Following
from qdiffgui.ui.markup import box, button, card, code, empty, esc, note, title, view, visible

HDF5, JSON, HTML, TEXT = "application/x-hdf5", "application/json", "text/html", "text/plain"


class Export(Area):
    """Buttons for what the open run can give; each says why where it cannot."""

    name = "Export"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._browser, guard = host.browser, host.alerts.catch
        self._run: Following | None = None
        self.none = view(empty("Open a run: its model, samples, circuit, figures and report can be saved from here."))
        self.about = view("")
        self.why = view("")
        offered: list[tuple[str, str, Callable[[], None]]] = [
            ("model", "Model (HDF5)", self._model), ("samples", "Samples (HDF5)", self._samples),
            ("circuit", "Circuit (OpenQASM 3)", self._circuit), ("report", "Report (JSON)", self._report),
            ("loss-png", "Loss (PNG)", self._png), ("loss-html", "Loss (HTML)", self._loss_html),
            ("figures-png", "Distributions (PNG)", self._distributions_png),
            ("figures-html", "Distributions (HTML)", self._distributions_html), ("settings", "Settings (JSON)", self._settings),
        ]  # fmt: skip
        self.buttons = {}
        for key, text, act in offered:
            made = button(text, lambda act=act: guard(act), f"qd-export-{key}")
            self.buttons[key] = made
        self.use = view("")
        self.body = card(title("Export"), self.about, box(list(self.buttons.values()), "qd-row"), self.why, self.use)
        self.root = box([self.none, self.body], "qd-panel")
        self.open(None)

    def open(self, run: Following | None) -> None:
        self._run = run
        visible(self.none, run is None)
        visible(self.body, run is not None)
        if run is not None:
            self.refresh()

    def update(self, run: Following, changes: Changes) -> None:
        if changes.state or changes.report or changes.film or changes.reset:
            self.refresh()

    def refresh(self) -> None:
        """Enable what the files of the run allow, and say what is missing."""
        run = self._run
        if run is None:
            return
        folder = run.run
        model, samples = folder.model_file.is_file(), folder.samples_file.is_file()
        drawn = bool(run.report and run.report.get("histograms"))
        for key, there in {
            "model": model, "samples": samples, "circuit": model and bool(getattr(run.config.model, "quantum", False)),
            "report": run.report is not None, "figures-html": drawn, "figures-png": drawn,
            "loss-png": bool(run.losses[0]), "loss-html": bool(run.losses[0]), "settings": True,
        }.items():  # fmt: skip
            self.buttons[key].disabled = not there
        missing = [] if model else ["The model and its circuit are written with the first checkpoint."]
        missing += [] if samples and run.report else ["Samples and report are written when training ends."]
        text = "".join(note(line) for line in missing)
        about = note(f"Run {run.state.name} in {folder.path}")
        use = ""
        if model:
            file = f"{folder.id}.model.h5"
            use = code("In Python:", f'import qdiffgui\njets = qdiffgui.load("{file}").sample(1000)')
            use += code("On the command line:", f"qdiffgui sample {file} -n 1000 -o jets.h5")
        for widget, value in ((self.why, text), (self.about, about), (self.use, use)):
            if widget.value != value:
                widget.value = value

    def _name(self, ending: str) -> str:
        return f"{self._run.id}.{ending}"

    def _file(self, path: Path, ending: str, mime: str) -> None:
        try:
            content = path.read_bytes()
        except OSError:
            raise UserError(f"'{path.name}' of this run is not there yet: wait for its next checkpoint.") from None
        self._browser.download(self._name(ending), content, mime)

    def _model(self) -> None:
        self._file(self._run.run.model_file, "model.h5", HDF5)

    def _samples(self) -> None:
        self._file(self._run.run.samples_file, "samples.h5", HDF5)

    def _report(self) -> None:
        self._file(self._run.run.metrics_file, "report.json", JSON)

    def _settings(self) -> None:
        self._file(self._run.run.config_file, "config.json", JSON)

    def _circuit(self) -> None:
        texts = circuits_of(self._run.run.model_file)
        if not texts:
            raise UserError("This model has no circuit: it is classical.")
        self._browser.download(self._name("qasm"), "\n".join(texts).encode(), TEXT)

    def _png(self) -> None:
        self.host.areas["Train"].loss.save_image(self._name("loss.png"))

    def _distributions_png(self) -> None:
        figure = self.host.areas["Samples"].histograms
        figure.save_image(self._name("distributions.png"), width=1200, height=figure.height)

    def _loss_html(self) -> None:
        figure = plots.loss({self._run.state.name: self._run.losses})
        self._browser.download(self._name("loss.html"), standalone(figure, self._run.state.name).encode(), HTML)

    def _distributions_html(self) -> None:
        figure = plots.histograms(self._run.report)
        self._browser.download(self._name("distributions.html"), standalone(figure, self._run.state.name).encode(), HTML)


def circuits_of(model: Path) -> list[str]:
    """The OpenQASM 3 texts inside an exported model."""
    from qdiffgui.data.hdf5 import open_untrusted

    with open_untrusted(model) as file:
        group = file.get("circuits", {})
        return [group[name][()].decode() for name in sorted(group, key=int)]


def standalone(figure: Any, name: str) -> str:
    """A figure as one HTML file that needs no network: plotly.js from the assets is inside it."""
    library = (paths.assets() / "plotly" / "plotly-cartesian.min.js").read_text(encoding="utf-8")
    body = figure.to_html(full_html=False, include_plotlyjs=False, default_height="640px")
    head = f'<meta charset="utf-8"><title>{esc(name)}</title><script>{library}</script>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{body}</body></html>'
