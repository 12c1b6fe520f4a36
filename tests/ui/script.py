"""Runs the JavaScript of our widgets in node, without a browser: pure functions, and what a drawing
asks of its canvas.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import Any

import pytest

from qdiffgui.ui.widgets.source import javascript

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
_PAGE = """
globalThis.window = globalThis;
globalThis.document = { documentElement: {} };
globalThis.getComputedStyle = () => ({ getPropertyValue: (name) => name });
/* A canvas that writes down what it is asked: [what, arguments, settings at that time]. */
globalThis.recorder = () => {
  const asked = [], set = { globalAlpha: 1, dash: [] };
  return new Proxy({ asked }, {
    get: (target, name) => name === "asked" ? asked
      : name === "measureText" ? (text) => ({ width: 6.5 * text.length })
      : name === "setLineDash" ? (dash) => { set.dash = dash; }
      : name in set ? set[name]
      : (...given) => { asked.push([name, given, { ...set }]); },
    set: (target, name, value) => { set[name] = value; return true; },
  });
};
const words = (canvas) =>
  canvas.asked.filter(([what]) => what === "fillText").map(([, given]) => given);
"""


def evaluate(expression: str, *files: str) -> Any:
    """The value of an expression, by way of JSON, where the functions of ``files`` are known.

    ``recorder()`` is a canvas that writes down in ``.asked`` what is drawn, and ``words(canvas)``
    lists its texts as [text, x, y].
    """
    source = f"{_PAGE}\n{javascript(*files)}\nconsole.log(JSON.stringify({expression}));"
    done = subprocess.run(
        ["node", "--input-type=module", "-"],
        input=source,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
