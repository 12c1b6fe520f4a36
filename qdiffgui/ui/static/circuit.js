/* A circuit as inline SVG from a plain gate list: crisp, themed, parameters on hover or focus;
   arrow keys go from gate to gate. After the last gate stands what happens to each wire: read-out,
   reset, or the next use. Long circuits show their beginning first; below stands a table of the
   gates. */

const STEP = 42,
  ROW = 38,
  LEFT = 64,
  FIRST = 44,
  NAMED = 92; /* room for where outcomes and states go */
const SVG = "http://www.w3.org/2000/svg";
const svg = (tag, attributes, words) => {
  const node = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes || {})) node.setAttribute(key, value);
  if (words !== undefined) node.textContent = words;
  return node;
};
const CONTROLLED = {
  CNOT: ["●", "⊕"],
  CX: ["●", "⊕"],
  CZ: ["●", "●"],
  CY: ["●", "Y"],
  CRX: ["●", "RX"],
  CRY: ["●", "RY"],
  CRZ: ["●", "RZ"],
  SWAP: ["×", "×"],
  Toffoli: ["●", "●", "⊕"],
};
const SHORT = {
  Hadamard: "H",
  PauliX: "X",
  PauliY: "Y",
  PauliZ: "Z",
  IsingXX: "XX",
  IsingYY: "YY",
  IsingZZ: "ZZ",
  IsingXY: "XY",
  PhaseShift: "P",
  MultiRZ: "Z…Z",
  GlobalPhase: "phase",
  "Adjoint(S)": "S†",
  "Adjoint(T)": "T†",
};

/* The first free column of each gate: gates on disjoint spans of wires share one. */
function place(gates, n) {
  const free = new Array(n).fill(0);
  return gates.map((gate) => {
    const wires = gate.wires.length ? gate.wires : [...Array(n).keys()];
    const low = Math.min(...wires),
      high = Math.max(...wires);
    const column = Math.max(...free.slice(low, high + 1));
    free.fill(column + 1, low, high + 1);
    return { ...gate, wires, column };
  });
}

function describe(gate, angle) {
  const parts = [
    `${gate.name} on ${gate.wires.length > 1 ? "wires" : "wire"} ${gate.wires.join(", ")}`,
  ];
  if (gate.angle) parts.push(`angle ${gate.angle}`);
  if (angle !== null && angle !== undefined) parts.push(`= ${angle.toFixed(3)} rad`);
  else if (gate.inputs && gate.inputs.length) parts.push("set by the sample");
  return parts.join("  ·  ");
}

/* "Wire 3", "Wires 0 to 5", "Wires 0, 2". */
function namedWires(wires) {
  const low = Math.min(...wires),
    high = Math.max(...wires),
    row = wires.length > 2 && high - low === wires.length - 1;
  return wires.length > 1
    ? `Wires ${row ? `${low} to ${high}` : wires.join(", ")}`
    : `Wire ${wires[0]}`;
}

/* Where the ends of the wires are drawn from ``x`` on: marks { kind, wire, x, shows, words }, the
   line of the outcomes ({ from, x, to, label }; null without) and the width of all. */
function layoutEnds(ends, n, x) {
  const marks = [],
    resets = ends.some((end) => end.reset),
    middle = x + STEP / 2,
    last = middle + (resets ? STEP : 0) + STEP / 2,
    named = ends.some((end) => end.to);
  for (const { wires, kind, shows, about, to, reset } of ends) {
    wires.forEach((wire, i) => {
      const words = `${namedWires(wires)}: ${about}`;
      if (kind === "keep")
        marks.push({ kind, wire, x: last, shows: i ? "" : to && `→ ${to}`, words });
      else marks.push({ kind, wire, x: middle, shows, words });
      if (reset) marks.push({ kind: "reset", wire, x: middle + STEP, shows: "|0⟩", words });
    });
  }
  const read = ends.filter((end) => end.kind === "measure"),
    label = [...new Set(read.map((end) => end.to))].filter(Boolean).join(", ");
  const outcomes = read.length
    ? { wires: read.flatMap((end) => end.wires), x: middle, to: last, label: label && `→ ${label}` }
    : null;
  return { marks, outcomes, width: ends.length ? last - x + (named ? NAMED : 12) : 0 };
}

function drawEnds({ marks, outcomes }, n, tip) {
  const y = (wire) => 22 + wire * ROW,
    drawn = [];
  if (outcomes) {
    const register = y(n) - 6,
      line = svg("g", { class: "outcomes" });
    for (const wire of outcomes.wires)
      for (const off of [-1.5, 1.5])
        line.append(
          svg("line", {
            x1: outcomes.x + off,
            x2: outcomes.x + off,
            y1: y(wire) + 13,
            y2: register,
          }),
        );
    for (const off of [-1.5, 1.5])
      line.append(
        svg("line", { x1: outcomes.x, x2: outcomes.to, y1: register + off, y2: register + off }),
      );
    line.append(
      svg("text", { x: outcomes.to + 4, y: register + 4, class: "name" }, outcomes.label),
    );
    drawn.push(line);
  }
  for (const { kind, wire, x, shows, words } of marks) {
    const at = y(wire),
      group = svg("g", {
        class: `gate end ${kind}`,
        tabindex: "-1",
        role: "img",
        "aria-label": words,
      });
    const enter = () => {
      tip.textContent = words;
    };
    group.addEventListener("pointerenter", enter);
    group.addEventListener("focus", enter);
    if (kind === "keep")
      group.append(
        svg("path", { d: `M${x - 7} ${at - 4}l7 4l-7 4`, class: "link" }),
        svg("text", { x: x + 6, y: at + 4, class: "name" }, shows),
      );
    else if (kind === "trace")
      group.append(
        svg("path", {
          d: `M${x} ${at - 10}v20M${x + 5} ${at - 6}v12M${x + 10} ${at - 2}v4`,
          class: "link",
        }),
      );
    else group.append(svg("rect", { x: x - 17, y: at - 13, width: 34, height: 26, rx: 5 }));
    if (kind === "reset")
      group.append(svg("text", { x, y: at + 4, "text-anchor": "middle", "font-size": 12 }, shows));
    if (kind === "measure" || kind === "discard") {
      const up = shows ? 0 : 5;
      group.append(
        svg("path", {
          d: `M${x - 9} ${at + 1 + up}a9 9 0 0 1 18 0M${x} ${at + 1 + up}l6 -9`,
          class: "link",
        }),
        svg("text", { x, y: at + 11, "text-anchor": "middle", "font-size": 9 }, shows || ""),
      );
    }
    drawn.push(group);
  }
  return drawn;
}

function drawGate(gate, angle, tip) {
  const x = LEFT + gate.column * STEP + STEP / 2,
    y = (wire) => 22 + wire * ROW;
  const words = describe(gate, angle);
  const group = svg("g", {
    class: `gate${gate.inputs && gate.inputs.length ? " data" : gate.weights && gate.weights.length ? " weight" : ""}`,
    tabindex: "-1",
    role: "img",
    "aria-label": words,
  });
  const enter = () => {
    tip.textContent = words;
  };
  group.addEventListener("pointerenter", enter);
  group.addEventListener("focus", enter);
  const marks = CONTROLLED[gate.name];
  if (gate.wires.length > 1)
    group.append(
      svg("line", {
        x1: x,
        x2: x,
        y1: y(Math.min(...gate.wires)),
        y2: y(Math.max(...gate.wires)),
        class: "link",
      }),
    );
  gate.wires.forEach((wire, i) => {
    const mark = marks ? marks[i] : (SHORT[gate.name] ?? gate.name);
    if (mark === "●") group.append(svg("circle", { cx: x, cy: y(wire), r: 4.5, class: "dot" }));
    else if (mark === "⊕")
      group.append(
        svg("circle", { cx: x, cy: y(wire), r: 9, class: "plus" }),
        svg("path", { d: `M${x - 9} ${y(wire)}h18M${x} ${y(wire) - 9}v18`, class: "plus" }),
      );
    else if (mark === "×")
      group.append(svg("path", { d: `M${x - 6} ${y(wire) - 6}l12 12m0-12l-12 12`, class: "link" }));
    else
      group.append(
        svg("rect", { x: x - 17, y: y(wire) - 13, width: 34, height: 26, rx: 5 }),
        svg(
          "text",
          { x, y: y(wire) + 4, "text-anchor": "middle", "font-size": mark.length > 3 ? 9 : 12 },
          mark.length > 6 ? mark.slice(0, 5) + "…" : mark,
        ),
      );
  });
  return group;
}

function render({ model, el }) {
  el.classList.add("qd-circuit");
  let all = false;
  const drawing = node("div");
  el.append(drawing);
  const rowsOf = (circuit) =>
    circuit.gates.map((gate, i) => {
      const angle = circuit.angles ? circuit.angles[i] : null;
      return [
        i + 1,
        gate.name,
        gate.wires.join(", "),
        gate.angle || "",
        angle === null || angle === undefined ? "" : angle,
        gate.inputs?.length ? "sample" : gate.weights?.length ? "trained" : "fixed",
      ];
    });
  const endRows = (circuit) =>
    (circuit.ends || []).map(({ wires, kind, shows, to, about }) => [
      wires.join(", "),
      { measure: "measured", discard: "measured", trace: "traced out", keep: "kept" }[kind],
      shows,
      to,
      about,
    ]);
  const refreshTable = tableDrawer(el, () => {
    const circuit = model.get("circuit");
    return circuit?.gates
      ? [
          {
            caption: `Gates of ${circuit.name}`,
            head: ["gate", "name", "wires", "angle", "value now / rad", "set by"],
            rows: rowsOf(circuit),
          },
          ...(circuit.ends?.length
            ? [
                {
                  caption: "After the last gate",
                  head: ["wires", "", "gives", "goes to", ""],
                  rows: endRows(circuit),
                },
              ]
            : []),
        ]
      : [];
  });
  const draw = () => {
    const circuit = model.get("circuit");
    drawing.replaceChildren();
    if (!circuit || !circuit.gates) return;
    const n = circuit.n_qubits,
      gates = place(circuit.gates, n);
    const depth = gates.reduce((most, gate) => Math.max(most, gate.column + 1), 0),
      shown = all ? depth : Math.min(depth, FIRST);
    refreshTable();
    const tip = Object.assign(document.createElement("p"), {
      className: "qd-note qd-circuit-tip",
      textContent: "Hover over a gate, or select it with the arrow keys, to see its parameter.",
    });
    const cut = depth > shown ? 26 : 0,
      stop = LEFT + shown * STEP + cut,
      ends = layoutEnds(circuit.ends || [], n, stop);
    const width = stop + (ends.width || 24),
      height = n * ROW + 10 + (ends.outcomes ? 20 : 0);
    /* a wire ends at what happens to it last */
    const endOf = (wire) =>
      Math.max(...ends.marks.filter((mark) => mark.wire === wire).map((mark) => mark.x), 0) ||
      width - 12;
    const picture = svg("svg", {
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "group",
      "aria-label": `Circuit ${circuit.name}: ${n} qubits, ${gates.length} gates, depth ${depth}`,
    });
    for (let wire = 0; wire < n; wire++) {
      const ancilla = wire >= n - (circuit.n_ancillas || 0),
        y = 22 + wire * ROW;
      picture.append(
        svg("line", { x1: LEFT - 14, x2: endOf(wire), y1: y, y2: y, class: "wire" }),
        svg(
          "text",
          { x: LEFT - 20, y: y + 4, "text-anchor": "end", class: "name" },
          ancilla ? `anc ${wire}` : `q ${wire}`,
        ),
      );
    }
    gates.forEach((gate, i) => {
      if (gate.column < shown)
        picture.append(drawGate(gate, circuit.angles ? circuit.angles[i] : null, tip));
    });
    if (cut) picture.append(svg("text", { x: stop - 22, y: height / 2, class: "name" }, "⋯"));
    picture.append(...drawEnds(ends, n, tip));
    const scroll = Object.assign(document.createElement("div"), {
      className: "qd-scroll",
      tabIndex: 0,
    });
    scroll.setAttribute("role", "region");
    scroll.setAttribute("aria-label", "Circuit drawing, scrolls horizontally");
    scroll.append(picture);
    scroll.addEventListener("keydown", (event) => {
      const gatesDrawn = [...picture.querySelectorAll(".gate")],
        now = gatesDrawn.indexOf(document.activeElement),
        step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step || !gatesDrawn.length) return;
      gatesDrawn[Math.max(0, Math.min(gatesDrawn.length - 1, now < 0 ? 0 : now + step))].focus();
      event.preventDefault();
    });
    const after = Object.assign(document.createElement("ul"), { className: "qd-note" });
    const uses =
      circuit.repeated > 1 ? [`Used ${formatNumber(circuit.repeated)} times per sample.`] : [];
    const sentences = (circuit.ends || []).map(
      ({ wires, about }) => `${namedWires(wires)}: ${about}`,
    );
    after.append(
      ...[...sentences, ...uses].map((words) =>
        Object.assign(document.createElement("li"), { textContent: words }),
      ),
    );
    drawing.append(scroll, tip);
    if (after.childElementCount) drawing.append(after);
    if (depth > shown || (all && depth > FIRST)) {
      const more = Object.assign(document.createElement("button"), {
        type: "button",
        className: "qd-button",
        textContent: all ? "Show fewer columns" : `Show all ${depth} columns (${shown} shown)`,
      });
      more.addEventListener("click", () => {
        all = !all;
        draw();
      });
      drawing.append(more);
    }
  };
  model.on("change:circuit", draw);
  draw();
  return () => model.off("change:circuit", draw);
}

export default { render };
