"""Energy flow polynomials (Komiske, Metodiev and Thaler, arXiv:1712.07124): all 36 with at most 4
edges.

The polynomial of a loopless multigraph G with N vertices is EFP_G = Σ_{i_1...i_N} z_{i_1} ...
z_{i_N} Π_{edges (k,l)} θ_{i_k i_l} with z the pT and θ = ΔR (β = 1), neither normalized further.
That of a disconnected graph is the product of those of its pieces. With at most 4 edges, every
graph can be reduced by eliminating vertices with one or two neighbors, so no sum runs over more
than three particles at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, combinations_with_replacement, permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Graph = tuple[tuple[int, int], ...]
MAX_EDGES = 4
_SLICE = 256


@cache
def graphs(max_edges: int = MAX_EDGES) -> tuple[tuple[Graph, ...], ...]:
    """All loopless multigraphs with at most ``max_edges`` edges that EnergyFlow lists, each as a
    tuple of its connected pieces, ordered by the number of edges. The first one, a single vertex
    without edges, is the empty tuple. A piece is a sorted tuple of vertex pairs; a multiple edge
    repeats its pair.
    """
    pieces = connected(max_edges)
    found: list[tuple[Graph, ...]] = []
    for n_edges in range(max_edges + 1):
        for count in range(n_edges + 1):
            chosen = combinations_with_replacement(pieces, count)
            found += [group for group in chosen if sum(map(len, group)) == n_edges]
    return tuple(found)


@cache
def connected(max_edges: int) -> tuple[Graph, ...]:
    """One representative of each isomorphism class of connected loopless multigraphs with 1 to
    ``max_edges`` edges.
    """
    found: dict[Graph, None] = {}
    for n_edges in range(1, max_edges + 1):
        for n in range(2, n_edges + 2):
            for edges in combinations_with_replacement(list(combinations(range(n), 2)), n_edges):
                if _is_connected(edges, n):
                    found[_canonical(edges, n)] = None
    return tuple(found)


def _is_connected(edges: Graph, n: int) -> bool:
    reached = {0}
    for _ in range(n):
        reached |= {v for edge in edges for v in edge if reached & set(edge)}
    return len(reached) == n


def _canonical(edges: Graph, n: int) -> Graph:
    """The least of all relabelings of the vertices, the same for isomorphic graphs."""
    return min(
        tuple(sorted((min(p[a], p[b]), max(p[a], p[b])) for a, b in edges))
        for p in permutations(range(n))
    )


def efps(clouds: Array, chosen: tuple[tuple[Graph, ...], ...] | None = None) -> Array:
    """Energy flow polynomials of jets, by default all 36 with at most 4 edges.

    They equal those of EnergyFlow and JetNet. The graph without edges has one vertex: its
    polynomial is Σ z.

    Parameters
    ----------
    clouds : ndarray, shape (n, n_particles, 3)
        Jets: eta and phi (rad) and pT of each particle; particles of pT 0 are padding.
    chosen : tuple of graphs, optional
        Which polynomials, as in ``efp.graphs``; all 36 by default.

    Returns
    -------
    ndarray, shape (n, 36) or (n, len(chosen)), float64
        One column for each graph, in units of pT to the power of the number of vertices.

    References
    ----------
    Komiske, Metodiev and Thaler, arXiv:1712.07124.

    Examples
    --------
    >>> import numpy as np
    >>> from qdiffgui.evaluation import efps
    >>> two = np.array([[[0.0, 0.0, 0.5], [0.3, 0.4, 0.5]]])
    >>> values = efps(two)
    >>> values.shape
    (1, 36)
    >>> values[0, :2]  # z₁ + z₂, then 2 z₁ z₂ ΔR₁₂
    array([1.  , 0.25])
    """
    wanted = graphs() if chosen is None else chosen
    parts = [_slice(clouds[i : i + _SLICE], wanted) for i in range(0, len(clouds), _SLICE)]
    return np.concatenate(parts) if parts else np.zeros((0, len(wanted)))


def four_point_primes() -> tuple[tuple[Graph, ...], ...]:
    """The five connected graphs with 4 vertices and 4 edges, whose W1 JetNet averages in W1-EFP
    (arXiv:2106.11535).
    """
    return tuple(
        group
        for group in graphs()
        if len(group) == 1 and len(group[0]) == 4 and max(map(max, group[0])) == 3
    )


def _slice(clouds: Array, wanted: tuple[tuple[Graph, ...], ...]) -> Array:
    clouds = np.asarray(clouds, np.float64)
    z = clouds[:, :, 2]
    theta = np.hypot(*(clouds[:, :, None, k] - clouds[:, None, :, k] for k in (0, 1)))
    powers = {1: theta} | {m: theta**m for m in range(2, MAX_EDGES + 1)}
    pieces = {
        piece: _evaluate(piece, z, powers)
        for piece in dict.fromkeys(p for group in wanted for p in group)
    }
    columns = [
        np.prod([pieces[piece] for piece in group], axis=0) if group else z.sum(axis=1)
        for group in wanted
    ]
    return np.stack(columns, axis=1)


def _evaluate(graph: Graph, z: Array, powers: Mapping[int, Array]) -> Array:
    """One connected piece: vertices with one or two neighbors are summed out until one is left."""
    weights = {v: z for edge in graph for v in edge}
    edges: dict[tuple[int, int], Array] = {
        pair: powers[graph.count(pair)] for pair in dict.fromkeys(graph)
    }
    while len(weights) > 1:
        v, neighbors = next(
            (v, around) for v, around in _neighbors(edges, weights) if len(around) <= 2
        )
        matrices = [_take(edges, v, u) for u in neighbors]
        summed = weights.pop(v)
        if len(neighbors) == 1:
            u = neighbors[0]
            weights[u] = weights[u] * np.einsum("bi,biu->bu", summed, matrices[0])
        else:
            a, b = neighbors
            path = (matrices[0] * summed[:, :, None]).transpose(0, 2, 1) @ matrices[1]
            edges[a, b] = edges[a, b] * path if (a, b) in edges else path
    (last,) = weights.values()
    return np.asarray(last.sum(1))


def _neighbors(
    edges: Mapping[tuple[int, int], Array], weights: Mapping[int, Array]
) -> Iterator[tuple[int, list[int]]]:
    for v in weights:
        yield v, sorted({b if a == v else a for a, b in edges if v in (a, b)})


def _take(edges: dict[tuple[int, int], Array], v: int, u: int) -> Array:
    """Remove the edge between v and u and return its matrix, with the particles of v as rows."""
    return edges.pop((v, u)) if (v, u) in edges else edges.pop((u, v)).transpose(0, 2, 1)
