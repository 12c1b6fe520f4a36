/* A pad on which points are drawn: a stroke of mouse, pen or finger scatters points around it. Keys:
   arrows move a cross, with Shift in larger steps; space or Enter puts points there. The kernel gets
   all points after each stroke, as float32 x and y within -1 and 1. */

const SPREAD = 0.03; /* of the points around the pointer, in units of the pad */
const GAP = 0.004; /* a point for so much way of the pointer */
const DAB = 12; /* points of a tap */
const QUIET = 350; /* ms after the last key, before the kernel is told */

function render({ model, el }) {
  el.classList.add("qd-pad");
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application");
  canvas.setAttribute(
    "aria-label",
    "Drawing pad: draw with the pointer, or move the cross with the arrow keys and press space",
  );
  const bar = node("div", "qd-pad-bar"),
    count = node("output", "qd-pad-count");
  const button = (label, title, act) => {
    const made = node("button", "qd-button", label);
    made.type = "button";
    made.title = title;
    made.addEventListener("click", act);
    return made;
  };
  bar.append(
    count,
    button("Undo stroke", "Remove the points of the last stroke", () => takeBack()),
    button("Clear", "Remove all points", () => clear()),
  );
  el.append(canvas, bar);

  /** @type {Array<[number, number]>} */
  let points = [];
  let strokes = [],
    last = null,
    cross = [0, 0],
    shown = false,
    sent = model.get("answered"),
    side = 0,
    timer = 0;
  const normal = () => {
    const radius = Math.sqrt(-2 * Math.log(1 - Math.random())),
      angle = 2 * Math.PI * Math.random();
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  };
  const most = () => model.get("most");
  function put(x, y) {
    if (points.length >= most()) return;
    const [u, v] = normal(),
      inside = (value) => Math.max(-1, Math.min(1, value));
    points.push([inside(x + SPREAD * u), inside(y + SPREAD * v)]);
  }
  function begin() {
    if (!model.get("is_drawn")) points = []; /* a shape is not what the user draws */
    strokes.push(points.length);
  }
  function tell() {
    clearTimeout(timer);
    timer = 0;
    const flat = new Float32Array(points.flat());
    sent += 1; /* until the kernel answers, the model holds what was drawn before */
    model.set("is_drawn", true);
    model.send({ op: "drawn", number: sent }, undefined, [flat.buffer]);
  }
  function takeBack() {
    if (!strokes.length) return;
    points.length = Math.min(points.length, strokes.pop());
    draw();
    tell();
  }
  function clear() {
    points = [];
    strokes = [];
    draw();
    tell();
  }

  function draw() {
    const width = Math.min(el.clientWidth, 420);
    if (width < 40) {
      side = 0;
      return;
    }
    side = width;
    const scale = window.devicePixelRatio || 1,
      g = canvas.getContext("2d");
    canvas.style.width = canvas.style.height = `${side}px`;
    canvas.width = canvas.height = Math.round(side * scale);
    g.setTransform(scale, 0, 0, scale, 0, 0);
    /** @type {(point: number[]) => [number, number]} */
    const at = ([x, y]) => [((x + 1) / 2) * side, ((1 - y) / 2) * side];
    g.strokeStyle = css("--qd-line");
    g.lineWidth = 1;
    g.beginPath();
    for (const k of [-0.5, 0, 0.5]) {
      const [x, y] = at([k, k]);
      g.moveTo(x, 0);
      g.lineTo(x, side);
      g.moveTo(0, y);
      g.lineTo(side, y);
    }
    g.stroke();
    g.fillStyle = css(model.get("is_drawn") || timer || last ? "--qd-accent" : "--qd-real");
    g.globalAlpha = 0.7;
    for (const point of points) {
      const [x, y] = at(point);
      g.beginPath();
      g.arc(x, y, 1.7, 0, 7);
      g.fill();
    }
    g.globalAlpha = 1;
    if (shown) {
      const [x, y] = at(cross);
      g.strokeStyle = css("--qd-ink");
      g.lineWidth = 1.5;
      g.beginPath();
      g.moveTo(x - 8, y);
      g.lineTo(x + 8, y);
      g.moveTo(x, y - 8);
      g.lineTo(x, y + 8);
      g.stroke();
    }
    const least = model.get("least"),
      n = points.length;
    if (n < least)
      text(g, "Draw here", side / 2, side / 2 - 8, {
        size: 15,
        align: "center",
        color: "--qd-ink",
        weight: 600,
      });
    count.textContent =
      n < least
        ? `${n} points: ${least} at least`
        : n >= most()
          ? `${formatNumber(n)} points, the most`
          : `${formatNumber(n)} points`;
  }

  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    return [
      (2 * (event.clientX - box.left)) / box.width - 1,
      1 - (2 * (event.clientY - box.top)) / box.height,
    ];
  };
  function end() {
    if (!last) return;
    last = null;
    tell();
    draw();
  }
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button || last) return;
    canvas.setPointerCapture(event.pointerId);
    shown = false;
    begin();
    last = place(event);
    for (let k = 0; k < DAB; k++) put(last[0], last[1]);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!last) return;
    const passed = event.getCoalescedEvents?.() || [];
    for (const step of passed.length ? passed : [event]) {
      const next = place(step),
        way = Math.hypot(next[0] - last[0], next[1] - last[1]),
        n = Math.floor(way / GAP);
      for (let k = 1; k <= n; k++)
        put(last[0] + ((next[0] - last[0]) * k) / n, last[1] + ((next[1] - last[1]) * k) / n);
      if (n) last = next;
    }
    draw();
  });
  canvas.addEventListener("pointerup", end);
  canvas.addEventListener("pointercancel", end);
  const MOVES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const move = MOVES[event.key];
    if (move) {
      const step = event.shiftKey ? 0.2 : 0.05;
      const inside = (value) => Math.max(-1, Math.min(1, value));
      cross = [inside(cross[0] + step * move[0]), inside(cross[1] + step * move[1])];
    } else if (event.key === " " || event.key === "Enter") {
      if (!timer) begin();
      clearTimeout(timer);
      timer = setTimeout(tell, QUIET);
      for (let k = 0; k < DAB; k++) put(cross[0], cross[1]);
    } else return;
    shown = true;
    event.preventDefault();
    draw();
  });
  canvas.addEventListener("focus", () => {
    shown = canvas.matches(":focus-visible");
    draw();
  });
  canvas.addEventListener("blur", () => {
    shown = false;
    draw();
  });

  function fresh() {
    if (last || timer || model.get("answered") < sent) return; /* what is drawn here is newer */
    const data = model.get("points");
    const flat = data
      ? new Float32Array(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength))
      : [];
    /** @type {Array<[number, number]>} */
    const found = [];
    for (let k = 0; k + 1 < flat.length; k += 2) found.push([flat[k], flat[k + 1]]);
    if (found.length !== points.length) strokes = [];
    points = found;
    draw();
  }
  model.on("change:points change:is_drawn change:answered", fresh);
  const resized = new ResizeObserver(() => {
    if (Math.abs(Math.min(el.clientWidth, 420) - side) > 1) draw();
  });
  const rethemed = new MutationObserver(draw);
  resized.observe(el);
  rethemed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  fresh();
  return () => {
    clearTimeout(timer);
    resized.disconnect();
    rethemed.disconnect();
    model.off("change:points change:is_drawn change:answered", fresh);
  };
}

export default { render };
