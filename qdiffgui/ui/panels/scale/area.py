"""The Scale area: its cards, and when each is refreshed."""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from qdiffgui.background.helper import HelperProcess
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

AnswerCallback = Callable[[dict[str, Any] | None], None]
LOST = {"error": "The helper process ended unexpectedly: change a setting to try again."}


class Scale(Area):
    """Nothing is computed or read while the tab is hidden."""

    name = "Scale"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.queue = QuestionQueue(host.writer.post)
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

    def close(self) -> None:
        """End the helper process."""
        self.queue.close()

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


class QuestionQueue:
    """A queue of questions to the helper process of this area. Answers are delivered in the
    kernel's thread unless the same asker has asked again. The process starts with the first
    question.
    """

    def __init__(self, post: Callable[[str, Callable[[], None]], None]) -> None:
        self._post = post
        self._helper = HelperProcess()
        self._questions: queue.SimpleQueue[
            tuple[str, int, list[Mapping[str, Any]], AnswerCallback]
        ] = queue.SimpleQueue()
        self._latest: dict[str, int] = {}
        self._thread: threading.Thread | None = None
        self._is_closed = False
        atexit.register(self.close)

    def ask(
        self, asker: str, questions: Sequence[Mapping[str, Any]], on_answer: AnswerCallback
    ) -> None:
        """``on_answer`` receives ``{"results": [...]}``, or ``{"error": sentence}`` at the first
        question that fails.
        """
        number = self._latest[asker] = self._latest.get(asker, 0) + 1
        self._questions.put((asker, number, list(questions), on_answer))
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, daemon=True, name="qdiffgui-scale")
            self._thread.start()

    def forget(self, asker: str) -> None:
        """Discard all answers that ``asker`` still waits for."""
        self._latest[asker] = self._latest.get(asker, 0) + 1

    def close(self) -> None:
        """End the process and drop unanswered questions."""
        self._is_closed = True
        self._helper.end()

    def _serve(self) -> None:
        while True:
            asker, number, questions, on_answer = self._questions.get()
            if self._is_closed:
                return
            answer = self._answer(asker, number, questions)
            self._post(f"scale-{asker}", partial(self._deliver, asker, number, on_answer, answer))

    def _deliver(
        self, asker: str, number: int, on_answer: AnswerCallback, answer: dict[str, Any]
    ) -> None:
        if self._latest[asker] == number and not self._is_closed:
            on_answer(answer)

    def _answer(
        self, asker: str, number: int, questions: list[Mapping[str, Any]]
    ) -> dict[str, Any]:
        results = []
        for question in questions:
            if self._latest[asker] != number or self._is_closed:
                break
            reply = self._helper.ask(question) or LOST
            if "error" in reply:
                return {"error": str(reply["error"])}
            results.append(reply["result"])
        return {"results": results}
