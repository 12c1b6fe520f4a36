from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from qdiffgui import catalog
from qdiffgui.runs.store import RunStore
from tests.cli.conftest import Command


def test_settings_are_shown_without_loading_a_model(command: Command, tmp_path: Path) -> None:
    key = "quddpm-cluster-1q"
    shown = command("inspect", key, "--settings", "--set", "seed=3").json
    preset = catalog.presets[key].load()
    changed = {"seed": 3, "name": f"{preset.name}, seed 3"}
    assert shown == json.loads(preset.model_dump_json()) | changed
    (file := tmp_path / "settings.json").write_text(json.dumps(shown))
    assert command("inspect", "--config", file, "--settings").json == shown
    code = (
        "import sys; from qdiffgui.cli.program import run; "
        f"run(['inspect', '{key}', '--settings']); sys.exit('torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 0


def test_plots_need_a_folder(command: Command, tmp_path: Path) -> None:
    run = RunStore(tmp_path / "runs").create(catalog.presets["quddpm-cluster-1q"].load())
    for option in ("--plots", "--figures"):
        target = tmp_path / "figs.pdf"
        ended = command("export", run.id, option, target, "--runs", tmp_path / "runs")
        assert (ended.status, "--format pdf" in ended.err) == (2, True)
        assert not target.exists()
