"""Mutations of stored files: of their bytes, of the values in their JSON, of the arrays in their
HDF5. Hypothesis chooses them.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from qdiffgui.data.hdf5 import walk
from qdiffgui.errors import ConfigError, DataError, UserError

Mutation = list[tuple[str, float, Any]]

EXAMPLES = pytest.mark.parametrize(
    "n_examples",
    [pytest.param(60, id="60"), pytest.param(1000, id="1000", marks=pytest.mark.slow)],
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.sampled_from([0, -1, 1, 1e300, -1e300, float("nan"), float("inf"), 1e12, 2**31, 10**400]),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["<script>", "\x1b[31m", "../../x", "a" * 3000, "\ud800"]),
    st.sampled_from([[], {}, [[]], [1, [2]], {"kind": "map"}, {"kind": "nothing"}, [1] * 50]),
)
_PLACE = st.floats(0, 1, exclude_max=True)
BYTES: st.SearchStrategy[Mutation] = st.lists(
    st.tuples(
        st.sampled_from(["flip", "overwrite", "cut", "insert", "repeat"]),
        _PLACE,
        st.binary(min_size=1, max_size=12),
    ),
    min_size=1,
    max_size=4,
)
JSON: st.SearchStrategy[Mutation] = st.lists(
    st.tuples(st.sampled_from(["set", "set", "set", "remove", "add"]), _PLACE, VALUES),
    min_size=1,
    max_size=3,
)
ARRAYS = [
    "remove", "add", "longer", "shorter", "flat", "scalar", "float64", "int8", "text", "nan",
    "huge", "negative", "group", "link", "twice", "attribute", "no attribute",
]  # fmt: skip
HDF5: st.SearchStrategy[Mutation] = st.lists(
    st.tuples(st.sampled_from(ARRAYS), _PLACE, VALUES), min_size=1, max_size=2
)


def check_examples(
    n_examples: int, mutations: st.SearchStrategy[Any], check: Callable[[Any], None]
) -> None:
    """Call ``check`` with that many mutations, always the same ones."""

    @settings(
        max_examples=n_examples,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(mutations)
    def examples(mutation: Any) -> None:
        check(mutation)

    examples()


def require_sentence(error: UserError) -> None:
    """An error message for a person: one line, not the whole file."""
    text = str(error)
    assert text
    assert len(text.splitlines()) == 1 or isinstance(error, ConfigError), text
    assert len(text) < 3000, text


def mutated_bytes(data: bytes, mutation: Mutation) -> bytes:
    for what, place, part in mutation:
        at = int(place * len(data))
        match what:
            case "flip":
                data = data[:at] + bytes([data[at] ^ part[0]]) + data[at + 1 :] if data else data
            case "overwrite":
                data = data[:at] + part + data[at + len(part) :]
            case "cut":
                data = data[:at]
            case "insert":
                data = data[:at] + part + data[at:]
            case "repeat":
                data = data[:at] + data[at : at + 400] + data[at:]
    return data


def mutated_json(text: bytes, mutation: Mutation) -> bytes:
    content = json.loads(text)
    for what, place, shared in mutation:
        value = copy.deepcopy(shared)  # the next change may change it
        places = list(_places(content))
        if not places:
            break
        parent, key = places[int(place * len(places))]
        if what == "remove":
            del parent[key]
        elif what == "add" and isinstance(parent, dict):
            parent[f"{key}x"] = value
        else:
            parent[key] = value
    return json.dumps(content).encode()


def _places(content: Any) -> Any:
    keys = (
        list(content)
        if isinstance(content, dict)
        else list(range(min(len(content), 8)))
        if isinstance(content, list)
        else []
    )
    for key in keys:
        yield content, key
        yield from _places(content[key])


def mutate_hdf5(path: Path, mutation: Mutation) -> None:
    with h5py.File(path, "r+") as file:
        for what, place, value in mutation:
            try:
                names = sorted(name for name, _ in walk(file, kinds="fiubcSO"))
            except DataError:  # the first mutation
                return
            if not names:
                return
            _mutate(file, names[int(place * len(names))], what, value)


def _mutate(file: h5py.File, name: str, what: str, value: Any) -> None:
    if what in ("attribute", "no attribute"):
        keys = sorted(file.attrs)
        key = keys[len(name) % len(keys)]
        del file.attrs[key]
        if what == "attribute":
            stored = isinstance(value, float) or (isinstance(value, int) and abs(value) < 2**63)
            file.attrs[key] = value if stored else json.dumps(value)
        return
    if what in ("add", "link", "twice"):
        new = f"{name.rpartition('/')[0]}/extra"
        if new in file:
            return
        if what == "add":
            file[new] = np.zeros(3, np.float32)
        else:
            file[new] = h5py.SoftLink(f"/{name}") if what == "link" else file[name]
        return
    old = file[name][()] if file[name].dtype.kind in "fiubc" else np.zeros(2)
    numbers = np.asarray(old)
    del file[name]
    if what == "remove":
        return
    if what == "group":
        file.create_group(name)
        return
    file[name] = _changed(numbers, what)


def _changed(old: np.ndarray, what: str) -> Any:
    first = old.dtype.type(0) if not old.size else old.ravel()[0]
    with np.errstate(all="ignore"):
        match what:
            case "longer":
                return np.concatenate([np.atleast_1d(old)] * 2)
            case "shorter":
                return np.atleast_1d(old)[:-1]
            case "flat":
                return old.reshape(-1, 1)
            case "scalar":
                return first
            case "float64":
                return old.real.astype(np.float64) + 0.5
            case "int8":
                return old.real.astype(np.int8)
            case "text":
                return np.full(old.shape, b"x")
            case "nan":
                return np.full(old.shape, np.nan)
            case "huge":
                most = np.iinfo(old.dtype).max if old.dtype.kind in "iu" else 3e38
                return np.full(old.shape, most, old.dtype)
            case _:
                return (old * 0 - 5).astype(old.dtype)
