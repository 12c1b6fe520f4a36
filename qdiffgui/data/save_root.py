"""Jets as a ROOT file with one TTree, written by uproot."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qdiffgui import paths
from qdiffgui.data.types import Array, Jets, Table
from qdiffgui.errors import UserError

_ROWS = 20_000
"""Jets per basket of each branch."""


def save_root(path: Path, content: Jets | Table) -> None:
    """Write the tree ``jets``, readable by ``formats.root``.

    Jets with constituents have the branches ``constituent_pt`` (GeV), ``constituent_deta`` and
    ``constituent_dphi`` (rad, relative to the jet axis), ``constituent_pid`` if PDG ids are known,
    ``jet_pt`` and ``label`` (1 quark, 0 gluon, -1 unlabeled). Tables have one branch per observable
    and ``label``.

    Parameters
    ----------
    path : Path
        The file.
    content : Jets or Table
        What to write.

    Raises
    ------
    UserError
        If uproot is not installed.
    """
    try:
        import uproot
    except ImportError as error:
        raise UserError(
            f"uproot, which writes ROOT files, is not installed: {paths.install('root')}"
        ) from error
    if isinstance(content, Table):
        flat = {name: np.asarray(values) for name, values in content.values.items()}
        lists: dict[str, Array] = {}
        offsets = np.zeros(len(content) + 1, np.int64)
    else:
        flat = {"jet_pt": content.jet_pt}
        lists = {"pt": content.pt, "deta": content.eta, "dphi": content.phi}
        if content.pid is not None:
            lists["pid"] = content.pid
        offsets = content.offsets
    flat["label"] = content.label
    with uproot.recreate(path) as file:
        types = {f"constituent_{name}": f"var * {v.dtype}" for name, v in lists.items()}
        tree = file.mktree("jets", {**types, **{name: v.dtype for name, v in flat.items()}})
        for start in range(0, len(content), _ROWS):
            rows = slice(start, min(start + _ROWS, len(content)))
            tree.extend(
                {
                    **{f"constituent_{k}": _lists(v, offsets, rows) for k, v in lists.items()},
                    **{name: values[rows] for name, values in flat.items()},
                }
            )


def _lists(values: Array, offsets: Array, rows: slice) -> object:
    """These rows of a ragged column as an awkward array."""
    import awkward as ak

    mine = offsets[rows.start : rows.stop + 1]
    return ak.unflatten(values[mine[0] : mine[-1]], np.diff(mine))
