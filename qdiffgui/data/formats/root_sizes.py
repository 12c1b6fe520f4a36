"""What columns of a TTree or RNTuple unpack to, according to the headers of a ROOT file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

_MOST_BASKETS = 2000
_FREE_BYTES = 64 << 20


class Sizes(NamedTuple):
    """Of some columns: all bytes when unpacked, and as stored; the number of numbers; the rows that
    are unpacked together, and the most bytes that these have."""

    unpacked: int
    stored: int
    numbers: int
    rows: int
    together: int


def of_tree(tree: Any, names: Sequence[str]) -> Sizes:
    """Of branches of a TTree."""
    branches = [tree[name] for name in names]
    numbers = sum(int(b.uncompressed_bytes) // _item_bytes(b.interpretation) for b in branches)
    rows = [int(np.diff(b.entry_offsets).max(initial=1)) for b in branches]
    return Sizes(
        sum(int(b.uncompressed_bytes) for b in branches),
        sum(int(b.compressed_bytes) for b in branches),
        numbers,
        max(rows, default=1),
        sum(map(_largest_basket, branches)),
    )


def of_ntuple(tree: Any, names: Sequence[str]) -> Sizes:
    """Of fields of an RNTuple."""
    parents = [int(record.parent_field_id) for record in tree.field_records]
    asked = {i for i, record in enumerate(tree.field_records) if record.field_name in names}
    columns = [
        (i, int(record.nbits))
        for i, record in enumerate(tree.column_records)
        if _top(int(record.field_id), parents) in asked
    ]
    unpacked, numbers, stored = [0], 0, 0
    for cluster in tree.page_link_list:
        unpacked.append(0)
        for i, bits in columns:
            if i < len(cluster):
                elements = sum(abs(int(page.num_elements)) for page in cluster[i].pages)
                stored += sum(int(page.locator.num_bytes) for page in cluster[i].pages)
                numbers += elements
                unpacked[-1] += -(-elements * bits // 8)
    rows = max((int(c.num_entries) for c in tree.cluster_summaries), default=1)
    return Sizes(sum(unpacked), stored, numbers, max(rows, 1), max(unpacked))


def _top(field: int, parents: list[int]) -> int:
    """The field of the top level that holds this one."""
    for _ in parents:
        if parents[field] == field:
            break
        field = parents[field]
    return field


def _item_bytes(interpretation: Any) -> int:
    content = getattr(interpretation, "content", interpretation)
    return max(1, int(content.to_dtype.base.itemsize)) if hasattr(content, "to_dtype") else 1


def _largest_basket(branch: Any) -> int:
    whole, n = int(branch.uncompressed_bytes), int(branch.num_baskets)
    if whole <= _FREE_BYTES or n > _MOST_BASKETS:  # few bytes, or a few bytes each
        return min(whole, max(_FREE_BYTES, 2 * whole // max(n, 1))) if n > 1 else whole
    return max((int(branch.basket_uncompressed_bytes(i)) for i in range(n)), default=0)
