"""Find the model file that a command line names."""

from __future__ import annotations

from pathlib import Path

from qdiffgui.cli.options import find_run
from qdiffgui.errors import UserError


def find_model(name: str, runs: Path | None) -> Path:
    """The model file at a path, or the one of a run. Raises ``UserError`` if there is none yet."""
    path = Path(name)
    if path.is_file():
        return path
    if path.suffix in (".h5", ".hdf5"):
        raise UserError(f"There is no file '{path}': check the path of the model.")
    run = find_run(name, runs)
    if not run.model_file.exists():
        raise UserError(
            f"The run '{run.id}' is {run.state().status} and has no model yet: 'qdiffgui export "
            f"{run.id} --model FILE' writes one from its last checkpoint."
        )
    return run.model_file
