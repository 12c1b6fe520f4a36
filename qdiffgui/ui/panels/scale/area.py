"""The Scale area: its cards, and when each is refreshed."""

from __future__ import annotations

from collections.abc import Sequence

from qdiffgui.config import Experiment
from qdiffgui.runs.record import RunState
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.live_run import LiveRun
from qdiffgui.ui.markup import box, visible
from qdiffgui.ui.panels.scale.cost_card import CostCard
from qdiffgui.ui.panels.scale.cost_growth import CostGrowthCard
from qdiffgui.ui.panels.scale.study_cards import StudiesCard
from qdiffgui.ui.panels.scale.sweep_card import SweepCard
from qdiffgui.ui.panels.scale.sweep_setup import SweepSetupCard


class Scale(Area):
    """Nothing is computed or read while the tab is hidden."""

    name = "Scale"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.queue = host.questions
        self.growth = CostGrowthCard(self.queue)
        self.cost = CostCard(self.queue)
        self.follow = SweepCard(host)
        self.setup = SweepSetupCard(host, self.queue, self.follow)
        self.studies = StudiesCard(host)
        self.root = box(
            [
                self.growth.root,
                self.cost.root,
                self.setup.root,
                self.follow.root,
                self.studies.root,
            ],
            "qd-panel",
        )
        visible(self.root, False)  # until its tab is chosen
        self.root.observe(lambda _: self._refresh(), "_dom_classes")
        self._is_stale = True

    @property
    def looked_at(self) -> bool:
        return "is-hidden" not in self.root._dom_classes

    def choice_changed(self) -> None:
        self._is_stale = True
        self.growth.stale()
        self.cost.stale()
        self._refresh()

    def choice_rejected(self, sentence: str) -> None:
        self.growth.show(None)
        self.cost.refuse(sentence)

    def open(self, run: LiveRun | None) -> None:
        self.studies.open(run)

    def runs_listed(self, states: Sequence[RunState]) -> None:
        if self.looked_at:
            self.follow.refresh()
            self.studies.refresh()

    def _refresh(self) -> None:
        if not self.looked_at:
            return
        self.follow.refresh()
        self.studies.refresh()
        if self._is_stale:
            self._is_stale = False
            config: Experiment | None = self.host.form.experiment
            self.cost.show(config)
            self.setup.show(config)
            self.growth.show(config)
