/* Quantum states of one qubit on the Bloch sphere, on a canvas. It comes after draw.js. */

const AZIMUTH = 0.6,
  ELEVATION = 0.32; /* from here |0⟩, |+⟩ and |+i⟩ are on the near side */
const ARC_STEPS = 16,
  N_PATHS = 3,
  CLICK = 12;
/** @type {Array<[string, number[]]>} */
const POLES = [
  ["|0⟩", [0, 0, 1.13]],
  ["|1⟩", [0, 0, -1.13]],
  ["|+⟩", [1.15, 0, 0]],
  ["|−⟩", [-1.15, 0, 0]],
  ["|+i⟩", [0, 1.15, 0]],
  ["|−i⟩", [0, -1.15, 0]],
];

/* A point [x, y, z] as seen from there: to the right, up, and toward the viewer. */
function project([x, y, z], { azimuth, elevation }) {
  const along = x * Math.cos(azimuth) + y * Math.sin(azimuth),
    right = -x * Math.sin(azimuth) + y * Math.cos(azimuth);
  const ce = Math.cos(elevation),
    se = Math.sin(elevation);
  return [right, z * ce - along * se, along * ce + z * se];
}

/* The way from a to b: the shortest on the surface for pure states, which cannot leave it, and
   straight through the ball for mixed ones. */
function arc(a, b, mixed) {
  const length = (p) => Math.hypot(...p),
    dot = (p, q) => p[0] * q[0] + p[1] * q[1] + p[2] * q[2],
    times = (p, f) => p.map((v) => v * f);
  if (mixed || length(a) < 1e-6 || length(b) < 1e-6) return [a, b];
  const from = times(a, 1 / length(a)),
    to = times(b, 1 / length(b)),
    angle = Math.acos(Math.max(-1, Math.min(1, dot(from, to))));
  if (angle < 1e-3) return [from, to];
  /* the direction of departure; between opposite points any one will do */
  const seed = angle < Math.PI - 1e-3 ? to : Math.abs(from[2]) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const off = seed.map((v, k) => v - dot(seed, from) * from[k]),
    leave = times(off, 1 / length(off));
  return Array.from({ length: ARC_STEPS + 1 }, (_, i) => {
    const t = (angle * i) / ARC_STEPS;
    return from.map((v, k) => v * Math.cos(t) + leave[k] * Math.sin(t));
  });
}

/* Whether a point is on the far side; the middle counts as near. */
const isBehind = (point, view) => project(point, view)[2] < -1e-3;

const meanOf = (points) =>
  [0, 1, 2].map((k) => points.reduce((sum, p) => sum + p[k], 0) / (points.length || 1));

/* The paths of the samples ``chosen`` through the frames up to ``at``. */
function pathsTo(frames, at, chosen) {
  if (!frames[0]?.bloch || at < 1) return [];
  return chosen
    .filter((k) => k < frames[0].bloch.length)
    .map((k) => frames.slice(0, at + 1).map((f) => f.bloch[k]));
}

/* The sample drawn at (x, y), the nearest to the viewer of those within reach; -1 if none is. */
function sampleAt(points, view, geometry, x, y) {
  let best = -1,
    score = Infinity;
  points.forEach((point, k) => {
    const [u, v, depth] = project(point, view);
    const away = Math.hypot(
      geometry.cx + geometry.radius * u - x,
      geometry.cy - geometry.radius * v - y,
    );
    if (away <= CLICK && away - 4 * depth < score) [best, score] = [k, away - 4 * depth];
  });
  return best;
}

/* In a low window the sphere is smaller, so that its time bar is in view with it. */
function sphereSize(width, top) {
  const most = Math.max(220, ofWindow(0.55) - 160),
    size = Math.min(width > 1100 ? 460 : 330, width, most),
    side = width > 620;
  return {
    size,
    side,
    cx: side ? Math.min(size / 2 + 30, width / 4) : width / 2,
    cy: top + size / 2,
    radius: size / 2 - 22,
  };
}

function drawBloch(g, width, frame, truth, view) {
  const mixed = frame.kind === "density",
    held = truth && truth.bloch ? truth.bloch : null;
  const mean = meanOf(frame.bloch),
    size_ = (v) => Math.hypot(...v).toFixed(2),
    behind = Math.hypot(...mean) > 0.05 && isBehind(mean, view) ? " (behind)" : "";
  const top = legend(g, width, [
    { dot: "--qd-model", words: frame.noun || (truth ? "generated" : "samples") },
    ...(held ? [{ dot: "--qd-real", words: "held out" }] : []),
    {
      arrow: "--qd-model",
      words: `mean${behind}, length ${size_(mean)}${held ? ` (held out ${size_(meanOf(held))})` : ""}`,
    },
    ...(mixed ? [{ words: `mean purity ${frame.purity.toFixed(2)}` }] : []),
  ]);
  const geometry = sphereSize(width, top);
  view.geometry = geometry;
  const { size, side, cx, cy, radius } = geometry;
  const place = (point) => {
    const [u, v, depth] = project(point, view);
    return [cx + radius * u, cy - radius * v, depth];
  };
  /* Lines go piece by piece, so that what is behind can be fainter and dashed. */
  const line = (points, color, thick, strength, near) => {
    g.strokeStyle = css(color);
    g.lineWidth = thick;
    for (let i = 1; i < points.length; i++) {
      const from = place(points[i - 1]),
        to = place(points[i]);
      if (from[2] + to[2] >= 0 !== near) continue;
      g.setLineDash(near ? [] : [3, 4]);
      g.globalAlpha = near ? strength : 0.45 * strength;
      g.beginPath();
      g.moveTo(from[0], from[1]);
      g.lineTo(to[0], to[1]);
      g.stroke();
    }
    g.setLineDash([]);
    g.globalAlpha = 1;
  };
  const ring = (point) => Array.from({ length: 73 }, (_, i) => point((i / 72) * 2 * Math.PI));
  const rings = [
    ring((a) => [Math.cos(a), Math.sin(a), 0]),
    ring((a) => [Math.cos(a), 0, Math.sin(a)]),
    ring((a) => [0, Math.cos(a), Math.sin(a)]),
  ];
  const cloud = (list, color, dot, near) => {
    g.fillStyle = css(color);
    for (const point of list) {
      const [x, y, depth] = place(point);
      if (depth >= 0 !== near) continue;
      g.globalAlpha = near ? 0.85 : 0.22;
      g.beginPath();
      g.arc(x, y, near ? dot : 0.75 * dot, 0, 7);
      g.fill();
    }
    g.globalAlpha = 1;
  };
  const ways = (view.paths || []).map((path) =>
    path.slice(1).map((point, i) => arc(path[i], point, mixed)),
  );
  g.strokeStyle = css("--qd-line-strong");
  g.lineWidth = 1;
  g.beginPath();
  g.arc(cx, cy, radius, 0, 7);
  g.stroke();
  const means = [...(held ? [[meanOf(held), "--qd-real"]] : []), [mean, "--qd-model"]];
  for (const near of [false, true]) {
    for (const points of rings) line(points, "--qd-line-strong", 1, 0.5, near);
    if (held) cloud(held, "--qd-real", 2, near);
    for (const way of ways)
      way.forEach((piece, i) =>
        line(piece, "--qd-accent-2", 1.6, 0.35 + (0.6 * (i + 1)) / way.length, near),
      );
    cloud(frame.bloch, "--qd-model", 3, near);
    /* a mean behind is fainter and dashed, and what is in front lies on it; its foot on the equator
       shows how high it is */
    for (const [vector, color] of means) {
      if (isBehind(vector, view) === near) continue;
      const foot = [vector[0], vector[1], 0];
      line([[0, 0, 0], foot, vector], "--qd-muted", 1, 0.8, near);
      drawArrow(g, place([0, 0, 0]), place(vector), color, near);
    }
  }
  for (const path of view.paths || []) {
    const [x, y] = place(path[path.length - 1]);
    g.strokeStyle = css("--qd-accent-2");
    g.lineWidth = 2;
    g.beginPath();
    g.arc(x, y, 5, 0, 7);
    g.stroke();
  }
  for (const [name, at] of POLES) {
    const [x, y, depth] = place(at),
      hidden = depth < -0.05;
    if (hidden && name.includes("−")) continue; /* those behind would stand among the points */
    g.globalAlpha = hidden ? 0.55 : 1;
    haloText(g, name, x, y + 4);
    g.globalAlpha = 1;
  }
  if (side) {
    const x0 = Math.max(cx + size / 2 + 20, width * 0.46);
    drawZeros(g, x0, top + 44, width - x0 - 8, size - 100, frame, held ? truth : null);
  }
  return top + size + 2;
}

/* An arrow with a light edge, so that it is seen on top of many points; dashed and fainter if it
   points to what is behind. */
function drawArrow(g, from, to, color, near) {
  const [x0, y0] = from,
    [x1, y1] = to;
  const length = Math.hypot(x1 - x0, y1 - y0),
    angle = Math.atan2(y1 - y0, x1 - x0),
    head = Math.min(9, 0.6 * length);
  for (const [paint, thick] of [
    ["--qd-surface", 6],
    [color, 2.8],
  ]) {
    g.strokeStyle = css(paint);
    g.lineWidth = near ? thick : 0.75 * thick;
    g.globalAlpha = near ? 1 : 0.65;
    g.setLineDash(near ? [] : [5, 4]);
    g.beginPath();
    g.moveTo(x0, y0);
    g.lineTo(x1, y1);
    g.stroke();
    g.setLineDash([]);
    g.beginPath();
    for (const turn of [-0.5, 0.5]) {
      g.moveTo(x1, y1);
      g.lineTo(x1 - head * Math.cos(angle + turn), y1 - head * Math.sin(angle + turn));
    }
    g.stroke();
  }
  g.globalAlpha = 1;
}

function haloText(g, words, x, y) {
  g.font = `600 12px ${css("--qd-font")}`;
  g.textAlign = "center";
  g.textBaseline = "alphabetic";
  g.lineJoin = "round";
  g.strokeStyle = css("--qd-surface");
  g.lineWidth = 4;
  g.strokeText(words, x, y);
  text(g, words, x, y, { align: "center", color: "--qd-ink", weight: 600 });
}

/* The population of |0⟩ next to the sphere. */
function drawZeros(g, x, y, w, h, frame, truth) {
  const zeros = (list) => list.map((point) => (1 + point[2]) / 2),
    bins = 25;
  const now = histogram(zeros(frame.bloch), [0, 1.0001], bins),
    real = truth ? histogram(zeros(truth.bloch), [0, 1.0001], bins) : null;
  const top = 1.08 * Math.max(...now, ...(real || [0]));
  g.fillStyle = css("--qd-model");
  g.globalAlpha = 0.55;
  now.forEach((v, k) =>
    g.fillRect(x + (k / bins) * w + 0.5, y + h - (v / top) * h, w / bins - 1, (v / top) * h),
  );
  g.globalAlpha = 1;
  if (real) {
    g.strokeStyle = css("--qd-real");
    g.lineWidth = 1.8;
    g.beginPath();
    real.forEach((v, k) => {
      const level = y + h - (v / top) * h;
      g.lineTo(x + (k / bins) * w, level);
      g.lineTo(x + ((k + 1) / bins) * w, level);
    });
    g.stroke();
  }
  axisBox(g, x, y, w, h, [0, 1], "population of |0⟩");
}
