/* Pictures in pairs, one above the other: original jets and the model's input, or samples and
   their nearest training samples. An item is { title, above, below, note }; a picture is {
   points: [[eta, phi, pt]] }, { map: { values, shape, layout } }, { image: { values, shape } }
   or { numbers: [[name, unit, value, what the model sees]] }. */

const WINDOW = 0.45; /* rad, half of what is shown of a jet */

function drawJet(g, points, x, y, side) {
  const scale = side / 2 / WINDOW,
    total = points.reduce((sum, p) => sum + p[2], 0) || 1,
    cx = x + side / 2,
    cy = y + side / 2;
  g.strokeStyle = css("--qd-line-strong");
  g.lineWidth = 1;
  g.beginPath();
  g.arc(cx, cy, 0.4 * scale, 0, 7);
  g.stroke();
  g.fillStyle = css("--qd-model");
  for (const [eta, phi, pt] of points) {
    if (Math.abs(eta) > WINDOW || Math.abs(phi) > WINDOW) continue;
    g.globalAlpha = 0.6;
    g.beginPath();
    g.arc(
      cx + phi * scale,
      cy - eta * scale,
      Math.max(0.9, side * 0.16 * Math.sqrt(pt / total)),
      0,
      7,
    );
    g.fill();
  }
  g.globalAlpha = 1;
}

function drawPicture(g, picture, x, y, side, top) {
  if (picture.points) drawJet(g, picture.points, x, y, side);
  else if (picture.numbers) {
    const size = side < 112 ? 10 : 12; /* a name and its value share a line */
    picture.numbers.forEach(([name, unit, value, seen], i) => {
      text(g, name, x, y + 16 + i * 17, { size });
      text(
        g,
        seen === undefined
          ? `${formatNumber(value, 3)}${unit ? ` ${unit}` : ""}`
          : formatNumber(seen, 3),
        x + side,
        y + 16 + i * 17,
        { size, align: "right", color: "--qd-ink" },
      );
    });
  } else {
    const { values, shape, layout, half_width, channels } = picture.map || {
      ...picture.image,
      layout: "image",
    };
    if (!channels?.length) drawMap(g, values, shape, layout, x, y, side, top, half_width > 0);
    const small = channels?.length ? (side - 3 * (channels.length - 1)) / channels.length : 0;
    channels?.forEach(([name, part], k) => {
      const left = x + k * (small + 3);
      drawMap(g, part, shape, layout, left, y, small, top, half_width > 0);
      const letters = Math.floor(small / 5.6); /* few on a phone */
      const shown = name.length > letters ? `${name.slice(0, letters - 1)}.` : name;
      text(g, shown, left, y + small + 12, { size: 10 });
    });
  }
}

/* A title that is too long loses its last words. */
function fitted(g, words, side) {
  g.font = `400 11.5px ${css("--qd-font")}`;
  let shown = words;
  while (g.measureText(shown).width > side + 4 && shown.includes(" "))
    shown = shown.slice(0, shown.lastIndexOf(" "));
  return shown;
}

function heightOf(picture, side) {
  const n = picture.map?.channels?.length;
  return picture.numbers ? 12 + 17 * picture.numbers.length : n ? side / n + 16 : side;
}
function topOf(items, part) {
  const values = ({ map, image }) =>
    map?.channels?.length
      ? map.channels.flatMap(([, channel]) => channel)
      : (map || image)?.values || [0];
  return Math.max(...items.flatMap((item) => values(item[part]))) || 1;
}

function drawPairs(g, width, { items, above, below }) {
  if (!items.length) return 0;
  const gap = 14,
    most = Math.max(
      2,
      Math.min(items.length, Math.floor((width + gap) / (width < 460 ? 100 : 118))),
    );
  const columns = Math.ceil(
    items.length / Math.ceil(items.length / most),
  ); /* no last line with one picture */
  const side = Math.min(150, (width - gap * (columns - 1)) / columns),
    tops = [topOf(items, "above"), topOf(items, "below")];
  let y = 0;
  for (let begin = 0; begin < items.length; begin += columns) {
    const line = items.slice(begin, begin + columns);
    const high = Math.max(...line.map((item) => heightOf(item.above, side))),
      low = Math.max(...line.map((item) => heightOf(item.below, side)));
    text(g, above, 0, y + 13, { color: "--qd-ink", weight: 600 });
    const named = line.some((item) => item.title) ? 18 : 0;
    text(g, below, 0, y + 33 + named + high, { color: "--qd-ink", weight: 600 });
    line.forEach((item, i) => {
      const x = i * (side + gap);
      text(g, fitted(g, item.title, side), x, y + 13 + named, { size: 11.5 });
      drawPicture(g, item.above, x, y + 18 + named, side, tops[0]);
      drawPicture(g, item.below, x, y + 40 + named + high, side, tops[1]);
      if (item.note) text(g, item.note, x, y + 40 + named + high + low + 15, { size: 11.5 });
    });
    y += 40 + named + high + low + (line.some((item) => item.note) ? 22 : 6) + 16;
  }
  if (!items.some((item) => item.below.map && item.below.map.layout !== "layers")) return y - 12;
  return y - 6 + colorBar(g, 0, y - 6, Math.min(2 * side, 220), tops[1], "fraction of the total");
}

function tablesOfPairs({ items, above, below }, label) {
  const words = (picture) =>
    picture.points
      ? `${picture.n ?? picture.points.length} constituents, hardest ${formatNumber(picture.points[0]?.[2])} GeV`
      : picture.numbers
        ? picture.numbers
            .map(
              ([name, unit, value, seen]) =>
                `${name} ${formatNumber(value)} ${unit}`.trim() +
                (seen === undefined ? "" : ` as ${formatNumber(seen)}`),
            )
            .join(", ")
        : `${(picture.map || picture.image).shape.join(" x ")} cells, ${(picture.map || picture.image).values.filter((v) => v > 1e-6).length} nonzero`;
  const rows = items.map((item, i) => [
    i + 1,
    item.title,
    words(item.above),
    words(item.below),
    item.note || "",
  ]);
  return items.length ? [{ caption: label, head: ["", "", above, below, ""], rows }] : [];
}

function render({ model, el }) {
  el.classList.add("qd-pairs");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  Object.assign(canvas.style, { width: "100%", display: "block" });
  el.append(canvas);
  const found = () => ({
    items: model.get("items") || [],
    above: model.get("above"),
    below: model.get("below"),
  });
  const refreshTable = tableDrawer(el, () => tablesOfPairs(found(), model.get("label")));
  let width = 0;
  function draw() {
    const full = el.clientWidth,
      scale = window.devicePixelRatio || 1,
      g = canvas.getContext("2d");
    canvas.setAttribute("aria-label", model.get("label"));
    if (full < 40) {
      width = 0;
      return;
    }
    width = full;
    let height = canvas.clientHeight || 200;
    for (let pass = 0; pass < 2; pass++) {
      /* the first pass measures the height */
      canvas.width = Math.round(full * scale);
      canvas.height = Math.round(height * scale);
      g.setTransform(scale, 0, 0, scale, 0, 0);
      height = Math.ceil(drawPairs(g, full, found()));
      canvas.style.height = `${height}px`;
    }
  }
  const fresh = () => {
    draw();
    refreshTable();
  };
  model.on("change:items", fresh);
  const resized = new ResizeObserver(() => {
    if (Math.abs(el.clientWidth - width) > 1) draw();
  });
  const rethemed = new MutationObserver(draw);
  resized.observe(el);
  rethemed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  fresh();
  return () => {
    resized.disconnect();
    rethemed.disconnect();
    model.off("change:items", fresh);
  };
}

export default { render };
