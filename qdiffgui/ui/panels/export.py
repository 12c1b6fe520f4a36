"""Export: files and plots of the open run."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import ipywidgets as w

from qdiffgui.errors import UserError
from qdiffgui.exports.offers import OFFERS
from qdiffgui.exports.run_plots import draw_plots
from qdiffgui.plots import export as pictures
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.live_run import Changes, LiveRun
from qdiffgui.ui.markup import (
    INLINE,
    box,
    button,
    card,
    code,
    empty,
    folded,
    note,
    title,
    view,
    visible,
)
from qdiffgui.ui.widgets import ExportList, Plot

HTML, PDF = "text/html", "application/pdf"
_NAMES = {
    "schedule": "Noise schedule",
    "loss": "Loss",
    "comparison": "Comparison with floor and trivial generators",
    "histograms": "Distributions",
    "profile": "Mean maps",
    "mismodeling": "Mismodeling of pairs of observables",
    "classifier": "Calibration and weights",
    "populations": "Populations",
    "samples": "Generated and held-out samples",
}


class Export(Area):
    """A row for every entry of ``exports.offers``, and the plots of the run, drawn when the area
    is visible.
    """

    name = "Export"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._run: LiveRun | None = None
        self._plots: dict[str, Any] = {}
        self._is_stale = True
        self.none = view(empty("Open a run to save its model, circuit, samples, plots and report."))
        self.about = view("")
        self.offers = ExportList(lambda key: host.alerts.catch(lambda: self._save(key)))
        self.body = box(
            [card(title("Export"), self.about, self.offers), self._plots_card()], "qd-panel"
        )
        self.root = box([self.none, self.body], "qd-panel")
        self.root.observe(lambda _: self._draw(), "_dom_classes")
        self.open(None)

    def _plots_card(self) -> w.Widget:
        self.choice = w.Dropdown(
            options=[],
            description="Plot",
            **INLINE,
        )
        self.choice.add_class("qd-export-plot")
        self.choice.observe(lambda change: self._show(change["new"]), "value")
        self.plot = Plot(height=420, label="Plot to save")
        saving = {"png": self._image, "svg": self._image, "html": self._html, "pdf": self._pdf}
        self.kinds = {
            kind: button(f"Save {kind.upper()}", self._guarded(act, kind), f"qd-export-{kind}")
            for kind, act in saving.items()
        }
        self.why_no_pdf = view("")
        self.code = view("")
        buttons = box([self.choice, *self.kinds.values()], "qd-row")
        return card(
            title("Plots"), buttons, self.why_no_pdf, box([self.plot], "qd-wide-plot"), self.code
        )

    def _guarded(self, act: Callable[[str], None], kind: str) -> Callable[[], None]:
        return lambda: self.host.alerts.catch(lambda: act(kind))

    # ---- the run

    def open(self, run: LiveRun | None) -> None:
        """Show what can be exported from ``run``."""
        self._run = run
        visible(self.none, run is None)
        visible(self.body, run is not None)
        if run is not None:
            self.refresh()

    def update(self, run: LiveRun, changes: Changes) -> None:
        """New files may allow more exports and change the plots."""
        if changes.state or changes.report or changes.trajectory or changes.reset:
            self.refresh()

    def refresh(self) -> None:
        """Show for each export whether the run's files allow it and, if not, why."""
        run = self._run
        if run is None:
            return
        about = note(f"Run {run.state.name}, in {run.run.path}")
        if self.about.value != about:
            self.about.value = about
        self.code.value = folded("All plots from the command line or Python", self._all_plots(run))
        rows = [
            {
                "key": offer.key,
                "label": offer.label,
                "about": offer.about,
                "note": offer.note(run.run),
                "missing": offer.missing(run.run),
                "command": offer.command(run.run),
                "python": offer.python(run.run),
            }
            for offer in OFFERS.values()
        ]
        if rows != self.offers.rows:
            self.offers.rows = rows
        self._is_stale = True
        self._draw()

    @staticmethod
    def _all_plots(run: LiveRun) -> str:
        runs = run.run.path.parent
        command = (
            f"qdiffgui export {run.id} --plots plots --format html --runs {shlex.quote(str(runs))}"
        )
        call = (
            f'from qdiffgui import exports\n\nrun = exports.open_run("{run.id}", {str(runs)!r})\n'
        )
        call += 'exports.plots(run, "plots", ["html"])'
        return code("On the command line:", command) + code("In Python:", call)

    def _save(self, key: str) -> None:
        if self._run is None or key not in OFFERS:
            raise UserError("No run is open: open one in Compare first.")
        name, content, mime = OFFERS[key].content(self._run.run)
        self.host.browser.download(name, content, mime)

    # ---- the plots

    def _draw(self) -> None:
        """Draw the plots if they are visible and have changed."""
        if self._run is None or not self._is_stale or "is-hidden" in self.root._dom_classes:
            return
        self._is_stale = False
        self._plots = draw_plots(self._run.run)
        options = [
            (_NAMES.get(name, f"{name.removeprefix('live-')} while training"), name)
            for name in self._plots
        ]
        chosen = self.choice.value if self.choice.value in self._plots else self._first()
        if tuple(options) != tuple(self.choice.options):
            self.choice.options = options
        self.choice.value = chosen
        self._show(chosen)
        self.kinds["pdf"].disabled = not pictures.draws_images()
        missing = "" if pictures.draws_images() else pictures.why_no_images()
        self.why_no_pdf.value = note(f"PDF {missing}.") if missing else ""

    def _first(self) -> str:
        return next(
            (name for name in ("histograms", "comparison", "loss") if name in self._plots),
            next(iter(self._plots)),
        )

    def _show(self, name: str | None) -> None:
        if name not in self._plots:
            return
        chosen = self._plots[name]
        self.plot.height = int(chosen.layout.height or 420)
        self.plot.label = f"{_NAMES.get(name, name)} of the run"
        self.plot.show(chosen)

    def _name(self, kind: str) -> str:
        if self._run is None or self.choice.value is None:
            raise UserError("There is no plot to save: open a run first.")
        return f"{self._run.id}.{self.choice.value}.{kind}"

    def _image(self, kind: str) -> None:
        self.plot.save_image(self._name(kind), kind, width=1200, height=self.plot.height)

    def _html(self, kind: str) -> None:
        name = self._name(kind)
        title = self._run.state.name if self._run is not None else name
        page = pictures.html(self._plots[str(self.choice.value)], title)
        self.host.browser.download(name, page.encode(), HTML)

    def _pdf(self, kind: str) -> None:
        """Starts a browser, so it runs outside the page's thread."""
        name, chosen = self._name(kind), self._plots[self.choice.value]
        post = self.host.writer.post

        def work() -> None:
            try:
                content = pictures.image(chosen, "pdf", width=1200)
            except UserError as error:
                post(name, partial(self.host.alerts.report, error))
            else:
                post(name, lambda: self.host.browser.download(name, content, PDF))

        threading.Thread(target=work, daemon=True, name="qdiffgui-pdf").start()
