"""A circuit as one SVG file, in the layout of the page's drawing; hovering shows the angles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from qdiffgui.plots.theme import MODEL, SECOND

_STEP, _ROW, _LEFT, _TOP, _GAP = 42, 38, 64, 46, 26
_COLUMNS = 32  # per line; a longer circuit continues on the next line
_INK, _WIRE, _MUTED = "#1c2430", "#9aa4b2", "#5b6673"
_CONTROLLED = {
    "CNOT": "●⊕",
    "CX": "●⊕",
    "CZ": "●●",
    "CY": "●Y",
    "SWAP": "××",
    "Toffoli": "●●⊕",
}
_TURNED = {"CRX": "RX", "CRY": "RY", "CRZ": "RZ", "CRot": "Rot"}
_SHORT = {
    "Hadamard": "H",
    "PauliX": "X",
    "PauliY": "Y",
    "PauliZ": "Z",
    "IsingXX": "XX",
    "IsingYY": "YY",
    "IsingZZ": "ZZ",
    "IsingXY": "XY",
    "PhaseShift": "P",
    "MultiRZ": "Z…Z",
    "GlobalPhase": "phase",
    "Adjoint(S)": "S†",
    "Adjoint(T)": "T†",
}


def circuit_svg(circuit: Mapping[str, Any]) -> str:
    """A circuit as SVG.

    Gates with a trained angle are blue; gates whose angle is an input are orange.

    Parameters
    ----------
    circuit : mapping
        The result of ``circuits.drawing.plain``.
    """
    n = int(circuit["n_qubits"])
    columns = place([_wires(gate, n) for gate in circuit["gates"]], n)
    depth = max(columns, default=-1) + 1
    n_lines = max(-(-depth // _COLUMNS), 1)
    width = _LEFT + min(max(depth, 1), _COLUMNS) * _STEP + 24
    block = n * _ROW + _GAP
    height = _TOP + n_lines * block
    words = f"{circuit['name']}: {n} qubits, {len(columns)} gates, depth {depth}"
    words += (
        f", used {circuit['repeated']} times per sample"
        if int(circuit.get("repeated", 1)) > 1
        else ""
    )
    parts = [_head(width, height, words)]
    for line in range(n_lines):
        first = line * _COLUMNS
        here = [i for i, column in enumerate(columns) if first <= column < first + _COLUMNS]
        parts += _line(circuit, columns, here, first, _TOP + line * block)
    return "\n".join([*parts, "</svg>", ""])


def place(wires: Sequence[Sequence[int]], n_qubits: int) -> list[int]:
    """The first free column of each gate, given the wires of each.

    Gates on disjoint spans of wires share a column.
    """
    free = [0] * n_qubits
    columns = []
    for on in wires:
        span = range(min(on), max(on) + 1)
        column = max(free[wire] for wire in span)
        for wire in span:
            free[wire] = column + 1
        columns.append(column)
    return columns


def _wires(gate: Mapping[str, Any], n_qubits: int) -> list[int]:
    return list(gate["wires"]) or list(range(n_qubits))


def _head(width: int, height: int, words: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 '
        f'{width} {height}" '
        f'font-family="system-ui, sans-serif" font-size="12">\n<title>{escape(words)}</title>\n'
        f'<rect width="100%" height="100%" fill="#fff"/>\n'
        f'<text x="12" y="22" font-size="14" font-weight="600" fill="{_INK}">{escape(words)}</text>'
    )


def _line(
    circuit: Mapping[str, Any], columns: Sequence[int], here: Sequence[int], first: int, top: int
) -> Iterator[str]:
    n, n_ancillas = int(circuit["n_qubits"]), int(circuit.get("n_ancillas", 0))
    last = max((columns[i] for i in here), default=first) - first + 1
    for wire in range(n):
        y, name = top + 14 + wire * _ROW, "anc" if wire >= n - n_ancillas else "q"
        yield (
            f'<line x1="{_LEFT - 14}" x2="{_LEFT + last * _STEP + 6}" y1="{y}" y2="{y}" '
            f'stroke="{_WIRE}"/>'
        )
        yield (
            f'<text x="{_LEFT - 20}" y="{y + 4}" text-anchor="end" fill="{_MUTED}">{name} '
            f"{wire}</text>"
        )
    for i in here:
        gate = circuit["gates"][i]
        yield from _gate(
            gate,
            _wires(gate, n),
            circuit["angles"][i],
            _LEFT + (columns[i] - first) * _STEP + _STEP // 2,
            top + 14,
        )


def _gate(
    gate: Mapping[str, Any], wires: Sequence[int], angle: float | None, x: int, top: int
) -> Iterator[str]:
    edge, fill = (
        (SECOND, "#fff4e5")
        if gate["inputs"]
        else (MODEL, "#eef0fb")
        if gate["weights"]
        else (_WIRE, "#f5f7fa")
    )
    yield f"<g><title>{escape(describe(gate, angle))}</title>"
    ys = [top + wire * _ROW for wire in wires]
    if len(ys) > 1:
        yield (
            f'<line x1="{x}" x2="{x}" y1="{min(ys)}" y2="{max(ys)}" stroke="{_INK}" '
            'stroke-width="1.5"/>'
        )
    for mark, y in zip(_marks(gate["name"], len(wires)), ys):
        if mark == "●":
            yield f'<circle cx="{x}" cy="{y}" r="4.5" fill="{_INK}"/>'
        elif mark in ("⊕", "×"):
            cross = (
                f"M{x - 9} {y}h18M{x} {y - 9}v18"
                if mark == "⊕"
                else f"M{x - 6} {y - 6}l12 12m0-12l-12 12"
            )
            ring = (
                f'<circle cx="{x}" cy="{y}" r="9" fill="#fff" stroke="{_INK}" stroke-width="1.5"/>'
                if mark == "⊕"
                else ""
            )
            yield f'{ring}<path d="{cross}" stroke="{_INK}" stroke-width="1.5" fill="none"/>'
        else:
            size = 9 if len(mark) > 3 else 12
            yield (
                f'<rect x="{x - 17}" y="{y - 13}" width="34" height="26" rx="5" fill="{fill}" '
                f'stroke="{edge}"/>'
            )
            yield (
                f'<text x="{x}" y="{y + 4}" text-anchor="middle" font-size="{size}" '
                f'font-weight="600" fill="{_INK}">{escape(mark)}</text>'
            )
    yield "</g>"


def describe(gate: Mapping[str, Any], angle: float | None) -> str:
    """A gate in words: its wires and, if it has one, its angle in radians."""
    parts = [
        (
            f"{gate['name']} on {'wires' if len(gate['wires']) > 1 else 'wire'} "
            f"{', '.join(map(str, gate['wires']))}"
        )
    ]
    if gate.get("angle"):
        parts.append(f"angle {gate['angle']}")
    if angle is not None:
        parts.append(f"= {angle:.3f} rad")
    elif gate["inputs"]:
        parts.append("set by an input")
    return " · ".join(parts)


def _marks(name: str, n_wires: int) -> list[str]:
    known = _CONTROLLED.get(name) or (["●", _TURNED[name]] if name in _TURNED else None)
    if known is not None and len(known) == n_wires:
        return list(known)
    short = _SHORT.get(name, name)
    return [short if len(short) <= 6 else f"{short[:5]}…"] * n_wires
