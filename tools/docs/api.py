"""The pages of public Python names: what packages export, and the classes that they return."""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType
from typing import Any

from tools.docs.explanations import contents

PACKAGES = {
    "qdiffgui": "The interface: train, evaluate, load",
    "qdiffgui.exports": "Files from a run",
    "qdiffgui.testing": "Tests that a plug-in must pass",
    "qdiffgui.config": "Settings",
    "qdiffgui.models": "Models",
    "qdiffgui.evaluation": "Metrics and reports",
    "qdiffgui.engine": "The circuit simulator",
}
RETURNED = {
    "qdiffgui": (
        "qdiffgui.runs.directory.RunDirectory",
        "qdiffgui.runs.record.RunState",
        "qdiffgui.model_file.TrainedModel",
        "qdiffgui.model_card.Card",
        "qdiffgui.studies.sweep.result.SweepResult",
        "qdiffgui.studies.scaling.result.ScalingStudy",
        "qdiffgui.studies.ablation.result.AblationStudy",
        "qdiffgui.data.types.Jets",
        "qdiffgui.data.types.Table",
        "qdiffgui.data.types.Images",
        "qdiffgui.data.types.Showers",
        "qdiffgui.data.types.States",
        "qdiffgui.data.types.Densities",
        "qdiffgui.studies.scaling.cost_table.StaticCost",
        "qdiffgui.studies.scaling.static",
        "qdiffgui.registry.Registry",
        "qdiffgui.registry.Entry",
        "qdiffgui.errors.UserError",
        "qdiffgui.errors.ConfigError",
        "qdiffgui.errors.DataError",
        "qdiffgui.errors.PluginError",
    )
}
"""Classes that are returned, accepted or raised, but that no ``__all__`` on these pages exports."""


def pages() -> dict[str, str]:
    """Path of each page to its Markdown."""
    return {f"api/{package}.md": page(package) for package in PACKAGES}


def toctree() -> str:
    """The table of contents of these pages."""
    return contents("api", list(PACKAGES))


def page(package: str) -> str:
    """One page: all that a package exports. What an earlier page has is not repeated."""
    module = importlib.import_module(package)
    lines = [f"# `{package}`", f"{PACKAGES[package]}.", "```{eval-rst}"]
    for name in module.__all__:
        target = getattr(module, name)
        if _first_package(name, target) == package:
            lines += directive(f"{package}.{name}", target)
    lines += ["```"]
    if package in RETURNED:
        lines += ["## What these functions take, return and raise", "```{eval-rst}"]
        for path in RETURNED[package]:
            where, _, name = path.rpartition(".")
            lines += directive(path, getattr(importlib.import_module(where), name))
        lines += ["```"]
    return "\n\n".join(lines) + "\n"


def _first_package(name: str, target: Any) -> str:
    found = (importlib.import_module(package) for package in PACKAGES)
    return next(m.__name__ for m in found if name in m.__all__ and getattr(m, name) is target)


def directive(path: str, target: Any) -> list[str]:
    """The directive of autodoc for an object; none for modules and versions."""
    if isinstance(target, ModuleType) or path.endswith("__version__"):
        return []
    if inspect.isclass(target):
        return [f".. autoclass:: {path}\n   :members:"]
    if callable(target):
        return [f".. autofunction:: {path}"]
    return [f".. autodata:: {path}\n   :no-value:"]
