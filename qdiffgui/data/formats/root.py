"""ROOT files: a TTree or RNTuple with a list of particles per jet. Needs uproot, an optional extra.

Only numeric branches of the chosen tree are read; nothing else in the file is interpreted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from qdiffgui import paths
from qdiffgui.config.columns import Columns
from qdiffgui.data.formats import checks, guard
from qdiffgui.data.formats.jagged import open_jagged
from qdiffgui.data.formats.layout import Layout
from qdiffgui.data.formats.root_sizes import Sizes, of_ntuple, of_tree
from qdiffgui.data.types import Array
from qdiffgui.errors import DataError, UserError

COLUMNS = True
"""The names of the branches are free: ``open_layout`` takes what the user said about them."""
MAX_TOGETHER = 128 << 20
"""Most bytes that may have to be unpacked together."""
_DIRECT_BYTES = 4 << 20
_TREES = ("TTree", "ROOT::RNTuple")


class RootFile:
    """An open ROOT file. ``trees`` are the names of its TTrees and RNTuples."""

    def __init__(self, file: Any) -> None:
        self._file = file
        kinds = file.classnames(recursive=True, cycle=False)
        self.trees = [name for name, kind in kinds.items() if kind in _TREES]

    def table(self, name: str = "") -> RootTable:
        """The tree of that name; by default the only one.

        Raises ``DataError`` if there is none, or several and no name is given.
        """
        if not name and len(self.trees) == 1:
            name = self.trees[0]
        if name not in self.trees:
            shown = ", ".join(f"'{checks.one_line(tree, 24)}'" for tree in self.trees[:6])
            remedy = "say which with 'tree=' in data.columns" if shown else "choose another file"
            expected = f"'{checks.one_line(name)}'" if name else "one TTree or RNTuple"
            raise DataError(f"Expected {expected}; found {shown or 'none'}: {remedy}.")
        return RootTable(self._file[name], name)


class RootTable:
    """A TTree or RNTuple as a ``jagged.JaggedTable``."""

    def __init__(self, tree: Any, name: str) -> None:
        self._tree, self.name = tree, checks.one_line(name)
        self.n = int(tree.num_entries)
        self.is_ntuple = hasattr(tree, "cluster_summaries")
        read_names = _ntuple_columns if self.is_ntuple else _branches
        self.lists, self.numbers = read_names(tree)
        checks.size(self.n, 0, "jet")
        self._sizes: dict[tuple[str, ...], Sizes] = {}
        self._kept: dict[tuple[str, ...], tuple[int, Any]] = {}

    def sample_bytes(self, names: Sequence[str]) -> int:
        """Bytes of these columns per jet as 64-bit numbers; refuses far more than is stored."""
        return max(1, 8 * self._checked_sizes(self._asked(names)).numbers // max(self.n, 1))

    def read_lists(self, names: Sequence[str], start: int, stop: int) -> tuple[list[Array], Array]:
        """Columns of these rows, flat, and the number of particles of each jet (n,)."""
        import awkward as ak

        found = self._arrays(names, start, stop)
        flat: list[Array] = []
        counts: Array | None = None
        for name in names:
            part = found[name]
            mine = np.asarray(ak.num(part, axis=1), dtype=np.int64)
            if counts is not None and not np.array_equal(counts, mine):
                raise DataError(
                    f"Expected lists of the same lengths in '{checks.one_line(names[0])}' and "
                    f"'{checks.one_line(name)}'; they differ: choose columns of the same particles."
                )
            counts = mine
            flat.append(np.asarray(ak.flatten(part, axis=1)))
        return flat, np.zeros(stop - start, np.int64) if counts is None else counts

    def read_number(self, name: str, start: int, stop: int) -> Array:
        """A column of numbers, (n,)."""
        return np.asarray(self._arrays([name], start, stop)[name])

    def _arrays(self, names: Sequence[str], start: int, stop: int) -> dict[str, Any]:
        """Awkward arrays by name; "group.field" is a field of a list of records."""
        found = self._rows(self._asked(names), start, stop)
        if len(found) != stop - start:
            raise DataError(
                f"Expected {stop} rows in the tree '{self.name}'; the file is truncated: copy it "
                "again."
            )
        if not self.is_ntuple:
            return {name: found[name] for name in names}
        out = {}
        for name in names:
            top, _, field = name.partition(".")
            out[name] = found[top][field] if field else found[top]
        return out

    def _asked(self, names: Sequence[str]) -> tuple[str, ...]:
        """What has to be read for these columns: of an RNTuple, whole fields of the top level."""
        if not self.is_ntuple:
            return tuple(names)
        return tuple(dict.fromkeys(name.partition(".")[0] for name in names))

    def _rows(self, asked: tuple[str, ...], start: int, stop: int) -> Any:
        """These rows; baskets and clusters that hold many rows are unpacked once for several
        slices."""
        sizes = self._checked_sizes(asked)
        if sizes.together <= _DIRECT_BYTES:
            return self._read(asked, start, stop)
        rows, parts = sizes.rows, []
        while start < stop:
            first = start // rows * rows
            if asked not in self._kept or self._kept[asked][0] != first:
                self._kept.pop(asked, None)  # freed before the next one is unpacked
                block = self._read(asked, first, min(first + rows, self.n))
                self._kept[asked] = first, block
            end = min(stop, first + rows)
            parts.append(self._kept[asked][1][start - first : end - first])
            start = end
        if len(parts) == 1:
            return parts[0]
        import awkward as ak

        return ak.concatenate(parts)

    def _read(self, asked: tuple[str, ...], start: int, stop: int) -> Any:
        return self._tree.arrays(list(asked), entry_start=start, entry_stop=stop)

    def _checked_sizes(self, asked: tuple[str, ...]) -> Sizes:
        if asked not in self._sizes:
            measured = of_ntuple if self.is_ntuple else of_tree
            sizes = measured(self._tree, asked)
            stored = min(sizes.stored, int(self._tree.file.source.num_bytes))
            guard.require_stored(sizes.unpacked, stored, self.name)
            if sizes.together > MAX_TOGETHER:
                what = "clusters" if self.is_ntuple else "baskets"
                raise DataError(
                    f"Expected {what} of at most {MAX_TOGETHER >> 20} MB; found "
                    f"{sizes.together / 1e9:,.1f} GB together in the columns of particles: write "
                    f"the file with smaller {what}."
                )
            self._sizes[asked] = sizes
        return self._sizes[asked]


@contextmanager
def open_root(path: Path) -> Iterator[RootFile]:
    """A ROOT file. Damage found at any time raises ``DataError``, and so does a missing uproot."""
    try:
        import uproot
    except ImportError as error:
        raise DataError(
            f"uproot, which reads ROOT files, is not installed: {paths.install('root')}"
        ) from error
    try:
        # read, not mapped: pages of a mapped file would count as memory of this process
        with uproot.open(
            path, handler=uproot.MultithreadedFileSource, num_workers=1, array_cache=None
        ) as file:
            yield RootFile(file)
    except UserError:
        raise
    except MemoryError:
        raise
    # uproot raises errors of many kinds, also AssertionError and struct.error, for damaged files
    except Exception as error:
        raise DataError(
            f"Expected a complete ROOT file; '{checks.one_line(path.name)}' is truncated, damaged "
            f"or not readable ({type(error).__name__}): copy it again."
        ) from error


def matches(file: RootFile) -> bool:
    """Whether the file has a TTree or RNTuple."""
    return bool(file.trees)


def open_layout(
    file: RootFile, path: Path, channels: str = "sum", columns: Columns | None = None
) -> Layout:
    """Branches with lists: pt, eta, phi (absolute, or relative to the axis: deta, dphi), or px, py,
    pz, and optionally energy and PDG ids; optionally branches with a label (1 quark, 0 gluon) and
    the jet pT.
    """
    columns = columns or Columns()
    return open_jagged(
        file.table(columns.named.get("tree", "")), "root", "Jets in a ROOT file", columns
    )


def _branches(tree: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Names and types of the numeric branches of a TTree: lists, and single numbers."""
    import uproot

    lists: dict[str, str] = {}
    numbers: dict[str, str] = {}
    for name, branch in tree.items(recursive=True, full_paths=False):
        kind = branch.interpretation
        shown = checks.one_line(branch.typename)
        if isinstance(kind, uproot.AsJagged) and _numeric(kind.content):
            lists[name] = shown
        elif _numeric(kind):
            (lists if kind.to_dtype.shape else numbers)[name] = shown
    return lists, numbers


def _numeric(kind: Any) -> bool:
    import uproot

    if not isinstance(kind, uproot.AsDtype):
        return False
    dtype = kind.to_dtype
    return dtype.base.kind in "fiub" and len(dtype.shape) <= 1


def _ntuple_columns(tree: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Names and types of the numeric fields of an RNTuple: lists, and single numbers."""
    import awkward as ak

    lists: dict[str, str] = {}
    numbers: dict[str, str] = {}
    forms, numeric = ak.forms, _primitive
    top: Mapping[str, Any] = dict(zip(*_fields(tree.to_akform())))
    for name, form in top.items():
        if numeric(form):
            numbers[name] = form.primitive
        elif isinstance(form, (forms.ListOffsetForm, forms.RegularForm)):
            if numeric(form.content):
                lists[name] = f"{form.content.primitive}[]"
            elif isinstance(form.content, forms.RecordForm):
                for field, inner in zip(*_fields(form.content)):
                    if numeric(inner):
                        lists[f"{name}.{field}"] = f"{inner.primitive}[]"
    return lists, numbers


def _fields(form: Any) -> tuple[list[str], list[Any]]:
    record = form[0] if isinstance(form, tuple) else form
    return list(record.fields), list(record.contents)


def _primitive(form: Any) -> bool:
    import awkward as ak

    return (
        isinstance(form, ak.forms.NumpyForm)
        and not form.inner_shape
        and (form.primitive.startswith(("float", "int", "uint", "bool")))
    )
