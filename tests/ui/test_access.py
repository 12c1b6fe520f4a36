"""Pages that look only: what they show, and what their kernel refuses."""

from __future__ import annotations

import pytest

from qdiffgui import paths
from qdiffgui.background.helper import HelperProcess
from qdiffgui.runs import read_only
from qdiffgui.runs.runner import Runner
from qdiffgui.runs.store import RunStore
from qdiffgui.ui import access
from qdiffgui.ui.page import Page
from tests.runs.tiny import STATES, tiny


class Nobody:
    """Looks at no choice: these tests train nothing."""

    def request(self, config, callback):
        pass

    def close(self):
        pass


@pytest.fixture
def store(tmp_path):
    """With one finished run."""
    made = RunStore(tmp_path / "runs")
    runner = Runner(made, mode="thread", warm=False)
    run = runner.submit(tiny(STATES, name="done"))
    runner.wait(run.id, 300)
    runner.close()
    return made


@pytest.fixture
def make_page(kernel, store, monkeypatch):
    made = []

    def make(**variables):
        for name in (paths.READ_ONLY, paths.OWNERS, paths.SHARED):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(getattr(paths, name), value)
        made.append(kernel.cell(lambda: Page(store, inspector=Nobody())))
        return made[-1]

    yield make
    read_only.allow_changes()
    for page in made:
        page.close()


def connect(page, search=""):
    page.browser._answer(None, {"op": "ready", "search": search}, [])


def alerts(page):
    return " ".join(line.children[0].value for line in page.alerts.root.children)


def hidden(widget):
    return "is-hidden" in widget._dom_classes


ACTIONS = {
    "start": lambda page, run: page.start._start(False),
    "twin": lambda page, run: page.start._start(True),
    "delete": lambda page, run: page.act("delete", run),
    "resume": lambda page, run: page.act("resume", run),
    "cancel": lambda page, run: page.act("cancel", run),
    "rename": lambda page, run: page.areas["Compare"]._annotate(run, "mine", ["t"], "note"),
    "pin": lambda page, run: page.areas["Compare"]._act("pin", run),
    "sample": lambda page, run: page.alerts.catch(page.areas["Samples"].generate.start),
    "study": lambda page, run: page.areas["Scale"].studies.scaling.start.click(),
    "benchmark": lambda page, run: page.areas["Compare"].benchmarks.setup.start.click(),
    "ablation": lambda page, run: page.areas["Train"].ablation.start.click(),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_what_changes_runs_is_refused_by_the_kernel(make_page, store, action):
    """As if the browser had sent the message in spite of the hidden button."""
    page = make_page(READ_ONLY="1")
    connect(page)
    (run,) = store.list()
    page.open(run.id)
    page._poll()
    ACTIONS[action](page, run.id)
    assert "read-only" in alerts(page)
    (after,) = store.list()
    assert (after.id, after.name, after.pinned, after.tags) == (run.id, "done", False, run.tags)
    assert page._runner is None
    assert sorted(path.name for path in store.root.iterdir() if path.name[0] != ".") == [run.id]


def test_a_file_is_neither_taken_nor_read(make_page, store, monkeypatch):
    page = make_page(READ_ONLY="1")
    connect(page)
    upload, sent = page.areas["Compare"].files.upload, []
    monkeypatch.setattr(upload, "send", lambda message: sent.append(message))
    upload._take(None, {"op": "begin", "name": "x.npz"}, [])
    assert [message["op"] for message in sent] == ["refused"]
    helper = HelperProcess()
    config = {"data": {"kind": "file", "path": "/etc/passwd"}}
    assert "reads no files" in helper.ask({"method": "inspect", "config": config})["error"]
    lineup = {"method": "lineup", "lineup": "jets-observables", "data": "/etc/passwd"}
    assert "reads no files" in helper.ask(lineup)["error"]
    assert "read-only" in helper.ask({"method": "generate"})["error"]
    assert helper.pid is None


def test_what_is_shown_plays_and_compares_as_ever(make_page, store):
    page = make_page(READ_ONLY="1")
    (run,) = store.list()
    connect(page, f"?run={run.id}&lesson=scrambling&task=2")
    page._poll()
    page._list()
    assert page.run.id == run.id
    assert page.areas["Samples"].animation.trajectory["frames"]
    page.areas["Compare"]._ticked([run.id])
    page.act("copy", run.id)
    page.areas["Learn"].next.click()
    assert alerts(page) == ""
    assert not hidden(page.access.note)
    assert "is-read-only" in page.root._dom_classes


def test_only_the_owner_may_do_all(make_page, store, tmp_path, monkeypatch):
    """Read-only from the start, so that a browser which says nothing may do nothing."""
    monkeypatch.setattr(access, "_owner_has_connected", lambda: False)
    page = make_page(OWNERS=str(tmp_path), SHARED="http://10.0.0.1:8866/?token=reader")
    (run,) = store.list()
    page.act("delete", run.id)
    assert "read-only" in alerts(page)
    connect(page)
    page.browser._on_press("share")
    assert not page.access.link.children
    assert not page.browser.shared
    monkeypatch.setattr(access, "_owner_has_connected", lambda: True)
    page = make_page(OWNERS=str(tmp_path), SHARED="http://10.0.0.1:8866/?token=reader")
    assert page.access.read_only
    connect(page)
    assert not page.access.read_only
    assert hidden(page.access.note)
    assert page.browser.shared
    assert page.browser.base == "http://10.0.0.1:8866/"
    page.act("delete", run.id)
    assert store.list() == []


def test_the_link_for_others_is_shown_as_a_qr_code(make_page):
    page = make_page(SHARED="http://10.0.0.1:8866/?token=all")
    connect(page)
    page.browser._on_press("share")
    (card,) = page.access.link.children
    shown = " ".join(child.value for child in card.children)
    assert 'data-text="http://10.0.0.1:8866/?token=all"' in shown
    assert "data:image/svg+xml" in shown
    assert "can do everything" in shown
    assert "not encrypted" in shown
    page.browser._on_press("share")
    assert not page.access.link.children


def test_a_page_that_is_not_shared_is_as_ever(make_page):
    page = make_page()
    connect(page)
    assert not page.access.read_only
    assert not page.browser.shared
    assert page.browser.base == ""
    page.browser._on_press("share")
    assert not page.access.link.children


def test_without_a_note_of_the_server_nobody_is_the_owner(monkeypatch, tmp_path):
    monkeypatch.delenv(paths.OWNERS, raising=False)
    assert not access._owner_has_connected()
    monkeypatch.setenv(paths.OWNERS, str(tmp_path))
    assert not access._owner_has_connected(), "this process is no kernel"
    kernel = "01234567-89ab-cdef-0123-456789abcdef"
    monkeypatch.setattr(
        "ipykernel.connect.get_connection_file", lambda: f"/run/user/1/kernel-{kernel}.json"
    )
    assert not access._owner_has_connected()
    (tmp_path / kernel).touch()
    assert access._owner_has_connected()
