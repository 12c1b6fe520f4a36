"""The Scale area: its cards, and when each looks at what it shows."""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from qdiffgui.config import Experiment
from qdiffgui.runs.helper import Helper
from qdiffgui.runs.record import RunState
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.following import Following
from qdiffgui.ui.markup import box, visible
from qdiffgui.ui.panels.scale.cost import CostCard
from qdiffgui.ui.panels.scale.follow import FollowCard
from qdiffgui.ui.panels.scale.growth import GrowthCard
from qdiffgui.ui.panels.scale.setup import SetupCard
from qdiffgui.ui.panels.scale.studies import StudiesCard

Heard = Callable[[dict[str, Any] | None], None]
LOST = {"error": "The helper process ended unexpectedly: change a setting to try again."}


class Scale(Area):
    """Nothing is computed or read while the tab is not looked at."""

    name = "Scale"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.asking = Asking(host.writer.post)
        self.growth = GrowthCard(self.asking)
        self.cost = CostCard(self.asking)
        self.follow = FollowCard(host)
        self.setup = SetupCard(host, self.asking, self.follow)
        self.studies = StudiesCard(host)
        self.root = box([self.growth.root, self.cost.root, self.setup.root, self.follow.root, self.studies.root], "qd-panel")
        visible(self.root, False)  # until its tab is chosen
        self.root.observe(lambda _: self._look(), "_dom_classes")
        self._is_stale = True

    @property
    def looked_at(self) -> bool:
        return "is-hidden" not in self.root._dom_classes

    def chosen(self) -> None:
        self._is_stale = True
        self.growth.stale()
        self.cost.stale()
        self._look()

    def refused(self, sentence: str) -> None:
        self.growth.show(None)
        self.cost.refuse(sentence)

    def open(self, run: Following | None) -> None:
        self.studies.open(run)

    def listed(self, states: Sequence[RunState]) -> None:
        if self.looked_at:
            self.follow.look()
            self.studies.look()

    def close(self) -> None:
        """End the helper process."""
        self.asking.close()

    def _look(self) -> None:
        if not self.looked_at:
            return
        self.follow.look()
        self.studies.look()
        if self._is_stale:
            self._is_stale = False
            config: Experiment | None = self.host.form.experiment
            self.cost.show(config)
            self.setup.show(config)
            self.growth.show(config)


class Asking:
    """Questions to a helper process of this area, one after the other; an answer is heard in the kernel's thread, unless the same asker has
    asked again meanwhile. The process starts with the first question."""

    def __init__(self, post: Callable[[str, Callable[[], None]], None]) -> None:
        self._post = post
        self._helper = Helper()
        self._questions: queue.SimpleQueue[tuple[str, int, list[Mapping[str, Any]], Heard]] = queue.SimpleQueue()
        self._latest: dict[str, int] = {}
        self._thread: threading.Thread | None = None
        self._is_closed = False
        atexit.register(self.close)

    def ask(self, asker: str, questions: Sequence[Mapping[str, Any]], heard: Heard) -> None:
        """``heard`` gets ``{"results": [...]}``, or ``{"error": sentence}`` at the first question that has none."""
        number = self._latest[asker] = self._latest.get(asker, 0) + 1
        self._questions.put((asker, number, list(questions), heard))
        if self._thread is None:
            self._thread = threading.Thread(target=self._serve, daemon=True, name="qdiffgui-scale")
            self._thread.start()

    def forget(self, asker: str) -> None:
        """No answer to what ``asker`` has asked so far is heard any more."""
        self._latest[asker] = self._latest.get(asker, 0) + 1

    def close(self) -> None:
        """End the process; unanswered questions are dropped."""
        self._is_closed = True
        self._helper.end()

    def _serve(self) -> None:
        while True:
            asker, number, questions, heard = self._questions.get()
            if self._is_closed:
                return
            answer = self._answer(asker, number, questions)
            self._post(f"scale-{asker}", partial(self._tell, asker, number, heard, answer))

    def _tell(self, asker: str, number: int, heard: Heard, answer: dict[str, Any]) -> None:
        if self._latest[asker] == number and not self._is_closed:
            heard(answer)

    def _answer(self, asker: str, number: int, questions: list[Mapping[str, Any]]) -> dict[str, Any]:
        results = []
        for question in questions:
            if self._latest[asker] != number or self._is_closed:
                break
            reply = self._helper.ask(question) or LOST
            if "error" in reply:
                return {"error": str(reply["error"])}
            results.append(reply["result"])
        return {"results": results}
