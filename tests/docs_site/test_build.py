"""The site is built as ``make docs`` builds it: any warning or broken link fails the build."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("sphinx")

from qdiffgui import catalog
from tools.docs import source


def sphinx(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments], cwd=source.ROOT, capture_output=True, text=True
    )


def test_the_site_is_built_without_a_warning(tmp_path: Path) -> None:
    site = tmp_path / "site"
    done = sphinx("tools.docs", str(site))
    assert done.returncode == 0, done.stdout + done.stderr
    for path in source.DOCS.glob("*.md"):
        assert (site / path.name).with_suffix(".html").is_file(), path.name
    for key, entry in catalog.models.items():
        assert not entry.page or "<math" in (site / "models" / f"{key}.html").read_text(), key
    index = (site / "searchindex.js").read_text()  # a script: the search works without a server
    found = json.loads(re.fullmatch(r"Search\.setIndex\((.*)\);?", index, re.DOTALL)[1])
    assert {"API", "METRICS", "models/quddpm"} <= set(found["docnames"])
    assert "wasserstein" in found["terms"]
    page = (site / "api" / "qdiffgui.html").read_text()
    assert 'id="qdiffgui.train"' in page


BROKEN = {
    "[a page](MISSING.md)": "MISSING",
    "![a picture](absent.png)": "absent.png",
    "[a heading](#nowhere)": "nowhere",
    "$\\nonsense{x}$": "nonsense",
    "{py:func}`qdiffgui.unknown`": "qdiffgui.unknown",
}
"""What is wrong in a page, and the word by which the message of the build names it."""


def test_a_broken_page_fails_the_build(tmp_path: Path) -> None:
    folder = tmp_path / "source"
    (folder / "_static").mkdir(parents=True)
    shutil.copy(source.HERE / "conf.py", folder)
    (folder / "_static" / "site.css").touch()
    (folder / "index.md").write_text("\n\n".join(["# A page", *BROKEN]) + "\n")
    strict = ("-b", "html", "--fail-on-warning", "--keep-going", "--nitpicky", "--quiet")
    done = sphinx("sphinx", *strict, str(folder), str(tmp_path / "site"))
    assert done.returncode != 0
    for word in BROKEN.values():
        assert word in done.stderr, word
