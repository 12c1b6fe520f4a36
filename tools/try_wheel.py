"""Install a wheel into an empty environment and use it from an unrelated folder: train a small run,
open the app, export, load and sample.

    python tools/try_wheel.py dist/qdiffgui-*.whl [--python python3.12] [--borrow]

What the wheel needs comes from the registry, pinned; with ``--borrow`` from the environment of this
Python, so that no network is needed. The exit status is 0 if everything worked.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import sysconfig
import tempfile
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SMALL = [
    *("--set", "model.schedule.n_steps=2", "--set", "training.iterations=20"),
    *("--set", "evaluation.n_generated=50", "--set", "data.n_states=100"),
]
LOAD = """
import sys, qdiffgui
from pathlib import Path
assert Path(qdiffgui.__file__).is_relative_to(sys.prefix), qdiffgui.__file__
model = qdiffgui.load("model.h5")
assert len(model.sample(7, seed=1)) == 7
assert model.card is not None and model.card.evaluation is not None
print(model)
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--python", default=sys.executable, help="the Python to try it with")
    parser.add_argument("--borrow", action="store_true", help="use the packages of this Python")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qdiffgui-wheel-") as name:
        folder = Path(name)
        environment = folder / "environment"
        wheel = options.wheel.resolve()
        (borrow if options.borrow else install)(wheel, environment, options.python)
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        use(environment / "bin", elsewhere, share=options.borrow)
    print("The wheel works.")
    return 0


def borrow(wheel: Path, environment: Path, python: str) -> None:
    """A new environment with the wheel, and with the packages of this Python behind it. Its .pth
    files are not read there, so that a checkout installed here stays invisible.
    """
    subprocess.run([python, "-m", "venv", environment], check=True)
    inside = environment / "bin" / "python"
    subprocess.run([inside, "-m", "pip", "install", "-q", "--no-deps", wheel], check=True)
    site = Path(
        subprocess.run(
            [inside, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    )
    (site / "borrowed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")


def install(wheel: Path, environment: Path, python: str) -> None:
    """A new environment with the wheel and all that it needs, pinned."""
    setup = [python, ROOT / "tools" / "setup_venv.py", environment, "--package", wheel]
    subprocess.run([*setup, "--extra", "app"], check=True)


def use(programs: Path, folder: Path, *, share: bool) -> None:
    """What a first user does, in ``folder``. Raises ``CalledProcessError`` if a step fails."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("QDIFFGUI_", "PYTHON", "JUPYTER", "VIRTUAL_ENV"))
    }
    plain |= {"HOME": str(folder), "QDIFFGUI_CACHE": str(folder / "cache")}
    if share:  # borrowed packages have their templates there
        plain["JUPYTER_PATH"] = str(Path(sys.prefix) / "share" / "jupyter")

    def run(*command: str | Path) -> None:
        print("$", Path(command[0]).name, *command[1:3], "...", flush=True)
        subprocess.run(command, cwd=folder, env=plain, check=True, stdout=subprocess.DEVNULL)

    program = programs / "qdiffgui"
    run(program, "train", "quddpm-cluster-1q", *SMALL, "--name", "first")
    run(
        program, "export", "first", "--model", "model.h5", "--card", "card.md", "--report", "r.html"
    )
    run(programs / "python", "-c", LOAD)
    open_app(program, folder, plain)


def open_app(program: Path, folder: Path, environment: dict[str, str]) -> None:
    """Start the app, and read its page by the printed address."""
    command = [program, "app", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if "running at" in line:
                address = line.split()[-1]
                break
        else:
            raise RuntimeError("the app ended before it printed its address")
        with urllib.request.urlopen(address, timeout=120) as answer:
            page = answer.read().decode()
        assert answer.status == 200
        assert "qdiffgui" in page
        print("$ qdiffgui app: its page answers", flush=True)
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


if __name__ == "__main__":
    sys.exit(main())
