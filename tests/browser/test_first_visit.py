"""The very first visit, in a real browser: an example moves before anything is trained."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PATIENCE, Server, Visitor

pytestmark = pytest.mark.browser

MOVES = """() => {
  const bar = document.querySelector(".qd-area-samples .qd-animation input[type=range]");
  if (!bar) return false;
  window.__seen = (window.__seen ?? new Set()).add(bar.value);
  return window.__seen.size > 2;
}"""


def test_an_example_plays_at_once(tmp_path, browser):
    server = Server(tmp_path / "runs", examples=True, warm=False)
    try:
        context = browser.new_context()
        visitor = Visitor(context, server)
        visitor.open()
        visitor.page.wait_for_function(MOVES, timeout=PATIENCE)
        assert "Example" in visitor.page.inner_text(".qd-header")
        assert "run=examples/example-circle" in visitor.page.url
        assert not visitor.errors
        visitor.close()
        context.close()
    finally:
        server.close()
    assert not (tmp_path / "runs").exists() or not list((tmp_path / "runs").glob("2*"))
