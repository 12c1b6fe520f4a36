/* Pictures of quantum states on a canvas: populations, the mean density matrix; and the one entry
   for previews of all kinds. It comes after draw.js and sphere.js. */

const PHASES = [
  [0.2, 0.27, 0.66],
  [0, 0.62, 0.45],
  [0.9, 0.62, 0],
  [0.8, 0.47, 0.65],
]; /* of 0, π/2, π, -π/2: blue, green, orange, pink */
function phaseColor(phase, light) {
  const place = ((((phase / (2 * Math.PI)) % 1) + 1) % 1) * 4,
    low = Math.floor(place) % 4,
    f = place - Math.floor(place);
  return `rgb(${PHASES[low].map((v, k) => Math.round(255 * Math.min(1, (v + f * (PHASES[(low + 1) % 4][k] - v)) * light))).join(",")})`;
}

/* The mean density matrix as a city: height |ρ_ij|, color its phase. Rows go to the left and
   down, columns to the right. */
function drawCity(g, x, y, w, h, city, names) {
  const d = Math.sqrt(city.size.length),
    unit = Math.min(w / (1.41 * d + 1.2), (h * 0.55) / (0.68 * d)),
    top = Math.max(...city.size, 1e-3);
  const right = [0.86 * unit, 0.24 * unit],
    down = [-0.55 * unit, 0.44 * unit],
    tall = h - (right[1] + down[1]) * d - 30;
  const x0 = x + 0.55 * unit * d + 0.6 * unit,
    y0 = y + tall + 8,
    at = (i, j, up = 0) => [x0 + j * right[0] + i * down[0], y0 + j * right[1] + i * down[1] - up];
  const face = (points, color) => {
    g.fillStyle = color;
    g.beginPath();
    points.forEach(([u, v]) => g.lineTo(u, v));
    g.closePath();
    g.fill();
  };
  g.strokeStyle = css("--qd-line-strong");
  g.lineWidth = 1;
  g.beginPath();
  [at(0, 0), at(0, d), at(d, d), at(d, 0)].forEach(([u, v]) => g.lineTo(u, v));
  g.closePath();
  g.stroke();
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      const share = city.size[i * d + j] / top,
        high = share * tall,
        a = 0.12,
        b = 0.88;
      const paint = (light) =>
        share < 0.02 ? css("--qd-line") : phaseColor(city.phase[i * d + j], light);
      const corner = (di, dj, up) => at(i + di, j + dj, up);
      if (share >= 0.02) {
        face(
          [corner(b, a, 0), corner(b, b, 0), corner(b, b, high), corner(b, a, high)],
          paint(0.75),
        );
        face(
          [corner(a, b, 0), corner(b, b, 0), corner(b, b, high), corner(a, b, high)],
          paint(0.95),
        );
      }
      face(
        [corner(a, a, high), corner(a, b, high), corner(b, b, high), corner(b, a, high)],
        paint(1.25),
      );
    }
  if (unit > 15)
    names.forEach((name, k) => {
      const [u, v] = at(k + 0.5, 0),
        [p, q] = at(d, k + 0.5);
      text(g, name, u - 6, v + 3, { size: 10.5, align: "right" });
      text(g, name, p, q + 15, { size: 10.5, align: "center" });
    });
}
function phaseKey(g, x, y) {
  [
    ["0", 0],
    ["π/2", Math.PI / 2],
    ["±π", Math.PI],
    ["-π/2", -Math.PI / 2],
  ].forEach(([name, phase], k) => {
    g.fillStyle = phaseColor(phase, 1.1);
    g.fillRect(x + k * 52, y - 9, 10, 10);
    text(g, name, x + k * 52 + 14, y, { size: 11 });
  });
}

function drawPopulations(g, full, frame, truth) {
  const sideBySide = frame.city && full > 520,
    city = sideBySide ? Math.min(380, full * 0.44) : full,
    width = sideBySide ? full - city - 28 : full;
  const used = drawBars(g, width, frame, truth);
  if (!frame.city) return used;
  const names = frame.mean_populations.map((_, i) => i.toString(2).padStart(frame.n_qubits, "0")),
    x = sideBySide ? width + 28 : 0,
    y = sideBySide ? 0 : used + 20;
  text(g, "mean ρ: height |ρ|, color phase", x, y + 13);
  phaseKey(g, x, y + 30);
  const height = sideBySide ? Math.max(used, 300) - 40 : Math.min(300, full * 0.8);
  drawCity(g, x, y + 36, city, height, frame.city, names);
  return sideBySide ? Math.max(used, 300) : y + 40 + height;
}

function drawBars(g, width, frame, truth) {
  const n = frame.mean_populations.length,
    w = width / n,
    h = 120;
  const top =
    Math.max(...frame.mean_populations, ...(truth ? truth.mean_populations : []), 1e-3) * 1.1;
  const name = (i) => `|${i.toString(2).padStart(frame.n_qubits, "0")}⟩`;
  text(
    g,
    "mean population" +
      (truth ? " (line: held out)" : "") +
      (frame.kind === "density" ? ` · mean purity ${frame.purity.toFixed(2)}` : ""),
    0,
    13,
  );
  for (let i = 0; i < n; i++) {
    g.fillStyle = css("--qd-model");
    g.globalAlpha = 0.6;
    const bar = (frame.mean_populations[i] / top) * h;
    g.fillRect(i * w + 1, 20 + h - bar, w - 2, bar);
    g.globalAlpha = 1;
    if (truth) {
      g.fillStyle = css("--qd-real");
      g.fillRect(i * w + 1, 19 + h - (truth.mean_populations[i] / top) * h, w - 2, 2.5);
    }
    if (w > 30) text(g, name(i), i * w + w / 2, h + 36, { size: 11, align: "center" });
  }
  const rows = frame.populations,
    cell = Math.max(4, Math.min(14, 200 / rows.length)),
    y0 = h + 60;
  text(g, "single samples, one per row", 0, y0 - 4);
  rows.forEach((row, r) =>
    row.forEach((v, i) => {
      g.fillStyle = shade(v, 1);
      g.fillRect(i * w, y0 + 3 + r * cell, w - 0.5, cell - 1);
    }),
  );
  return y0 + 6 + rows.length * cell;
}

/* The numbers of a picture, as ``tableDrawer`` takes them. */
function tablesOfPreview(frame, truth, label) {
  const mean = (list) => list.reduce((a, b) => a + b, 0) / (list.length || 1);
  const spread = (list) => Math.sqrt(mean(list.map((v) => (v - mean(list)) ** 2)));
  const real = truth && truth.kind === frame.kind ? truth : null,
    of = real ? ["generated", "held out"] : ["samples"];
  const both = [frame, ...(real ? [real] : [])];
  if (frame.kind === "vector") {
    const rows = frame.names.map((name, i) => [
      name + (frame.units[i] ? ` / ${frame.units[i]}` : ""),
      ...both.flatMap((f) => [mean(f.points[i]), spread(f.points[i])]),
    ]);
    return [
      {
        caption: label,
        head: [
          "observable",
          ...of.flatMap((name) => [`mean, ${name}`, `standard deviation, ${name}`]),
        ],
        rows,
      },
    ];
  }
  if (frame.kind === "map") {
    if (frame.layout === "layers") {
      const n = frame.mean.length - N_EXTRA,
        names = ["missing", "incident energy, low", "incident energy, high"];
      return [
        {
          caption: `${label}: mean share of each cell`,
          head: ["layer", ...of],
          rows: frame.mean.map((_, i) => [
            i < n ? i + 1 : names[i - n],
            ...both.map((f) => f.mean[i]),
          ]),
        },
      ];
    }
    const columns = frame.shape[1],
      ring = frame.layout === "image" ? ["row", "column"] : ["ring, from the center", "sector"];
    const rows = frame.mean.map((_, i) => [
      Math.floor(i / columns),
      i % columns,
      ...both.map((f) => f.mean[i]),
    ]);
    return [{ caption: `${label}: mean share of each cell`, head: [...ring, ...of], rows }];
  }
  const rows = frame.mean_populations.map((_, i) => [
    `|${i.toString(2).padStart(frame.n_qubits, "0")}⟩`,
    ...both.map((f) => f.mean_populations[i]),
  ]);
  const tables = [{ caption: `${label}: mean populations`, head: ["state", ...of], rows }];
  if (frame.bloch)
    tables.push({
      caption: `${label}: mean Bloch vector`,
      head: ["axis", ...of],
      rows: ["x", "y", "z"].map((name, k) => [
        name,
        ...both.map((f) => mean((f.bloch || []).map((p) => p[k]))),
      ]),
    });
  return tables;
}

/* Draws and gives back the height it took. */
function drawPreview(g, width, frame, truth, view) {
  if (frame.kind === "map") return drawMaps(g, width, frame, truth);
  if (frame.kind === "vector" && frame.plane) return drawPlane(g, width, frame, truth);
  if (frame.kind === "vector") return drawVector(g, width, frame, truth);
  if (!frame.bloch) return drawPopulations(g, width, frame, truth);
  const sphere = drawBloch(g, width, frame, truth, view);
  return frame.plane ? sphere + 12 + drawPlane(g, width, frame, truth, sphere + 12) : sphere;
}
