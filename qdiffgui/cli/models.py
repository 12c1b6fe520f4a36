"""Find the model that a command line names."""

from __future__ import annotations

from pathlib import Path

from qdiffgui.cli.options import find_run
from qdiffgui.errors import UserError


def find_model(name: str, runs: Path | None) -> Path:
    """A model file by its path, or that of a run; raises ``UserError`` where there is none (yet)."""
    path = Path(name)
    if path.is_file():
        return path
    if path.suffix in (".h5", ".hdf5"):
        raise UserError(f"There is no file '{path}': check the path of the model.")
    run = find_run(name, runs)
    if not run.model_file.exists():
        raise UserError(
            f"The run '{run.id}' is {run.state().status} and has no model yet: 'qdiffgui export {run.id} --model FILE' makes one of "
            "its last checkpoint."
        )
    return run.model_file
