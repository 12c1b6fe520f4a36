/* Pictures of encoded samples on a canvas: maps as rings or pixels, vectors as histograms and a
   scatter, states on the Bloch sphere or as populations. `frame` is one preview of the kernel,
   `truth` the held-out one; all sizes in CSS pixels. */

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const MAGMA = [
  "#000004",
  "#140e36",
  "#3b0f70",
  "#641a80",
  "#8c2981",
  "#b73779",
  "#de4968",
  "#f7705c",
  "#fe9f6d",
  "#fecf92",
  "#fcfdbf",
];
const TABLE = (() => {
  const rgb = MAGMA.map((hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16)));
  return Array.from({ length: 256 }, (_, i) => {
    const place = (i / 255) * (rgb.length - 1),
      low = Math.min(Math.floor(place), rgb.length - 2),
      f = place - low;
    return `rgb(${rgb[low].map((v, k) => Math.round(v + f * (rgb[low + 1][k] - v))).join(",")})`;
  });
})();
const shade = (value, top) =>
  TABLE[Math.max(0, Math.min(255, Math.round(255 * Math.sqrt(Math.max(value, 0) / (top || 1)))))];

/* A share of the height of the window: a picture that is to be seen with its time bar. */
const ofWindow = (share) => share * (globalThis.innerHeight || 900);

function text(
  g,
  words,
  x,
  y,
  { size = 12, align = "left", color = "--qd-muted", weight = 400 } = {},
) {
  g.font = `${weight} ${size}px ${css("--qd-font")}`;
  g.fillStyle = css(color);
  g.textAlign = align;
  g.textBaseline = "alphabetic";
  g.fillText(words, x, y);
}

/* The names of what is drawn, in a row that wraps: an item is { words } after a ``dot``, ``bar``,
   ``line`` or ``arrow`` in a color. Returns the height of the rows. */
function legend(g, width, items) {
  const ROW = 18;
  let x = 0,
    y = 13;
  g.font = `400 12px ${css("--qd-font")}`;
  for (const { words, dot, bar, line, arrow } of items) {
    const color = dot || bar || line || arrow,
      mark = !color ? 0 : dot ? 14 : 20,
      long = mark + g.measureText(words).width;
    if (x > 0 && x + long > width) [x, y] = [0, y + ROW];
    g.fillStyle = g.strokeStyle = color ? css(color) : "";
    g.lineWidth = 2;
    g.beginPath();
    if (dot) {
      g.arc(x + 5, y - 4, 4, 0, 7);
      g.fill();
    } else if (bar) {
      g.globalAlpha = 0.55;
      g.fillRect(x, y - 9, 14, 9);
      g.globalAlpha = 1;
    } else if (color) {
      g.moveTo(x, y - 4);
      g.lineTo(x + 14, y - 4);
      if (arrow) {
        g.moveTo(x + 9, y - 8);
        g.lineTo(x + 14, y - 4);
        g.lineTo(x + 9, y);
      }
      g.stroke();
    }
    text(g, words, x + mark, y);
    x += long + 14;
  }
  return y + 6;
}

/* A map in a square. ``up``: rows are rapidity, so that the first one is at the bottom. */
function drawMap(g, values, [rows, columns], layout, x, y, side, top, up = false) {
  if (layout === "image") {
    const w = side / columns,
      h = side / rows;
    for (let r = 0; r < rows; r++)
      for (let c = 0; c < columns; c++) {
        g.fillStyle = shade(values[r * columns + c], top);
        g.fillRect(x + c * w, y + (up ? rows - 1 - r : r) * h, w + 0.6, h + 0.6);
      }
    return;
  }
  if (layout === "layers") {
    drawLayers(g, values, x, y, side, top);
    return;
  }
  const rings = layout === "radial" ? rows * columns : rows,
    sectors = layout === "radial" ? 1 : columns;
  const cx = x + side / 2,
    cy = y + side / 2,
    unit = side / 2 / rings;
  for (let r = rings - 1; r >= 0; r--)
    for (let s = 0; s < sectors; s++) {
      g.fillStyle = shade(values[r * sectors + s], top);
      g.beginPath();
      const from = (2 * Math.PI * s) / sectors,
        to = (2 * Math.PI * (s + 1)) / sectors + 0.004;
      g.arc(cx, cy, unit * (r + 1), from, to);
      g.arc(cx, cy, unit * r, to, from, true);
      g.closePath();
      g.fill();
    }
}

/* The layers of a shower in order of depth; then, in gray, the missing energy and the two cells
   of the incident energy. */
const N_EXTRA = 3;
function drawLayers(g, values, x, y, side, top) {
  const w = side / values.length;
  values.forEach((value, i) => {
    const h = Math.min(Math.max(value, 0) / top, 1) * side;
    g.fillStyle = css(i < values.length - N_EXTRA ? "--qd-model" : "--qd-real");
    g.fillRect(x + i * w + 0.5, y + side - h, Math.max(w - 1, 0.5), h);
  });
  g.fillStyle = css("--qd-line-strong");
  g.fillRect(x, y + side - 1, side, 1);
}

/* The scale of colors up to ``top``; colors go by the square root. Returns its height. */
function colorBar(g, x, y, w, top, words) {
  const STEPS = 48;
  for (let i = 0; i < STEPS; i++) {
    g.fillStyle = shade((i / (STEPS - 1)) ** 2, 1);
    g.fillRect(x + (i / STEPS) * w, y, w / STEPS + 0.6, 8);
  }
  [0, 0.5, 1].forEach((at, i) =>
    text(g, formatNumber(at * at * top, 3), x + at * w, y + 20, {
      size: 11,
      align: ["left", "center", "right"][i],
    }),
  );
  text(g, words, x, y + 34, { size: 11.5 });
  return 38;
}

/* What the sides of an image mean, or the rings of a map: below it and, turned, at its left. */
function mapAxes(g, frame, x, y, side) {
  const small = { size: 11 };
  if (frame.half_width > 0) {
    const half = formatNumber(frame.half_width, 2);
    text(g, `-${half}`, x, y + side + 12, small);
    text(g, "φ / rad", x + side / 2, y + side + 12, { ...small, align: "center" });
    text(g, half, x + side, y + side + 12, { ...small, align: "right" });
    g.save();
    g.translate(x - 5, y + side / 2);
    g.rotate(-Math.PI / 2);
    text(g, "η / rad", 0, 0, { ...small, align: "center" });
    g.restore();
  } else if (frame.edges?.length > 1) {
    const reach = formatNumber(frame.edges[frame.edges.length - 1], 2);
    text(g, `rings: ΔR to ${reach} rad`, x + side / 2, y + side + 12, {
      ...small,
      align: "center",
    });
  }
}

function drawMaps(g, width, frame, truth) {
  const ref = truth || frame,
    layers = ref.layout === "layers",
    gap = 8,
    up = ref.half_width > 0,
    left = up ? 16 : 0,
    axes = up || ref.edges?.length > 1 ? 16 : 0,
    big = Math.min(170, (width - gap) / 2.3 - left);
  const high = (lists) => {
    const all = lists
      .flat()
      .filter((v) => v > 0)
      .sort((a, b) => a - b);
    /* of lit cells: most of a fine image are dark */ return (
      all[Math.min(Math.floor(all.length * (layers ? 1 : 0.985)), all.length - 1)] || 1
    );
  };
  const top = high(ref.images),
    mean = Math.max(...ref.mean) || 1;
  const pictures = truth
    ? [
        [frame, "mean, generated"],
        [truth, "mean, held out"],
      ]
    : [[frame, "mean"]];
  const rest = width - pictures.length * (big + left + gap) - 10,
    wide = rest > 240;
  const columns = wide ? Math.max(3, Math.min(6, Math.floor(rest / 74))) : 4,
    area = wide ? rest : width;
  const side = Math.min(104, (area - gap * (columns - 1)) / columns);
  let x = 0,
    below = 20 + big + axes;
  for (const [one, label] of pictures) {
    drawMap(g, one.mean, ref.shape, ref.layout, x + left, 20, big, mean, up);
    mapAxes(g, ref, x + left, 20, big);
    text(g, label, x + left, 13);
    x += big + left + gap;
  }
  if (!layers) {
    const bar = pictures.length * (big + left + gap) - gap - left;
    below += 6 + colorBar(g, left, below + 6, bar, mean, "mean fraction of the total");
  }
  below += drawChannels(g, pictures, ref, left, below, big + left + gap, big, up);
  const x0 = wide ? x + 8 : 0,
    y0 = wide ? 0 : below + 8;
  text(g, ref.channels?.length ? "single samples, channels summed" : "single samples", x0, y0 + 13);
  frame.images.forEach((values, i) =>
    drawMap(
      g,
      values,
      frame.shape,
      frame.layout,
      x0 + (i % columns) * (side + gap),
      y0 + 20 + Math.floor(i / columns) * (side + gap),
      side,
      top,
      up,
    ),
  );
  const lines = Math.ceil(frame.images.length / columns);
  let end = y0 + 20 + lines * (side + gap);
  if (!layers && frame.images.length)
    end += colorBar(
      g,
      x0,
      end,
      Math.min(area, columns * (side + gap) - gap, 2 * 104),
      top,
      "fraction of the total, in one sample",
    );
  const height = Math.max(below, end);
  if (!layers) return height;
  text(
    g,
    "energy by layer, front to back; gray: missing energy and incident energy (low, high)",
    0,
    height + 12,
    { size: 11.5 },
  );
  return height + 18;
}

/* The mean of each channel, on one scale, below the mean of their sum. Returns its height. */
function drawChannels(g, pictures, ref, x0, y, step, big, up) {
  const n = ref.channels?.length || 0;
  if (!n) return 0;
  const side = (big - 4 * (n - 1)) / n,
    top = Math.max(...ref.channels.flatMap(([, values]) => values)) || 1;
  pictures.forEach(([one], i) =>
    (one.channels || []).forEach(([name, values], k) => {
      const x = x0 + i * step + k * (side + 4);
      text(g, name, x + side / 2, y + 14, { size: side > 50 ? 11 : 9.5, align: "center" });
      drawMap(g, values, ref.shape, "image", x, y + 20, side, top, up);
    }),
  );
  return 24 + side;
}

function rangeOf(lists) {
  const all = lists
    .flat()
    .filter(Number.isFinite)
    .sort((a, b) => a - b);
  const low = all[Math.floor(all.length * 0.004)] ?? 0,
    high = all[Math.ceil(all.length * 0.996) - 1] ?? 1;
  const pad = 0.06 * (high - low || 1);
  return [low >= 0 ? Math.max(0, low - pad) : low - pad, high + pad];
}

function axisBox(g, x, y, w, h, [low, high], label) {
  g.strokeStyle = css("--qd-line");
  g.lineWidth = 1;
  g.strokeRect(x + 0.5, y + 0.5, w - 1, h - 1);
  const show = (v) => formatNumber(v, Math.abs(v) >= 100 ? 3 : 2);
  text(g, show(low), x, y + h + 13, { size: 11 });
  text(g, show(high), x + w, y + h + 13, { size: 11, align: "right" });
  text(g, label, x + w / 2, y + h + 14, { size: 12, align: "center", color: "--qd-ink" });
}

function histogram(values, [low, high], bins) {
  const counts = new Array(bins).fill(0);
  for (const v of values)
    counts[Math.max(0, Math.min(bins - 1, Math.floor(((v - low) / (high - low)) * bins)))]++;
  return counts.map((c) => c / (values.length || 1));
}

function drawVector(g, width, frame, truth) {
  const d = frame.names.length,
    ref = truth || frame,
    gap = 18;
  const ranges = ref.points.map((list) => rangeOf([list]));
  const label = (i) => frame.names[i] + (frame.units[i] ? ` / ${frame.units[i]}` : "");
  const cells = d >= 2 ? d + 1 : d;
  const columns = Math.max(
    1,
    Math.min(cells, Math.floor((width + gap) / (width < 460 ? 140 : 190))),
  );
  const w = (width - gap * (columns - 1)) / columns,
    rows = Math.ceil(cells / columns),
    most = Math.max(84, ofWindow(0.42) / rows - 34),
    h = Math.min(170, Math.max(120, w * 0.72), most);
  for (let i = 0; i < cells; i++) {
    const x = (i % columns) * (w + gap),
      y = 22 + Math.floor(i / columns) * (h + 34);
    if (i === d) {
      const [rx, ry] = ranges;
      const put = (list, color, alpha) => {
        g.fillStyle = css(color);
        g.globalAlpha = alpha;
        for (let k = 0; k < list[0].length; k++) {
          const px = x + ((list[0][k] - rx[0]) / (rx[1] - rx[0])) * w,
            py = y + h - ((list[1][k] - ry[0]) / (ry[1] - ry[0])) * h;
          if (px > x && px < x + w && py > y && py < y + h) {
            g.beginPath();
            g.arc(px, py, 2, 0, 7);
            g.fill();
          }
        }
        g.globalAlpha = 1;
      };
      if (truth) put(truth.points, "--qd-real", 0.45);
      put(frame.points, "--qd-model", 0.75);
      axisBox(g, x, y, w, h, rx, `${frame.names[0]} · ${frame.names[1]}`);
      continue;
    }
    const bins = 22,
      now = histogram(frame.points[i], ranges[i], bins),
      real = truth ? histogram(truth.points[i], ranges[i], bins) : null;
    const top = 1.12 * Math.max(...(real || now), 0.02) * (real ? 1.25 : 1);
    g.fillStyle = css("--qd-model");
    g.globalAlpha = 0.5;
    now.forEach((v, k) => {
      const bar = Math.min(v / top, 1) * (h - 4);
      g.fillRect(x + (k / bins) * w + 0.5, y + h - bar, w / bins - 1, bar);
    });
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
  legend(g, width, [
    { bar: "--qd-model", words: truth ? "generated" : "samples" },
    ...(truth ? [{ line: "--qd-real", words: "held out" }] : []),
  ]);
  return 22 + rows * (h + 34);
}
