from __future__ import annotations

import sys

from qdiffgui import paths


def test_an_extra_is_installed_by_the_python_that_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert paths.install("figures").startswith(sys.executable)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "my venv" / "bin" / "python"))
    assert paths.install("figures") == "'my venv/bin/python' -m pip install 'qdiffgui[figures]'"
