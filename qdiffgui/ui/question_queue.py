"""Questions of the areas to a helper process that they share: what settings cost, how long they
take.
"""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from qdiffgui.background.helper import HelperProcess

AnswerCallback = Callable[[dict[str, Any]], None]
LOST = {"error": "The helper process ended unexpectedly: change a setting to try again."}


class QuestionQueue:
    """A queue of questions to the helper process of the page. Answers are delivered in the
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
            self._thread = threading.Thread(
                target=self._serve, daemon=True, name="qdiffgui-questions"
            )
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
            self._post(
                f"question-{asker}", partial(self._deliver, asker, number, on_answer, answer)
            )

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
