"""The tests of the toy package run where it is installed only; see ``test_toy_package``."""

from __future__ import annotations

from importlib.util import find_spec

collect_ignore = [] if find_spec("qdiffgui_toy") else ["toy"]
