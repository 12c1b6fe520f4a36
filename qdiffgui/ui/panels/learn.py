"""Guided lessons: the list, the text of the open lesson, and a banner with the current task
above every area.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import ipywidgets as w

from qdiffgui import catalog, lessons
from qdiffgui.lessons import Lesson, Task
from qdiffgui.ui.area import Area, Host
from qdiffgui.ui.markdown import prose
from qdiffgui.ui.markup import (
    box,
    bullets,
    button,
    card,
    copied,
    esc,
    folded,
    formulas,
    note,
    title,
    view,
    visible,
)

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
_ABOUT = (
    "Guided lessons in the app. Each task sets up the page, shows only the settings it "
    "needs and has a solution you can open. Lessons build on each other but also work "
    "alone, and each has a link to share."
)


class Learn(Area):
    """``begin(key)`` opens a lesson, ``leave`` ends it. While one is open, the form shows only
    the controls of its current task.
    """

    name = "Learn"

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self.opened: Lesson | None = None
        self.task = 0
        self._all = False
        offers = box(
            [self._offer(i, key) for i, key in enumerate(catalog.lessons, start=1)], "qd-lessons"
        )
        self.list = box([view(note(_ABOUT)), offers], "qd-panel")
        self.head, self.words, self.goals, self.address = view(""), formulas(), view(""), view("")
        self.lesson_card = card(
            self.head,
            self.words,
            title("After this lesson you can", level=3),
            self.goals,
            self.address,
            box([button("Show all lessons", self.leave)], "qd-row"),
        )
        self.root = box([self.list, self.lesson_card], "qd-panel")
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
        self.where = view("")
        self.text = formulas()
        self.only = view("")  # a style that hides the settings which the task does not need
        self.back = button("Back", lambda: self.go(self.task - 1), "qd-lesson-back")
        self.set_up = button(
            "Set up",
            lambda: self.host.alerts.catch(self._set_up),
            "qd-primary qd-lesson-set-up",
        )
        self.next = button(
            "Next task", lambda: self.host.alerts.catch(self._go_on), "qd-lesson-next"
        )
        self.every = button("Show all settings", self._toggle, "qd-quiet")
        end = button("End lesson", self.leave, "qd-quiet qd-lesson-end")
        row = box([self.back, self.set_up, self.next, self.every, end], "qd-row")
        self.banner = card(self.where, self.text, row, self.only, css="qd-task")

    # ---- going through it

    def lesson(self, key: str) -> bool:
        """Open the lesson that the address asks for."""
        self.begin(key)
        return True

    def begin(self, key: str) -> None:
        """Open the lesson ``key`` at its first task and set that up; raises ``ConfigError`` for an
        unknown one.
        """
        self.opened = lessons.load(key)
        self.host.show(self.name)
        self.go(0)
        self._load(self.opened.tasks[0])
        self.query = f"lesson={key}"
        self.host.update_address()
        self.host.browser.announce(f"Lesson {self.opened.title} is open.")

    def leave(self) -> None:
        """End lesson: all settings show again, as they are."""
        self.opened = None
        self.query = ""
        self.host.update_address()
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
        visible(self.lesson_card, lesson is not None)
        visible(self.banner, lesson is not None)
        self.only.value = ""
        if lesson is None:
            return
        task = lesson.tasks[self.task]
        self.head.value = title(
            lesson.title, f"{len(lesson.tasks)} tasks: read this, then do the task above the tabs"
        ).value
        self.words.value, self.goals.value = prose(lesson.words), bullets(lesson.goals, "qd-goals")
        self.address.value = copied(
            "Link", f"?lesson={lesson.key}", "opens this lesson", address=True
        )
        number = f"Task {self.task + 1} of {len(lesson.tasks)}"
        self.where.value = (
            "<h2 "
            f'class="qd-title"><span>{esc(task.name)}</span><small>{esc(lesson.title)} · '
            f"{number}</small></h2>"
        )
        self.text.value = prose(task.words) + folded("Solution", prose(task.solution))
        visible(self.back, self.task > 0)
        further = "" if self.task + 1 < len(lesson.tasks) else _after(lesson.key)
        visible(self.next, bool(further) or self.task + 1 < len(lesson.tasks))
        for made, words in (
            (
                self.next,
                f"Next lesson: {catalog.lessons[further].label}" if further else "Next task",
            ),
            (self.set_up, f"Set up in {task.setup.area}"),
        ):
            made.description = made.tooltip = words
        self.every.description = (
            "Show only the task's settings" if self._all else "Show all settings"
        )
        self.only.value = "" if self._all else hide_all_but(task.setup.controls)


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
    # on a narrow screen the cards are folded away: those of the task are not
    shown = f".qd-app .qd-body .qd-side .qd-choices > .qd-card:has({inside})"
    return (
        f"<style>{hidden} {{ display: none !important; }} {shown} {{ display: flex "
        f"!important; }}</style>"
    )
