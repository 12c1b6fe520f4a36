"""The distributions of the selected runs in one plot, on the page and for print."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from typing import Any

import ipywidgets as w
import plotly.graph_objects as go

from qdiffgui import plots
from qdiffgui.errors import UserError
from qdiffgui.plots.compared_histograms import observables_of
from qdiffgui.plots.export import INSTALL
from qdiffgui.ui.area import Host
from qdiffgui.ui.markup import CHECKBOX, INLINE, box, button, card, note, title, view, visible
from qdiffgui.ui.widgets import Plot
from qdiffgui.ui.widgets.number import NumberText

_MIME = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
_WIDTHS = (40.0, 400.0)  # mm
_PAGE = 178.0  # mm, of two columns of a journal
_ABOUT = (
    "held-out samples and error band of the first run; each ratio uses its own held-out samples, "
    "and triangles mark ratios beyond the axis"
)
_ONE_AT_A_TIME = threading.Lock()  # the style of matplotlib belongs to the whole process
Reports = Mapping[str, dict[str, Any] | None]


class DistributionsCard:
    """``show(reports)`` draws run name -> report, None for runs that are left out.

    Without a ``host`` there is nothing to save to.
    """

    def __init__(self, host: Host | None = None) -> None:
        self._host = host
        self._reports: Reports = {}
        self.observable = w.Dropdown(options=[], description="Observable", **INLINE)
        self.log = w.Checkbox(value=False, description="Log axis", indent=False, layout=CHECKBOX)
        for control in (self.observable, self.log):
            control.observe(lambda _: self._draw(), "value")
        self.plot = Plot(
            height=440,
            label="Distributions of the selected runs, with ratios to held-out samples below",
        )
        self.plot_box = box([self.plot], "qd-panel")
        self.width = NumberText(
            value=_PAGE,
            description="Width / mm",
            style={"description_width": "initial"},
            layout={"width": "170px"},
        )
        self.kinds = {
            kind: button(f"Save {kind.upper()}", self._saving(kind), f"qd-compared-{kind}")
            for kind in _MIME
        }
        missing = [name for name in ("matplotlib", "mplhep") if find_spec(name) is None]
        self.missing = view(note(f"To save for print: {INSTALL}.") if missing else "")
        for control in (self.width, *self.kinds.values()):
            control.disabled = bool(missing)
        saving = box([self.width, *self.kinds.values()], "qd-row")
        visible(saving, host is not None)
        self.root = card(
            title("Distributions", _ABOUT),
            box([self.observable, self.log], "qd-row"),
            self.plot_box,
            saving,
            self.missing,
        )

    def show(self, reports: Reports) -> None:
        """Draw these runs; the card is hidden if none of them has distributions."""
        self._reports = reports
        options = tuple((label, key) for key, label in observables_of(reports).items())
        if options != tuple(self.observable.options):
            kept, keys = self.observable.value, [key for _, key in options]
            self.observable.options = options
            self.observable.value = kept if kept in keys else next(iter(keys), None)
        visible(self.observable, len(options) > 1)
        visible(self.root, bool(options))
        self._draw()

    def _draw(self) -> None:
        if self.observable.value is not None:
            plot = plots.compared_histograms(
                self._reports, self.observable.value, log=self.log.value
            )
            wide(self.plot_box, plot)
            self.plot.show(plot)

    def _saving(self, kind: str) -> Callable[[], None]:
        host = self._host
        return lambda: None if host is None else host.alerts.catch(lambda: self._save(kind))

    def _width(self) -> float:
        low, high = _WIDTHS
        value = self.width.value
        if not isinstance(value, (int, float)) or not low <= value <= high:
            raise UserError(f"The width '{value}' is not a number from {low:g} to {high:g} mm.")
        return float(value)

    def _save(self, kind: str) -> None:
        """Draws with matplotlib, which takes seconds the first time: outside the page's thread."""
        host, observable = self._host, self.observable.value
        if host is None or observable is None:
            return
        draw = partial(
            draw_for_print, dict(self._reports), observable, kind, self._width(), self.log.value
        )
        name = f"{observable}.{kind}"

        def work() -> None:
            try:
                content = draw()
            except UserError as error:
                host.writer.post(name, partial(host.alerts.report, error))
            else:
                host.writer.post(name, lambda: host.browser.download(name, content, _MIME[kind]))

        threading.Thread(target=work, daemon=True, name="qdiffgui-print").start()


def wide(around: w.Box, plot: go.Figure) -> None:
    """On a narrow screen a plot of several panels scrolls sideways; a single panel fits."""
    panels = {axis.domain[0] for axis in plot.select_xaxes() if axis.domain}
    around.add_class("qd-wide-plot") if len(panels) > 1 else around.remove_class("qd-wide-plot")


def draw_for_print(reports: Reports, observable: str, kind: str, width: float, log: bool) -> bytes:
    """The plot as PDF, SVG or PNG, ``width`` mm wide. Raises ``UserError`` if matplotlib or mplhep
    is missing.
    """
    from qdiffgui.plots.static_comparison import compared, encode, style

    with _ONE_AT_A_TIME, style():
        return encode(compared(reports, observable, width=width, log=log), kind)
