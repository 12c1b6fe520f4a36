"""A circuit as one SVG file, in the layout of the page's drawing; hovering shows the angles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape

from qdiffgui.plots.theme import MODEL, SECOND

_STEP, _ROW, _LEFT, _TOP, _GAP = 42, 38, 64, 46, 26
_NAMED, _LINE = 96, 18  # room for where outcomes and states go; height of a sentence
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

    Gates with a trained angle are blue; gates whose angle is an input are orange. After the last
    gate stands what happens to each wire: it is measured, reset, traced out, or goes on.

    Parameters
    ----------
    circuit : mapping
        The result of ``circuits.drawing.plain``.
    """
    n = int(circuit["n_qubits"])
    columns = place([_wires(gate, n) for gate in circuit["gates"]], n)
    depth = max(columns, default=-1) + 1
    n_lines = max(-(-depth // _COLUMNS), 1)
    ends = circuit.get("ends") or []
    after = _width_of(ends)
    last = depth - (n_lines - 1) * _COLUMNS
    width = _LEFT + max(min(max(depth, 1), _COLUMNS) * _STEP + 24, last * _STEP + after)
    block = n * _ROW + _GAP
    sentences = [_sentence(end) for end in ends]
    register = _GAP if any(end["kind"] == "measure" for end in ends) else 0
    foot = _TOP + n_lines * block + register
    height = foot + len(sentences) * _LINE
    width = max([width, *(24 + 7 * len(sentence) for sentence in sentences)])
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
        is_last = line == n_lines - 1
        parts += _line(circuit, columns, here, first, _TOP + line * block, is_last=is_last)
    parts += [
        f'<text x="12" y="{foot + 4 + i * _LINE}" fill="{_MUTED}">{escape(sentence)}</text>'
        for i, sentence in enumerate(sentences)
    ]
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
    circuit: Mapping[str, Any],
    columns: Sequence[int],
    here: Sequence[int],
    first: int,
    top: int,
    *,
    is_last: bool,
) -> Iterator[str]:
    n, n_ancillas = int(circuit["n_qubits"]), int(circuit.get("n_ancillas", 0))
    last = max((columns[i] for i in here), default=first - 1) - first + 1
    ends = circuit.get("ends") or [] if is_last else []
    stop = _LEFT + last * _STEP
    reach = dict.fromkeys(range(n), stop + 6)
    for end in ends:
        for wire in end["wires"]:
            kept, columns_used = end["kind"] == "keep", 1 + _has_reset(ends)
            more = columns_used * _STEP if kept else _STEP // 2 + _STEP * end["reset"]
            reach[wire] = stop + more
    for wire in range(n):
        y, name = top + 14 + wire * _ROW, "anc" if wire >= n - n_ancillas else "q"
        yield (f'<line x1="{_LEFT - 14}" x2="{reach[wire]}" y1="{y}" y2="{y}" stroke="{_WIRE}"/>')
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

    yield from _ends(ends, stop, top + 14, n)


def _has_reset(ends: Sequence[Mapping[str, Any]]) -> bool:
    return any(end["reset"] for end in ends)


def _width_of(ends: Sequence[Mapping[str, Any]]) -> int:
    return (1 + _has_reset(ends)) * _STEP + _NAMED if ends else 24


def _sentence(end: Mapping[str, Any]) -> str:
    wires = [int(wire) for wire in end["wires"]]
    named = ", ".join(map(str, wires))
    if len(wires) > 2 and max(wires) - min(wires) == len(wires) - 1:
        named = f"{min(wires)} to {max(wires)}"
    return f"{'Wires' if len(wires) > 1 else 'Wire'} {named}: {end['about']}"


def _ends(ends: Sequence[Mapping[str, Any]], x0: int, top: int, n: int) -> Iterator[str]:
    """What happens to the wires from ``x0`` on, and the double line of the outcomes."""
    x, register = x0 + _STEP // 2, top + n * _ROW - 6
    stop = x0 + (1 + _has_reset(ends)) * _STEP
    ink = f'stroke="{_INK}" stroke-width="1.5" fill="none"'
    targets: list[str] = []
    for end in ends:
        yield f'<g class="end"><title>{escape(_sentence(end))}</title>'
        for i, wire in enumerate(end["wires"]):
            y = top + wire * _ROW
            if end["kind"] == "keep":
                yield f'<path d="M{stop - 7} {y - 4}l7 4l-7 4" {ink}/>'
                if i == 0 and end["to"]:
                    yield _text(f"→ {end['to']}", stop + 6, y + 4)
            elif end["kind"] == "trace":
                marks = f"M{x} {y - 10}v20M{x + 5} {y - 6}v12M{x + 10} {y - 2}v4"
                yield f'<path d="{marks}" {ink}/>'
            else:
                used = end["kind"] == "measure"
                if used:
                    for off in (-1.5, 1.5):
                        yield _wire(x + off, x + off, y + 13, register)
                yield _box(x, y, dashed=not used)
                up = 0 if end["shows"] else 5
                arc = f"M{x - 9} {y + 1 + up}a9 9 0 0 1 18 0M{x} {y + 1 + up}l6 -9"
                yield f'<path d="{arc}" {ink}/>'
                yield _text(end["shows"], x, y + 11, 'text-anchor="middle" font-size="9"')
            if end["reset"]:
                yield _box(x + _STEP, y)
                yield _text("|0⟩", x + _STEP, y + 4, 'text-anchor="middle"')
        yield "</g>"
        if end["kind"] == "measure" and end["to"] not in targets:
            targets.append(end["to"])
    if targets:
        for off in (-1.5, 1.5):
            yield _wire(x, stop, register + off, register + off)
        yield _text(f"→ {', '.join(targets)}", stop + 6, register + 4)


def _text(words: str, x: float, y: float, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" fill="{_MUTED}" {more}>{escape(words)}</text>'


def _wire(x1: float, x2: float, y1: float, y2: float) -> str:
    return f'<line x1="{x1}" x2="{x2}" y1="{y1}" y2="{y2}" stroke="{_MUTED}"/>'


def _box(x: float, y: float, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="3 3"' if dashed else ""
    return (
        f'<rect x="{x - 17}" y="{y - 13}" width="34" height="26" rx="5" fill="#fff" '
        f'stroke="{_WIRE}"{dash}/>'
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
