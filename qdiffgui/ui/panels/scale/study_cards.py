"""How the current settings scale, and how noise affects the open run: two studies that take minutes
and run in the background.
"""

from __future__ import annotations

from pathlib import Path

import ipywidgets as w

from qdiffgui.config import Experiment, hardware
from qdiffgui.errors import UserError
from qdiffgui.studies.shipped import FIGURES, RESULT, shipped_study
from qdiffgui.ui import code
from qdiffgui.ui.area import Host
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import box, card, note, title
from qdiffgui.ui.panels.study import Study

_SHIPPED = (
    "Measured before and shipped with qdiffgui: how gradients of reference circuits vanish with "
    "the number of qubits. Start the study to measure it here, together with cost and quality."
)


class Scaling(Study):
    """``qdiffgui scale`` of the current settings."""

    def __init__(self, host: Host) -> None:
        self._known: tuple[Experiment, list[str]] | None = None
        self._shipped: tuple[Experiment | None, Path | None] | None = None
        super().__init__(
            host,
            "scaling",
            "Measures how these settings scale: cost versus qubits, layers and batch size, "
            "fitted exponents, gradient variances, and quality compared with the classical "
            "twin. Takes up to eight minutes on two cores.",
            "Start scaling study",
        )

    def blocker(self) -> str:
        return "" if self.host.form.experiment is not None else "the settings are incomplete"

    def show_before(self) -> None:
        """The study that ships with the package, if it is one of these settings."""
        config = self.host.form.experiment
        if self._shipped is None or self._shipped[0] is not config:
            self._shipped = config, None if config is None else shipped_study(config)
        folder = self._shipped[1]
        if folder is None:
            return super().show_before()
        if self.state.value != note(_SHIPPED):
            self.state.value = note(_SHIPPED)
        self.result.show(folder / RESULT, folder / FIGURES)

    def title(self) -> str:
        config = self.host.form.experiment
        return f"Scaling of {config.name or config.model.kind}" if config is not None else ""

    def arguments(self) -> list[str]:
        config = self.host.form.experiment
        if config is None:
            raise UserError("The settings are incomplete: see the form.")
        if self._known is None or self._known[0] is not config:  # all presets are compared with it
            self._known = config, code.scaling(config)
        return [*self._known[1], "--runs", str(self.host.store.root)]


class Noise(Study):
    """``qdiffgui noise`` of the open run."""

    def __init__(self, host: Host) -> None:
        self.run: LiveRun | None = None
        super().__init__(
            host,
            "noise",
            "Measures how noise and finite shots affect the open run: depolarizing noise, "
            "amplitude damping and readout error by strength, and shots, with three seeds "
            "each, compared with the floor and the trivial generators. Takes a few minutes.",
            "Start noise study",
        )

    def folder(self) -> Path | None:
        return None if self.run is None else self.run.run.path / "noise"

    def blocker(self) -> str:
        if self.run is None:
            return "open a finished run first"
        if not self.run.run.model_file.exists():
            return "the open run has no trained model yet"
        return hardware.noise_unsupported_reason(self.run.config)

    def title(self) -> str:
        return f"Noise on {self.run.state.name}" if self.run is not None else ""

    def arguments(self) -> list[str]:
        if self.run is None:
            raise UserError("Open a finished run first.")
        return ["noise", str(self.run.run.path)]


class StudiesCard:
    """Both studies."""

    def __init__(self, host: Host) -> None:
        self.scaling, self.noise = Scaling(host), Noise(host)
        studies = (self.scaling, self.noise)
        controls: list[w.Widget] = [study.controls for study in studies]
        results: list[w.Widget] = [study.result.root for study in studies]
        about = title("Studies", "run in the background and continue when this page is closed")
        # below both: next to a result, half of the card would be empty
        self.root = card(about, box(controls, "qd-grid-2"), *results, css="qd-studies")

    def open(self, run: LiveRun | None) -> None:
        """Set the run of the noise study."""
        self.noise.run = run
        self.noise.refresh()

    def refresh(self) -> None:
        for study in (self.scaling, self.noise):
            study.refresh()
