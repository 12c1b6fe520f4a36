/* Pictures of encoded samples on a canvas: maps as rings or pixels, vectors as histograms and a scatter, states on the Bloch sphere or as
   populations. `frame` is one preview of the kernel, `truth` the held-out one; all sizes in CSS pixels. */

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const MAGMA = ["#000004", "#140e36", "#3b0f70", "#641a80", "#8c2981", "#b73779", "#de4968", "#f7705c", "#fe9f6d", "#fecf92", "#fcfdbf"];
const TABLE = (() => {
  const rgb = MAGMA.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return Array.from({ length: 256 }, (_, i) => {
    const place = (i / 255) * (rgb.length - 1), low = Math.min(Math.floor(place), rgb.length - 2), f = place - low;
    return `rgb(${rgb[low].map((v, k) => Math.round(v + f * (rgb[low + 1][k] - v))).join(",")})`;
  });
})();
const shade = (value, top) => TABLE[Math.max(0, Math.min(255, Math.round(255 * Math.sqrt(Math.max(value, 0) / (top || 1)))))];

function text(g, words, x, y, { size = 12, align = "left", colour = "--qd-muted", weight = 400 } = {}) {
  g.font = `${weight} ${size}px ${css("--qd-font")}`;
  g.fillStyle = css(colour);
  g.textAlign = align;
  g.textBaseline = "alphabetic";
  g.fillText(words, x, y);
}

function drawMap(g, values, [rows, columns], layout, x, y, side, top) {
  if (layout === "image") {
    const w = side / columns, h = side / rows;
    for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) {
      g.fillStyle = shade(values[r * columns + c], top);
      g.fillRect(x + c * w, y + r * h, w + 0.6, h + 0.6);
    }
    return;
  }
  if (layout === "layers") { drawLayers(g, values, x, y, side, top); return; }
  const rings = layout === "radial" ? rows * columns : rows, sectors = layout === "radial" ? 1 : columns;
  const cx = x + side / 2, cy = y + side / 2, unit = side / 2 / rings;
  for (let r = rings - 1; r >= 0; r--) for (let s = 0; s < sectors; s++) {
    g.fillStyle = shade(values[r * sectors + s], top);
    g.beginPath();
    const from = (2 * Math.PI * s) / sectors, to = (2 * Math.PI * (s + 1)) / sectors + 0.004;
    g.arc(cx, cy, unit * (r + 1), from, to);
    g.arc(cx, cy, unit * r, to, from, true);
    g.closePath();
    g.fill();
  }
}

/* The layers of a shower in order of depth; then, in grey, what is missing to the whole and the two cells that tell the incident energy. */
const N_BESIDE = 3;
function drawLayers(g, values, x, y, side, top) {
  const w = side / values.length;
  values.forEach((value, i) => {
    const h = Math.min(Math.max(value, 0) / top, 1) * side;
    g.fillStyle = css(i < values.length - N_BESIDE ? "--qd-model" : "--qd-real");
    g.fillRect(x + i * w + 0.5, y + side - h, Math.max(w - 1, 0.5), h);
  });
  g.fillStyle = css("--qd-line-strong");
  g.fillRect(x, y + side - 1, side, 1);
}

function drawMaps(g, width, frame, truth) {
  const ref = truth || frame, gap = 8, big = Math.min(170, (width - gap) / 2.3), highest = ref.layout === "layers" ? 1 : 0.985;
  const high = (lists) => { const all = lists.flat().filter((v) => v > 0).sort((a, b) => a - b); /* of lit cells: most of a fine image are dark */ return all[Math.min(Math.floor(all.length * highest), all.length - 1)] || 1; };
  const top = high(ref.images), mean = Math.max(...ref.mean) || 1;
  const rest = width - (truth ? 2 : 1) * (big + gap) - 10, wide = rest > 240;
  const columns = wide ? Math.max(3, Math.min(6, Math.floor(rest / 74))) : 4, area = wide ? rest : width;
  const side = Math.min(104, (area - gap * (columns - 1)) / columns);
  let x = 0;
  const pictures = truth ? [[frame.mean, "mean, generated"], [truth.mean, "mean, held out"]] : [[frame.mean, "mean"]];
  for (const [values, label] of pictures) {
    drawMap(g, values, ref.shape, ref.layout, x, 20, big, mean);
    text(g, label, x, 13);
    x += big + gap;
  }
  const x0 = wide ? x + 8 : 0, y0 = wide ? 0 : big + 30;
  text(g, "single samples", x0, y0 + 13);
  frame.images.forEach((values, i) => drawMap(g, values, frame.shape, frame.layout, x0 + (i % columns) * (side + gap), y0 + 20 + Math.floor(i / columns) * (side + gap), side, top));
  const lines = Math.ceil(frame.images.length / columns), height = Math.max(big + 26, y0 + 20 + lines * (side + gap));
  if (ref.layout !== "layers") return height;
  text(g, "energy by layer, from the front; grey: what is missing, and the incident energy (low, high)", 0, height + 12, { size: 11.5 });
  return height + 18;
}

function rangeOf(lists) {
  const all = lists.flat().filter(Number.isFinite).sort((a, b) => a - b);
  const low = all[Math.floor(all.length * 0.004)] ?? 0, high = all[Math.ceil(all.length * 0.996) - 1] ?? 1;
  const pad = 0.06 * (high - low || 1);
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
}

function axisBox(g, x, y, w, h, [low, high], label) {
  g.strokeStyle = css("--qd-line");
  g.lineWidth = 1;
  g.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  const show = (v) => (Math.abs(v) >= 100 ? v.toFixed(0) : Math.abs(v) >= 10 ? v.toFixed(1) : v.toPrecision(2));
  text(g, show(low), x, y + h + 13, { size: 11 });
  text(g, show(high), x + w, y + h + 13, { size: 11, align: "right" });
  text(g, label, x + w / 2, y + h + 14, { size: 12, align: "center", colour: "--qd-ink" });
}

function histogram(values, [low, high], bins) {
  const counts = new Array(bins).fill(0);
  for (const v of values) counts[Math.max(0, Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins)))]++;
  return counts.map((c) => c / (values.length || 1));
}

function drawVector(g, width, frame, truth) {
  const d = frame.names.length, ref = truth || frame, gap = 18;
  const ranges = ref.points.map((list) => rangeOf([list]));
  const label = (i) => frame.names[i] + (frame.units[i] ? ` / ${frame.units[i]}` : "");
  const cells = d >= 2 ? d + 1 : d;
  const columns = Math.max(1, Math.min(cells, Math.floor((width + gap) / (width < 460 ? 140 : 190))));
  const w = (width - gap * (columns - 1)) / columns, h = Math.min(170, Math.max(120, w * 0.72));
  for (let i = 0; i < cells; i++) {
    const x = (i % columns) * (w + gap), y = 22 + Math.floor(i / columns) * (h + 34);
    if (i === d) {
      const [rx, ry] = ranges;
      const put = (list, colour, alpha) => {
        g.fillStyle = css(colour);
        g.globalAlpha = alpha;
        for (let k = 0; k < list[0].length; k++) {
          const px = x + ((list[0][k] - rx[0]) / (rx[1] - rx[0])) * w, py = y + h - ((list[1][k] - ry[0]) / (ry[1] - ry[0])) * h;
          if (px > x && px < x + w && py > y && py < y + h) { g.beginPath(); g.arc(px, py, 2, 0, 7); g.fill(); }
        }
        g.globalAlpha = 1;
      };
      if (truth) put(truth.points, "--qd-real", 0.45);
      put(frame.points, "--qd-model", 0.75);
      axisBox(g, x, y, w, h, rx, `${frame.names[0]} · ${frame.names[1]}`);
      continue;
    }
    const bins = 22, now = histogram(frame.points[i], ranges[i], bins), real = truth ? histogram(truth.points[i], ranges[i], bins) : null;
    const top = 1.12 * Math.max(...(real || now), 0.02) * (real ? 1.25 : 1);
    g.fillStyle = css("--qd-model");
    g.globalAlpha = 0.5;
    now.forEach((v, k) => { const bar = Math.min(v / top, 1) * (h - 4); g.fillRect(x + (k / bins) * w + 0.5, y + h - bar, w / bins - 1, bar); });
    g.globalAlpha = 1;
    if (real) {
      g.strokeStyle = css("--qd-real");
      g.lineWidth = 1.8;
      g.beginPath();
      real.forEach((v, k) => {
        const level = y + h - (v / top) * (h - 4);
        g.lineTo(x + (k / bins) * w, level);
        g.lineTo(x + ((k + 1) / bins) * w, level);
      });
      g.stroke();
    }
    axisBox(g, x, y, w, h, ranges[i], label(i));
  }
  g.fillStyle = css("--qd-model"); g.globalAlpha = 0.55; g.fillRect(0, 4, 12, 9); g.globalAlpha = 1;
  text(g, truth ? "generated" : "samples", 17, 13);
  if (truth) { g.strokeStyle = css("--qd-real"); g.lineWidth = 2; g.beginPath(); g.moveTo(92, 9); g.lineTo(106, 9); g.stroke(); text(g, "held out", 111, 13); }
  return 22 + Math.ceil(cells / columns) * (h + 34);
}

function legend(g, truth, more) {
  const dot = (x, colour) => { g.fillStyle = css(colour); g.beginPath(); g.arc(x, 9, 4, 0, 7); g.fill(); };
  dot(5, "--qd-model");
  text(g, truth ? "generated" : "samples", 14, 13);
  if (truth) { dot(91, "--qd-real"); text(g, "held out", 100, 13); }
  if (more) text(g, more, truth ? 164 : 84, 13);
}

/* The population of |0⟩ beside the sphere: what the eye cannot count on it. */
function drawZeros(g, x, y, w, h, frame, truth) {
  const zeros = (list) => list.map((point) => (1 + point[2]) / 2), bins = 25;
  const now = histogram(zeros(frame.bloch), [0, 1.0001], bins), real = truth ? histogram(zeros(truth.bloch), [0, 1.0001], bins) : null;
  const top = 1.08 * Math.max(...now, ...(real || [0]));
  g.fillStyle = css("--qd-model");
  g.globalAlpha = 0.55;
  now.forEach((v, k) => g.fillRect(x + (k / bins) * w + 0.5, y + h - (v / top) * h, w / bins - 1, (v / top) * h));
  g.globalAlpha = 1;
  if (real) {
    g.strokeStyle = css("--qd-real"); g.lineWidth = 1.8; g.beginPath();
    real.forEach((v, k) => { const level = y + h - (v / top) * h; g.lineTo(x + (k / bins) * w, level); g.lineTo(x + ((k + 1) / bins) * w, level); });
    g.stroke();
  }
  axisBox(g, x, y, w, h, [0, 1], "population of |0⟩");
}

function drawBloch(g, width, frame, truth, view) {
  const size = Math.min(width > 1100 ? 460 : 330, width), side = width > 620, cx = side ? Math.min(size / 2 + 30, width / 4) : width / 2, cy = 16 + size / 2, radius = size / 2 - 22;
  const ca = Math.cos(view.azimuth), sa = Math.sin(view.azimuth), ce = Math.cos(view.elevation), se = Math.sin(view.elevation);
  const place = ([x, y, z]) => {
    const u = x * ca + y * sa, v = -x * sa + y * ca;
    return [cx + radius * v, cy - radius * (z * ce - u * se), u * ce + z * se];
  };
  const ring = (point) => {
    g.beginPath();
    for (let i = 0; i <= 72; i++) { const [x, y] = place(point((i / 72) * 2 * Math.PI)); g.lineTo(x, y); }
    g.stroke();
  };
  g.strokeStyle = css("--qd-line-strong"); g.lineWidth = 1;
  g.beginPath(); g.arc(cx, cy, radius, 0, 7); g.stroke();
  g.strokeStyle = css("--qd-line");
  ring((a) => [Math.cos(a), Math.sin(a), 0]); ring((a) => [Math.cos(a), 0, Math.sin(a)]); ring((a) => [0, Math.cos(a), Math.sin(a)]);
  const cloud = (list, colour, size_) => {
    g.fillStyle = css(colour);
    for (const point of list) {
      const [x, y, depth] = place(point);
      g.globalAlpha = depth >= 0 ? 0.8 : 0.25;
      g.beginPath(); g.arc(x, y, size_, 0, 7); g.fill();
    }
    g.globalAlpha = 1;
  };
  if (truth && truth.bloch) cloud(truth.bloch, "--qd-real", 2);
  for (const path of view.paths || []) {
    g.strokeStyle = css("--qd-accent-2"); g.lineWidth = 1.4;
    path.slice(1).forEach((point, i) => {
      const from = place(path[i]), to = place(point);
      g.globalAlpha = 0.25 + (0.55 * (i + 1)) / (path.length - 1);
      g.beginPath(); g.moveTo(from[0], from[1]); g.lineTo(to[0], to[1]); g.stroke();
    });
    g.globalAlpha = 1;
  }
  cloud(frame.bloch, "--qd-model", 3);
  for (const [name, at] of [["|0⟩", [0, 0, 1.13]], ["|1⟩", [0, 0, -1.13]], ["|+⟩", [1.15, 0, 0]], ["|+i⟩", [0, 1.15, 0]]]) {
    const [x, y] = place(at);
    text(g, name, x, y + 4, { align: "center", colour: "--qd-ink", size: 12 });
  }
  legend(g, truth, frame.kind === "density" ? `mean purity ${frame.purity.toFixed(2)} · drag to turn` : "drag to turn (or Shift and arrow keys)");
  if (side) { const x0 = Math.max(cx + size / 2 + 20, width * 0.46); drawZeros(g, x0, 60, width - x0 - 8, size - 100, frame, truth && truth.bloch ? truth : null); }
  return size + 18;
}

const PHASES = [[0.2, 0.27, 0.66], [0, 0.62, 0.45], [0.9, 0.62, 0], [0.8, 0.47, 0.65]]; /* of 0, π/2, π, -π/2: blue, green, orange, pink */
function phaseColour(phase, light) {
  const place = ((((phase / (2 * Math.PI)) % 1) + 1) % 1) * 4, low = Math.floor(place) % 4, f = place - Math.floor(place);
  return `rgb(${PHASES[low].map((v, k) => Math.round(255 * Math.min(1, (v + f * (PHASES[(low + 1) % 4][k] - v)) * light))).join(",")})`;
}

/* The mean density matrix as a city: height |ρ_ij|, colour its phase. Rows go to the left and down, columns to the right. */
function drawCity(g, x, y, w, h, city, names) {
  const d = Math.sqrt(city.size.length), unit = Math.min(w / (1.41 * d + 1.2), (h * 0.55) / (0.68 * d)), top = Math.max(...city.size, 1e-3);
  const right = [0.86 * unit, 0.24 * unit], down = [-0.55 * unit, 0.44 * unit], tall = h - (right[1] + down[1]) * d - 30;
  const x0 = x + 0.55 * unit * d + 0.6 * unit, y0 = y + tall + 8, at = (i, j, up = 0) => [x0 + j * right[0] + i * down[0], y0 + j * right[1] + i * down[1] - up];
  const face = (points, colour) => { g.fillStyle = colour; g.beginPath(); points.forEach(([u, v]) => g.lineTo(u, v)); g.closePath(); g.fill(); };
  g.strokeStyle = css("--qd-line-strong"); g.lineWidth = 1;
  g.beginPath(); [at(0, 0), at(0, d), at(d, d), at(d, 0)].forEach(([u, v]) => g.lineTo(u, v)); g.closePath(); g.stroke();
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) {
    const share = city.size[i * d + j] / top, high = share * tall, a = 0.12, b = 0.88;
    const paint = (light) => (share < 0.02 ? css("--qd-line") : phaseColour(city.phase[i * d + j], light));
    const corner = (di, dj, up) => at(i + di, j + dj, up);
    if (share >= 0.02) {
      face([corner(b, a, 0), corner(b, b, 0), corner(b, b, high), corner(b, a, high)], paint(0.75));
      face([corner(a, b, 0), corner(b, b, 0), corner(b, b, high), corner(a, b, high)], paint(0.95));
    }
    face([corner(a, a, high), corner(a, b, high), corner(b, b, high), corner(b, a, high)], paint(1.25));
  }
  if (unit > 15) names.forEach((name, k) => {
    const [u, v] = at(k + 0.5, 0), [p, q] = at(d, k + 0.5);
    text(g, name, u - 6, v + 3, { size: 10.5, align: "right" });
    text(g, name, p, q + 15, { size: 10.5, align: "center" });
  });
}
function phaseKey(g, x, y) {
  [["0", 0], ["π/2", Math.PI / 2], ["±π", Math.PI], ["-π/2", -Math.PI / 2]].forEach(([name, phase], k) => {
    g.fillStyle = phaseColour(phase, 1.1);
    g.fillRect(x + k * 52, y - 9, 10, 10);
    text(g, name, x + k * 52 + 14, y, { size: 11 });
  });
}

function drawPopulations(g, full, frame, truth) {
  const beside = frame.city && full > 520, city = beside ? Math.min(380, full * 0.44) : full, width = beside ? full - city - 28 : full;
  const used = drawBars(g, width, frame, truth);
  if (!frame.city) return used;
  const names = frame.mean_populations.map((_, i) => i.toString(2).padStart(frame.n_qubits, "0")), x = beside ? width + 28 : 0, y = beside ? 0 : used + 20;
  text(g, "mean ρ: height |ρ|, colour phase", x, y + 13);
  phaseKey(g, x, y + 30);
  const height = beside ? Math.max(used, 300) - 40 : Math.min(300, full * 0.8);
  drawCity(g, x, y + 36, city, height, frame.city, names);
  return beside ? Math.max(used, 300) : y + 40 + height;
}

function drawBars(g, width, frame, truth) {
  const n = frame.mean_populations.length, w = width / n, h = 120;
  const top = Math.max(...frame.mean_populations, ...(truth ? truth.mean_populations : []), 1e-3) * 1.1;
  const name = (i) => `|${i.toString(2).padStart(frame.n_qubits, "0")}⟩`;
  text(g, "mean population" + (truth ? " (line: held out)" : "") + (frame.kind === "density" ? ` · mean purity ${frame.purity.toFixed(2)}` : ""), 0, 13);
  for (let i = 0; i < n; i++) {
    g.fillStyle = css("--qd-model"); g.globalAlpha = 0.6;
    const bar = (frame.mean_populations[i] / top) * h;
    g.fillRect(i * w + 1, 20 + h - bar, w - 2, bar);
    g.globalAlpha = 1;
    if (truth) { g.fillStyle = css("--qd-real"); g.fillRect(i * w + 1, 19 + h - (truth.mean_populations[i] / top) * h, w - 2, 2.5); }
    if (w > 30) text(g, name(i), i * w + w / 2, h + 36, { size: 11, align: "center" });
  }
  const rows = frame.populations, cell = Math.max(4, Math.min(14, 200 / rows.length)), y0 = h + 60;
  text(g, "single samples, one a row", 0, y0 - 4);
  rows.forEach((row, r) => row.forEach((v, i) => { g.fillStyle = shade(v, 1); g.fillRect(i * w, y0 + 3 + r * cell, w - 0.5, cell - 1); }));
  return y0 + 6 + rows.length * cell;
}

const N_PATHS = 8;
/* The way of a few samples through the frames up to ``at``. */
function pathsTo(frames, at) {
  if (!frames[0]?.bloch || at < 1) return [];
  return frames[0].bloch.slice(0, N_PATHS).map((_, k) => frames.slice(0, at + 1).map((f) => f.bloch[k]));
}

/* The numbers of a picture, as ``tableDrawer`` takes them. */
function tablesOfPreview(frame, truth, label) {
  const mean = (list) => list.reduce((a, b) => a + b, 0) / (list.length || 1);
  const spread = (list) => Math.sqrt(mean(list.map((v) => (v - mean(list)) ** 2)));
  const real = truth && truth.kind === frame.kind ? truth : null, of = real ? ["generated", "held out"] : ["samples"];
  const both = [frame, ...(real ? [real] : [])];
  if (frame.kind === "vector") {
    const rows = frame.names.map((name, i) => [name + (frame.units[i] ? ` / ${frame.units[i]}` : ""), ...both.flatMap((f) => [mean(f.points[i]), spread(f.points[i])])]);
    return [{ caption: label, head: ["observable", ...of.flatMap((name) => [`mean, ${name}`, `standard deviation, ${name}`])], rows }];
  }
  if (frame.kind === "map") {
    if (frame.layout === "layers") {
      const n = frame.mean.length - N_BESIDE, names = ["missing", "incident energy, low", "incident energy, high"];
      return [{ caption: `${label}: mean share of each cell`, head: ["layer", ...of], rows: frame.mean.map((_, i) => [i < n ? i + 1 : names[i - n], ...both.map((f) => f.mean[i])]) }];
    }
    const columns = frame.shape[1], ring = frame.layout === "image" ? ["row", "column"] : ["ring, from the centre", "sector"];
    const rows = frame.mean.map((_, i) => [Math.floor(i / columns), i % columns, ...both.map((f) => f.mean[i])]);
    return [{ caption: `${label}: mean share of each cell`, head: [...ring, ...of], rows }];
  }
  const rows = frame.mean_populations.map((_, i) => [`|${i.toString(2).padStart(frame.n_qubits, "0")}⟩`, ...both.map((f) => f.mean_populations[i])]);
  const tables = [{ caption: `${label}: mean populations`, head: ["state", ...of], rows }];
  if (frame.bloch) tables.push({ caption: `${label}: mean Bloch vector`, head: ["axis", ...of], rows: ["x", "y", "z"].map((name, k) => [name, ...both.map((f) => mean((f.bloch || []).map((p) => p[k])))]) });
  return tables;
}

/* Draws and gives back the height it took. */
function drawPreview(g, width, frame, truth, view) {
  if (frame.kind === "map") return drawMaps(g, width, frame, truth);
  if (frame.kind === "vector") return drawVector(g, width, frame, truth);
  return frame.bloch ? drawBloch(g, width, frame, truth, view) : drawPopulations(g, width, frame, truth);
}
