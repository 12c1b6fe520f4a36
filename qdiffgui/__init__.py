"""qdiffgui: see, train and judge quantum diffusion models for high-energy physics.

``qdiffgui.load(path).sample(n, label="gluon")`` reads an exported model and gives physical jets. Everything heavier than
that is imported on use: importing the package needs neither torch nor PennyLane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["__version__", "load"]

if TYPE_CHECKING:
    from qdiffgui.model_file import load


def __getattr__(name: str) -> Any:
    if name == "load":
        from qdiffgui.model_file import load

        return load
    raise AttributeError(f"module 'qdiffgui' has no attribute '{name}'")
