"""Get Chromium for the browser tests where it is missing: Debian's package as root, Playwright's
own elsewhere.

Never fails: without a browser the tests say in one line that they were left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

SYSTEM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The browser to drive: one of the system's, or Playwright's own."""
    for name in SYSTEM:
        if path := shutil.which(name):
            return path
    try:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as playwright:
            path = playwright.chromium.executable_path
        return path if Path(path).exists() else None
    except Exception:
        return None


def get() -> str | None:
    """Find a browser, or install one and find it."""
    if path := find():
        return path
    print("Getting Chromium for the browser tests ...", flush=True)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    if root and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(
            [
                "apt-get",
                "install",
                "-y",
                "-qq",
                "--no-install-recommends",
                "chromium",
                "fonts-dejavu-core",
            ],
            env=environment,
            **quiet,
        )
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], **quiet)
    return find()


if __name__ == "__main__":
    if not get():
        print(
            "No Chromium could be had: the browser tests are left out. Install Chromium and "
            "run "
            "make test again to have them."
        )
