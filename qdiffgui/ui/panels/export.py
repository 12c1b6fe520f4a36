"""Taking it away: what the open run can give, and its figures."""

from __future__ import annotations

import shlex
import threading
from collections.abc import Callable
from typing import Any

import ipywidgets as w

from qdiffgui.errors import UserError
from qdiffgui.exports.offers import OFFERS
from qdiffgui.exports.pictures import drawn
from qdiffgui.plots import export as pictures
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Changes, Following
from qdiffgui.ui.markup import box, button, card, code, empty, folded, note, title, view, visible
from qdiffgui.ui.widgets import Offers, Plot

HTML, PDF = "text/html", "application/pdf"
_NAMES = {
    "schedule": "Noise schedule", "loss": "Loss", "comparison": "Beside floor and trivial generators", "histograms": "Distributions",
    "profile": "Mean maps", "populations": "Populations", "samples": "Generated and held-out samples",
}  # fmt: skip


class Export(Area):
    """A row for everything that ``exports.offers`` lists, and the figures of the run, drawn when the area is looked at."""

    name = "Export"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._run: Following | None = None
        self._figures: dict[str, Any] = {}
        self._is_stale = True
        self.none = view(empty("Open a run: its model, circuit, samples, figures and report can be saved from here."))
        self.about = view("")
        self.offers = Offers(lambda key: host.alerts.catch(lambda: self._save(key)))
        self.body = box([card(title("Export"), self.about, self.offers), self._figures_card()], "qd-panel")
        self.root = box([self.none, self.body], "qd-panel")
        self.root.observe(lambda _: self._draw(), "_dom_classes")
        self.open(None)

    def _figures_card(self) -> w.Widget:
        self.choice = w.Dropdown(
            options=[], description="Figure", layout={"width": "auto"}, style={"description_width": "initial"}
        )
        self.choice.add_class("qd-export-figure")
        self.choice.observe(lambda change: self._show(change["new"]), "value")
        self.plot = Plot(height=420, label="The figure to be saved")
        saving = {"png": self._image, "svg": self._image, "html": self._html, "pdf": self._pdf}
        self.kinds = {
            kind: button(f"Save {kind.upper()}", self._guarded(act, kind), f"qd-export-{kind}") for kind, act in saving.items()
        }
        self.why_no_pdf = view("")
        self.code = view("")
        buttons = box([self.choice, *self.kinds.values()], "qd-row")
        return card(title("Figures"), buttons, self.why_no_pdf, box([self.plot], "qd-wide-plot"), self.code)

    def _guarded(self, act: Callable[[str], None], kind: str) -> Callable[[], None]:
        return lambda: self.host.alerts.catch(lambda: act(kind))

    # ---- the run

    def open(self, run: Following | None) -> None:
        """Show what ``run`` can give."""
        self._run = run
        visible(self.none, run is None)
        visible(self.body, run is not None)
        if run is not None:
            self.refresh()

    def update(self, run: Following, changes: Changes) -> None:
        """Something was written: more may be had, and figures look different."""
        if changes.state or changes.report or changes.film or changes.reset:
            self.refresh()

    def refresh(self) -> None:
        """Say of each offer whether the files of the run allow it, and if not, why."""
        run = self._run
        if run is None:
            return
        about = note(f"Run {run.state.name}, in {run.run.path}")
        if self.about.value != about:
            self.about.value = about
        self.code.value = folded("All figures as a command, in Python", self._all_figures(run))
        rows = [
            {"key": offer.key, "label": offer.label, "about": offer.about, "note": offer.note(run.run), "missing": offer.missing(run.run),
             "command": offer.command(run.run), "python": offer.python(run.run)}
            for offer in OFFERS.values()
        ]  # fmt: skip
        if rows != self.offers.rows:
            self.offers.rows = rows
        self._is_stale = True
        self._draw()

    @staticmethod
    def _all_figures(run: Following) -> str:
        runs = run.run.path.parent
        command = f"qdiffgui export {run.id} --figures figures --format html --runs {shlex.quote(str(runs))}"
        call = f'from qdiffgui import exports\n\nrun = exports.open_run("{run.id}", {str(runs)!r})\n'
        call += 'exports.figures(run, "figures", ["html"])'
        return code("On the command line:", command) + code("In Python:", call)

    def _save(self, key: str) -> None:
        if self._run is None or key not in OFFERS:
            raise UserError("There is no run open to save anything of: open one in Compare.")
        name, content, mime = OFFERS[key].take(self._run.run)
        self.host.browser.download(name, content, mime)

    # ---- its figures

    def _draw(self) -> None:
        """Draw them where they are looked at and have changed."""
        if self._run is None or not self._is_stale or "is-hidden" in self.root._dom_classes:
            return
        self._is_stale = False
        self._figures = drawn(self._run.run)
        options = [(_NAMES.get(name, f"{name.removeprefix('live-')} while training"), name) for name in self._figures]
        chosen = self.choice.value if self.choice.value in self._figures else self._first()
        if tuple(options) != tuple(self.choice.options):
            self.choice.options = options
        self.choice.value = chosen
        self._show(chosen)
        self.kinds["pdf"].disabled = not pictures.draws_images()
        missing = "" if pictures.draws_images() else pictures.why_no_images()
        self.why_no_pdf.value = note(f"No PDF here: {missing}") if missing else ""

    def _first(self) -> str:
        return next((name for name in ("histograms", "comparison", "loss") if name in self._figures), next(iter(self._figures)))

    def _show(self, name: str | None) -> None:
        if name not in self._figures:
            return
        figure = self._figures[name]
        self.plot.height = int(figure.layout.height or 420)
        self.plot.label = f"{_NAMES.get(name, name)} of the run, to be saved"
        self.plot.show(figure)

    def _name(self, kind: str) -> str:
        if self._run is None or self.choice.value is None:
            raise UserError("There is no figure to save: open a run first.")
        return f"{self._run.id}.{self.choice.value}.{kind}"

    def _image(self, kind: str) -> None:
        self.plot.save_image(self._name(kind), kind, width=1200, height=self.plot.height)

    def _html(self, kind: str) -> None:
        page = pictures.html(self._figures[self.choice.value], self._run.state.name)
        self.host.browser.download(self._name(kind), page.encode(), HTML)

    def _pdf(self, kind: str) -> None:
        """A browser is started for it: not in the page's own thread."""
        name, figure = self._name(kind), self._figures[self.choice.value]
        post = self.host.writer.post

        def work() -> None:
            try:
                content = pictures.image(figure, "pdf", width=1200)
            except UserError as error:
                post(name, lambda error=error: self.host.alerts.report(error))
            else:
                post(name, lambda: self.host.browser.download(name, content, PDF))

        threading.Thread(target=work, daemon=True, name="qdiffgui-pdf").start()
