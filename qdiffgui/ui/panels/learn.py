"""Guided lessons: the list, the open lesson with its animation and its text, and a banner with the
current task above every area.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import ipywidgets as w

from qdiffgui import catalog, lessons
from qdiffgui.config import Experiment
from qdiffgui.errors import UserError
from qdiffgui.lessons import Lesson, Task
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.live_run import Changes, LiveRun
from qdiffgui.ui.markdown import prose
from qdiffgui.ui.markup import (
    box,
    bullets,
    button,
    card,
    copier,
    esc,
    folded,
    formulas,
    note,
    title,
    view,
    visible,
)
from qdiffgui.ui.widgets import Animation

_FIELD = re.compile(r"[a-z][a-z0-9_]*")
_KINDS = {
    "data": "data",
    "representation": "representation",
    "model": "model",
    "schedule": "model-schedule",
}
"""Choices of a kind, and the end of the class ``qd-kind-…`` that their control has: the row itself
has no name.
"""
_NUMBER = re.compile(r"[0-9]{1,4}")
_FORWARD = title("Forward process", "what the noise does to the data of this task").value
_ABOUT = (
    "Guided lessons in the app. Each task sets up the page, shows only the settings it "
    "needs and has a solution you can open. Lessons build on each other but also work "
    "alone. The link of a task opens it, with the open run, for others too."
)


class Learn(Area):
    """``begin(key)`` opens a lesson, ``leave`` ends it. While one is open, the form shows only
    the controls of its current task.

    The lesson begins with an animation: the samples of the open run if the form has its settings,
    else the forward process of the settings in the form.
    """

    name = "Learn"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.opened: Lesson | None = None
        self.task = 0
        self._all = False
        self._run: LiveRun | None = None
        self._inspected: tuple[Experiment, dict[str, Any]] | None = None
        offers = box(
            [self._offer(i, key) for i, key in enumerate(catalog.lessons, start=1)], "qd-lessons"
        )
        self.list = box([view(note(_ABOUT)), offers], "qd-panel")
        self.animation_head = view(_FORWARD)
        self.animation = Animation(label="Animation of the lesson", clock="lesson")
        self.animation_card = card(self.animation_head, self.animation, css="qd-lesson-animation")
        self.head, self.words, self.goals = view(""), formulas(), view("")
        self.lesson_card = card(
            self.head,
            self.words,
            title("After this lesson you can", level=3),
            self.goals,
            box([button("Show all lessons", self.leave)], "qd-row"),
        )
        self.root = box([self.list, self.animation_card, self.lesson_card], "qd-panel")
        self._make_strip()
        self._show()

    def _offer(self, number: int, key: str) -> w.Widget:
        entry = catalog.lessons[key]
        begin = button(
            "Begin", lambda: self.host.alerts.catch(lambda: self.begin(key)), f"qd-lesson-{key}"
        )
        begin.tooltip = f"Begin the lesson {entry.label}"
        return card(title(entry.label, step=number), view(note(entry.summary)), begin)

    def _make_strip(self) -> None:
        """The banner: a bar with the name of the task and its buttons, and the words below it. On
        a phone only the bar stays in view.
        """
        self.where = view("")
        self.text, self.solution = formulas(), formulas()
        self.only = view("")  # a style that hides the settings which the task does not need
        self.link = view("")
        self.back = button("Back", lambda: self.go(self.task - 1), "qd-lesson-back")
        self.set_up = button(
            "Set up",
            lambda: self.host.alerts.catch(self._set_up),
            "qd-primary qd-lesson-set-up",
        )
        self.next = button(
            "Next task", lambda: self.host.alerts.catch(self._go_on), "qd-lesson-next"
        )
        self.every = button(
            "All settings", self._toggle, "qd-quiet", "Show or hide what the task does not need"
        )
        end = button("End lesson", self.leave, "qd-quiet qd-lesson-end")
        steps = box([self.back, self.set_up, self.next], "qd-row")
        bar = box([self.where, steps], "qd-task-bar")
        others = box([self.link, self.every, end], "qd-row")
        words = box([self.text, self.solution, others, self.only], "qd-task-words")
        self.banner = box([bar, words], "qd-task")

    # ---- going through it

    def lesson(self, key: str, task: str = "") -> bool:
        """Open the lesson, and the task, that the address asks for."""
        self.begin(key)
        if task and self.opened is not None:
            last = len(self.opened.tasks)
            if not _NUMBER.fullmatch(task) or not 1 <= int(task) <= last:
                raise UserError(
                    f"The lesson '{key}' has the tasks 1 to {last}; found '{task[:20]}' in the "
                    "address (?task=). This is task 1."
                )
            self.go(int(task) - 1)
            self._load(self.opened.tasks[self.task])
        return True

    def begin(self, key: str) -> None:
        """Open the lesson ``key`` at its first task and set that up; raises ``ConfigError`` for an
        unknown one.
        """
        self.opened = lessons.load(key)
        self.host.show(self.name)
        self.go(0)
        self._load(self.opened.tasks[0])
        # not the end of the list from which it was begun
        self.host.browser.show_results(top=True)
        self.host.browser.announce(f"Lesson {self.opened.title} is open.")

    def leave(self) -> None:
        """End lesson: all settings show again, as they are."""
        self.opened = None
        self._show()
        self.host.show(self.name)

    def go(self, task: int) -> None:
        """Show the task of this number, counted from 0; the settings stay until ``Set up`` is
        pressed.
        """
        self.task = task
        self._all = False
        self._show()

    def _go_on(self) -> None:
        """Go to the next task or, after the last task, to the next lesson."""
        if self.opened is None:
            return
        if self.task + 1 < len(self.opened.tasks):
            self.go(self.task + 1)
        else:
            self.begin(_after(self.opened.key))

    def _set_up(self) -> None:
        if self.opened is None:
            return
        task = self.opened.tasks[self.task]
        self._load(task)
        self.host.show(task.setup.area)

    def _load(self, task: Task) -> None:
        setup = task.setup
        self.host.form.load(setup.experiment(), "" if setup.change else setup.preset)

    def _toggle(self) -> None:
        self._all = not self._all
        self._show()

    # ---- showing it

    def _show(self) -> None:
        lesson = self.opened
        visible(self.list, lesson is None)
        for part in (self.animation_card, self.lesson_card, self.banner):
            visible(part, lesson is not None)
        self.only.value = ""
        if self.query != (query := self._query()):
            self.query = query
            self.host.update_address()
        if lesson is None:
            return
        task = lesson.tasks[self.task]
        self.head.value = title(lesson.title, f"{len(lesson.tasks)} tasks").value
        self.words.value, self.goals.value = prose(lesson.words), bullets(lesson.goals, "qd-goals")
        number = f"Task {self.task + 1} of {len(lesson.tasks)}"
        self.where.value = (
            "<h2 "
            f'class="qd-title"><span>{esc(task.name)}</span><small>{number} · '
            f"{esc(lesson.title)}</small></h2>"
        )
        self.text.value = prose(task.words)
        self.solution.value = folded("Solution", prose(task.solution))
        visible(self.back, self.task > 0)
        further = "" if self.task + 1 < len(lesson.tasks) else _after(lesson.key)
        visible(self.next, bool(further) or self.task + 1 < len(lesson.tasks))
        # the name of the next lesson would not fit in the bar of a phone
        label = "Next lesson" if further else "Next task"
        name = f": {catalog.lessons[further].label}" if further else ""
        self.next.description, self.next.tooltip = label, label + name
        self.set_up.description = self.set_up.tooltip = f"Set up in {task.setup.area}"
        self.every.description = "Fewer settings" if self._all else "All settings"
        self.only.value = "" if self._all else hide_all_but(task.setup.controls)
        self._show_link()
        self._animate()

    def _query(self) -> str:
        """``lesson=...&task=...``; the first task goes without saying."""
        if self.opened is None:
            return ""
        return f"lesson={self.opened.key}" + (f"&task={self.task + 1}" if self.task else "")

    def _show_link(self) -> None:
        """The link of this task, with the open run."""
        run = f"&run={self._run.reference}" if self._run is not None else ""
        self.link.value = copier(
            "link of this task", f"?{self.query}{run}", address=True, words="Copy link"
        )

    # ---- the animation

    def open(self, run: LiveRun | None) -> None:
        self._run = run
        if self.opened is not None:
            self._show_link()
            self._animate()

    def update(self, run: LiveRun, changes: Changes) -> None:
        if self.opened is not None and (changes.trajectory or changes.reset):
            self._animate()

    def choice_changed(self) -> None:
        self.animation_card.add_class("is-stale")

    def choice_inspected(self, config: Experiment, result: dict[str, Any]) -> None:
        self._inspected = config, result["forward"]
        self._animate()

    def _animate(self) -> None:
        """Show the animation that fits the form, if it has been computed."""
        if self.opened is None or self._inspected is None:
            return
        config, shown = self._inspected
        run, head = self._run, _FORWARD
        if run is not None and run.trajectory and _is_model_of(run.config, config):
            shown = run.trajectory
            head = title("Denoising", f"from noise to samples of the run {run.state.name}").value
        self.animation_head.value = head
        self.animation.compare = head != _FORWARD
        if self.animation.trajectory != shown:
            self.animation.trajectory = shown
        self.animation_card.remove_class("is-stale")


def _is_model_of(config: Experiment, other: Experiment) -> bool:
    """Whether two experiments train the same model on the same data."""
    return (config.data, config.representation, config.model) == (
        other.data,
        other.representation,
        other.model,
    )


def _after(key: str) -> str:
    """The key of the next lesson; "" after the last one."""
    keys = list(catalog.lessons)
    return next(iter(keys[keys.index(key) + 1 :]), "")


def hide_all_but(controls: Sequence[str]) -> str:
    """A style sheet under which the form shows these settings alone, and no card that has none of
    them.
    """
    names = [name for name in controls if _FIELD.fullmatch(name)]
    marks = [
        f".qd-kind-{_KINDS[name]}" if name in _KINDS else f".qd-field-{name.replace('_', '-')}"
        for name in names
    ]
    rows = "".join(
        f":not(:has({mark}))" if name in _KINDS else f":not({mark})"
        for name, mark in zip(names, marks)
    )
    # the selector of a card must not contain another :has: browsers reject nested ones and
    # drop the whole rule
    inside = ", ".join(marks) or ".qd-no-field"
    hidden = (
        f".qd-choices .qd-field{rows}, .qd-choices .qd-note, .qd-choices .qd-quiet, "
        f".qd-choices .qd-card:not(:has({inside}))"
    )
    hidden += ", .qd-choices .qd-preset, .qd-choices .qd-card-preset > .qd-card-head"
    hidden += ", .qd-choices .qd-show-settings"
    # on a narrow screen the cards are folded away: those of the task are not
    shown = f".qd-app .qd-body .qd-side .qd-choices > .qd-card:has({inside})"
    return (
        f"<style>{hidden} {{ display: none !important; }} {shown} {{ display: flex "
        f"!important; }}</style>"
    )
