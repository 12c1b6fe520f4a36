/* The text alternative of a picture: a closed drawer below it. The tables are built when it is
   opened and refreshed while it is open. A table is { caption, head: [text], rows: [[text or
   number]] }; all its rows can be copied as CSV, the first ones are shown. */

const SHOWN_ROWS = 200;
const ARRAYS = {
  f8: Float64Array,
  f4: Float32Array,
  i4: Int32Array,
  i2: Int16Array,
  i1: Int8Array,
  u4: Uint32Array,
  u2: Uint16Array,
  u1: Uint8Array,
};

const node = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};
/* Numbers in the format of ``evaluation.number_format.format_number``, with four digits: 0.000928,
   3 072, 2.99 × 10⁹. */
const NARROW = "\u202f";
const raised = (power) =>
  String(power).replace(/[-0-9]/g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
const grouped = (value, decimals) => {
  const [whole, rest = ""] = Math.abs(value).toFixed(decimals).split("."),
    kept = rest.replace(/0+$/, ""),
    text = whole.replace(/\B(?=(\d{3})+$)/g, NARROW) + (kept && `.${kept}`);
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
};
const formatNumber = (value, digits = 4) => {
  if (typeof value !== "number") return String(value ?? "–");
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "-∞";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return grouped(value, 0);
  const [mantissa, power] = value.toExponential(digits - 1).split("e");
  if (Number(power) >= -4 && Number(power) < 6)
    return grouped(value, Math.max(digits - 1 - Number(power), 0));
  const raise = `10${raised(Number(power))}`;
  return Number(mantissa) === 1 ? raise : `${Number(mantissa)}${NARROW}×${NARROW}${raise}`;
};
const csvOf = (tables) => {
  const cell = (value) => {
    const text = String(value ?? "");
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return (
    tables
      .map((t) =>
        [`# ${t.caption}`, ...[t.head, ...t.rows].map((row) => row.map(cell).join(","))].join("\n"),
      )
      .join("\n\n") + "\n"
  );
};

function htmlTable({ caption, head, rows }) {
  const scroll = node("div", "qd-scroll"),
    table = node("table", "qd-table"),
    top = node("tr"),
    body = node("tbody");
  scroll.tabIndex = 0;
  scroll.setAttribute("role", "region");
  scroll.setAttribute("aria-label", caption);
  const words =
    rows.length > SHOWN_ROWS
      ? `${caption} (first ${SHOWN_ROWS} of ${rows.length} rows; the CSV has all)`
      : caption;
  for (const name of head) top.append(Object.assign(node("th", "", name), { scope: "col" }));
  for (const row of rows.slice(0, SHOWN_ROWS)) {
    const line = node("tr");
    row.forEach((value) => line.append(node("td", "", formatNumber(value))));
    body.append(line);
  }
  const header = node("thead");
  header.append(top);
  table.append(node("caption", "", words), header, body);
  scroll.append(table);
  return scroll;
}

/* Adds the drawer to ``el``; ``tables()`` gives what it shows. Returns what to call when the
   picture has changed. */
function tableDrawer(el, tables) {
  const drawer = node("details", "qd-drawer qd-table-drawer"),
    place = node("div"),
    copy = node("button", "qd-button", "Copy as CSV");
  copy.type = "button";
  copy.addEventListener("click", () =>
    navigator.clipboard?.writeText(csvOf(tables())).then(
      () => {
        copy.textContent = "Copied";
        setTimeout(() => {
          copy.textContent = "Copy as CSV";
        }, 1500);
      },
      () => {
        copy.textContent = "Copying is not allowed here";
      },
    ),
  );
  drawer.append(node("summary", "", "Show as table"), copy, place);
  el.append(drawer);
  const fill = () => {
    if (drawer.open) place.replaceChildren(...tables().map(htmlTable));
  };
  const refresh = () => {
    drawer.hidden = !tables().some((t) => t.rows.length);
    fill();
  };
  drawer.addEventListener("toggle", fill);
  refresh();
  return refresh;
}

/* Arrays of a plotly plot as they are, or packed in base64 by plotly.py. */
function plainArray(value) {
  if (!value || typeof value !== "object" || !("bdata" in value))
    return value ? Array.from(value) : [];
  const bytes = Uint8Array.from(atob(value.bdata), (c) => c.charCodeAt(0));
  const flat = Array.from(new ARRAYS[value.dtype](bytes.buffer));
  if (!value.shape) return flat;
  const [rows, columns] = String(value.shape).split(",").map(Number);
  return columns === undefined
    ? flat
    : Array.from({ length: rows }, (_, r) => flat.slice(r * columns, (r + 1) * columns));
}

const withoutTags = (text) =>
  String(text ?? "")
    .replace(/<br\s*\/?>/g, " ")
    .replace(/<[^>]+>/g, "");

/* What a plotly plot shows: traces over the same x are columns of one table, a heatmap is a
   table of its own. */
function tablesOfPlot(plot, label) {
  if (!plot) return [];
  const layout = plot.layout || {},
    groups = new Map(),
    tables = [];
  const axisOf = (axis, short) => layout[`${axis}axis${(short || axis).slice(1)}`];
  const title = (axis, short) =>
    withoutTags(
      axisOf(axis, short)?.title?.text || axisOf(axis, axisOf(axis, short)?.matches)?.title?.text,
    );
  for (const trace of plot.data || []) {
    if (trace.z) {
      const z = plainArray(trace.z),
        x = trace.x ? plainArray(trace.x) : z[0].map((_, i) => i),
        y = trace.y ? plainArray(trace.y) : z.map((_, i) => i);
      tables.push({
        caption: withoutTags(trace.name) || label,
        head: ["", ...x.map((value) => formatNumber(value))],
        rows: z.map((row, i) => [formatNumber(y[i]), ...row]),
      });
      continue;
    }
    const name = withoutTags(trace.name),
      flat = trace.orientation === "h";
    let x = plainArray(flat ? trace.y : trace.x),
      y = plainArray(flat ? trace.x : trace.y);
    if (!name && trace.hoverinfo === "skip") continue;
    if (!x.length) x = y.map((_, i) => i);
    const key = JSON.stringify([flat ? trace.yaxis : trace.xaxis, x]);
    if (!groups.has(key))
      groups.set(key, {
        x,
        along: title(flat ? "y" : "x", flat ? trace.yaxis : trace.xaxis),
        across: title(flat ? "x" : "y", flat ? trace.xaxis : trace.yaxis),
        columns: [],
      });
    const errors = plainArray((flat ? trace.error_x : trace.error_y)?.array);
    const columns = groups.get(key).columns;
    columns.push([name || groups.get(key).across || "value", y]);
    if (errors.length) columns.push([`± ${name}`, errors]);
  }
  for (const { x, along, across, columns } of groups.values()) {
    const caption = [label, along, across].filter(Boolean).join(" · ");
    tables.push({
      caption,
      head: [along || "x", ...columns.map((c) => c[0])],
      rows: x.map((value, i) => [value, ...columns.map((c) => c[1][i])]),
    });
  }
  return tables;
}
