/* A plotly figure with back-pressure. plotly.js comes once for all figures: over HTTP where the
   server has it, else from the kernel. The kernel sends the next message only after the last was drawn ("ack"); a fresh view asks for
   everything ("ready"). Sizes follow the box, colors follow the page's theme. With a ``clock``,
   a line marks the time shown by the animation of the same clock; a table is below. */

const FILE = "templates/qdiffgui/static/plotly/plotly-cartesian.min.js";
const PATIENCE = 60000;
/** @type {Record<string, string>} Plot color -> color on the dark page, from plots/theme.py. */
const DARK = {};

/** @type {any} The window, with plotly.js once it has been loaded. */
const page = window;

const fromServer = () =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${document.body.dataset.baseUrl}${FILE}`;
    script.onload = () => resolve(page.Plotly);
    script.onerror = () => reject(new Error(`${script.src} could not be loaded`));
    document.head.append(script);
  });

/* In JupyterLab no server has the file. Another extension may have a Plotly of its own: it stays. */
const fromKernel = (model) =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the kernel did not send it")), PATIENCE);
    const take = async (message, buffers) => {
      if (message.op !== "library") return;
      clearTimeout(timer);
      model.off("msg:custom", take);
      const url = URL.createObjectURL(new Blob(buffers, { type: "text/javascript" }));
      const other = page.Plotly;
      try {
        await import(url);
        resolve(page.Plotly);
        if (other) page.Plotly = other;
      } catch (error) {
        reject(error);
      }
      URL.revokeObjectURL(url);
    };
    model.on("msg:custom", take);
    model.send({ op: "library" });
  });

function loadPlotly(model) {
  page.__qdPlotly ??= (
    document.body.dataset.qdiffgui === "page" ? fromServer() : fromKernel(model)
  ).catch((error) => {
    page.__qdPlotly = undefined; /* the next figure tries again */
    throw error;
  });
  return page.__qdPlotly;
}

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const isDark = () => document.documentElement.dataset.theme === "dark";

function recolor(value) {
  if (Array.isArray(value)) return value.map(recolor);
  if (typeof value === "string") {
    const hit = DARK[value.toLowerCase()];
    if (hit) return hit;
    const rgba = /^rgba\((\d+), ?(\d+), ?(\d+), ?([\d.]+)\)$/.exec(value);
    if (!rgba) return value;
    const hex =
      "#" +
      rgba
        .slice(1, 4)
        .map((part) => (+part).toString(16).padStart(2, "0"))
        .join("");
    const other = DARK[hex];
    if (!other) return value;
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(other.slice(at, at + 2), 16));
    return `rgba(${r},${g},${b},${rgba[4]})`;
  }
  if (value && typeof value === "object" && !ArrayBuffer.isView(value)) {
    if ("bdata" in value) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        /^(x|y|z|text|customdata|error_[xy])$/.test(key) ? part : recolor(part),
      ]),
    );
  }
  return value;
}

function themed(layout) {
  const ink = token("--qd-ink"),
    muted = token("--qd-muted"),
    line = token("--qd-line");
  const out = { ...(isDark() ? recolor(layout) : layout) };
  out.paper_bgcolor = "rgba(0,0,0,0)";
  out.plot_bgcolor = "rgba(0,0,0,0)";
  out.font = { ...out.font, color: ink, family: token("--qd-font") };
  out.hoverlabel = {
    ...out.hoverlabel,
    bgcolor: token("--qd-surface"),
    bordercolor: line,
    font: { color: ink, family: token("--qd-font") },
  };
  out.modebar = {
    ...out.modebar,
    bgcolor: "rgba(0,0,0,0)",
    color: muted,
    activecolor: token("--qd-accent"),
  };
  for (const key of Object.keys(out)) {
    if (!/^[xy]axis\d*$/.test(key)) continue;
    out[key] = {
      ...out[key],
      gridcolor: line,
      linecolor: muted,
      zerolinecolor: line,
      tickcolor: muted,
      tickfont: { ...(out[key].tickfont || {}), color: muted },
    };
  }
  if (out.annotations)
    out.annotations = out.annotations.map((note) => ({
      ...note,
      font: { ...note.font, color: ink },
    }));
  return out;
}

/* plotly would offer to upload the plot to its cloud: nothing leaves this machine. */
const CONFIG = {
  displaylogo: false,
  responsive: false,
  displayModeBar: "hover",
  showSendToCloud: false,
  plotlyServerURL: "",
  modeBarButtonsToRemove: ["lasso2d", "select2d", "autoScale2d"],
};

const BUTTONS = { width: 190, height: 26 }; /* the mode bar, at the top right */
const LETTER = 6.6,
  SAMPLE = 46,
  LINE = 19,
  TITLE = 54; /* a legend's letters, line samples and rows; an axis with its title */

/* A name in the legend in lines of so many letters; one with tags stays as it is. */
function inLines(name, letters) {
  if (name.length <= letters || name.includes("<")) return name;
  const lines = [""];
  for (const word of name.split(" ")) {
    const last = lines[lines.length - 1],
      longer = last ? `${last} ${word}` : word;
    if (last && longer.length > letters) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.join("<br>");
}
const lettersIn = (width) => Math.max(12, Math.floor((width - 56 - 24 - SAMPLE) / LETTER));

/* Room for a legend and for the mode bar, which both may lie on other words: the margins, the
   place of a legend below the plot, and what the plot grows by. ``width`` and ``height`` in CSS
   pixels; ``names`` are those in the legend. */
function roomFor(layout, names, width, height) {
  const margin = {
      l: 56,
      r: 24,
      t: 32,
      b: 44,
      ...layout.template?.layout?.margin,
      ...layout.margin,
    },
    legend = { ...layout.template?.layout?.legend, ...layout.legend };
  const found = { margin, legend: layout.legend, extra: 0 },
    visible = names.length > 0 && (layout.showlegend ?? names.length > 1),
    flat = visible && legend.orientation === "h",
    room = width - margin.l - margin.r,
    lines = names.map((name) => inLines(name, lettersIn(width)).split("<br>")),
    sizes = lines.map((parts) => SAMPLE + LETTER * Math.max(...parts.map((part) => part.length))),
    heights = lines.map((parts) => parts.length),
    total = sizes.reduce((sum, size) => sum + size, 0),
    columns = Math.max(1, Math.floor(room / Math.max(...sizes, 1))),
    rows = !flat
      ? 0
      : columns === 1
        ? heights.reduce((sum, high) => sum + high, 0)
        : (total <= room ? 1 : Math.ceil(names.length / columns)) * Math.max(...heights);
  const below = flat && legend.y < 0;
  if (below) {
    const bottom = Math.max(margin.b, TITLE + rows * LINE + 6);
    found.extra += bottom - margin.b;
    found.margin = { ...found.margin, b: bottom };
  }
  const shown = (note) => note.text && note.yref === "paper" && note.y >= 1,
    last = Math.max(0, ...(layout.annotations || []).filter(shown).map((note) => note.x ?? 0)),
    reach = below || !flat ? 0 : margin.l + (rows > 1 ? room : total);
  const crossed = Boolean(layout.title?.text) || last > 0.7 || reach > width - BUTTONS.width;
  if (crossed || (rows > 1 && !below)) {
    const above = below ? 0 : rows * LINE + 8,
      top = Math.max(margin.t, above) + (crossed ? BUTTONS.height : 0);
    found.extra += top - margin.t;
    found.margin = { ...found.margin, t: top };
  }
  if (below) {
    const tall = height + found.extra - found.margin.t - found.margin.b;
    found.legend = { ...legend, y: -TITLE / Math.max(tall, 60), yanchor: "top" };
  }
  return found;
}

/* The names in a legend: traces of one group that share theirs count once. */
const namesOf = (figure) =>
  (figure.data || [])
    .filter((trace) => trace.name && trace.showlegend !== false && trace.visible !== false)
    .map((trace) => withoutTags(trace.name));

async function render({ model, el }) {
  el.classList.add("qd-plot");
  Object.assign(DARK, model.get("dark"));
  const box = document.createElement("div");
  box.style.width = "100%";
  box.setAttribute("role", "figure");
  const label = () => box.setAttribute("aria-label", model.get("label"));
  const room = () =>
    figure && box.clientWidth >= 40
      ? roomFor(figure.layout || {}, namesOf(figure), box.clientWidth, model.get("height"))
      : { margin: undefined, legend: undefined, extra: 0 };
  const size = () => {
    box.style.height = `${model.get("height") + room().extra}px`;
  };
  el.append(box);
  let figure = null;
  label();
  size();
  let Plotly;
  try {
    Plotly = await loadPlotly(model);
  } catch (error) {
    box.textContent = `The plotting library could not be loaded: ${error.message}. Reload the page.`;
    return;
  }
  let width = 0,
    now = null;
  const refreshTable = tableDrawer(el, () => tablesOfPlot(figure, model.get("label")));
  const marks = () => [
    ...(figure?.layout?.shapes || []),
    ...(now === null
      ? []
      : [
          {
            type: "line",
            x0: now,
            x1: now,
            y0: 0,
            y1: 1,
            yref: "paper",
            line: { color: token("--qd-accent-2"), width: 2, dash: "dot" },
          },
        ]),
  ];

  const draw = async () => {
    if (!figure || !el.isConnected) return;
    if (box.clientWidth < 40) {
      /* hidden: whatever came meanwhile is drawn when it is shown again; the observer of its size
       * does not tell what was hidden and shown between two frames */
      width = 0;
      requestAnimationFrame(() => {
        if (!width && box.clientWidth >= 40) chain = chain.then(draw).catch(() => {});
      });
      return;
    }
    width = box.clientWidth;
    tellWidth();
    const { margin, legend, extra } = room();
    size();
    const layout = themed({
      ...figure.layout,
      margin,
      legend,
      width,
      height: model.get("height") + extra,
      autosize: false,
      shapes: marks(),
    });
    const named = (figure.data || []).map((trace) =>
      trace.name ? { ...trace, name: inLines(trace.name, lettersIn(width)) } : trace,
    );
    await Plotly.react(box, isDark() ? recolor(named) : named, layout, CONFIG);
    refreshTable();
  };
  /** @param {any} event */
  const onTime = ({ detail }) => {
    if (!model.get("clock") || detail.clock !== model.get("clock") || detail.time === now) return;
    now = detail.time;
    if (figure && width)
      chain = chain.then(() => Plotly.relayout(box, { shapes: marks() })).catch(() => {});
  };
  let reported = 0;
  const steps = () => (box.clientWidth < 40 ? 0 : Math.round(box.clientWidth / 40) * 40);
  const tellWidth = () => {
    /* in steps: what fits changes with a column, not with a pixel */
    if (!steps() || steps() === reported) return;
    reported = steps();
    model.send({ op: "width", width: reported });
  };
  const numbers = (values) => (Array.isArray(values) ? values : values ? Array.from(values) : []);
  const extend = async (traces) => {
    for (const [index, part] of Object.entries(traces)) {
      const trace = figure.data[index];
      trace.x = numbers(trace.x).concat(part.x);
      trace.y = numbers(trace.y).concat(part.y);
    }
    figure.layout.datarevision = (figure.layout.datarevision || 0) + 1;
    await draw();
  };
  const handle = async (message) => {
    try {
      if (message.op === "react") {
        figure = JSON.parse(message.figure);
        await draw();
      } else if (message.op === "extend" && figure) await extend(message.traces);
      else if (message.op === "image" && figure) await download(message);
      if (message.n !== undefined) model.send({ op: "ack", n: message.n });
    } catch (error) {
      model.send({ op: "error", n: message.n, text: String((error && error.message) || error) });
    }
  };
  const download = async (message) => {
    const layout = {
      ...themed({
        ...figure.layout,
        width: message.width,
        height: message.height,
        autosize: false,
      }),
      paper_bgcolor: token("--qd-surface"),
    };
    const picture = { data: isDark() ? recolor(figure.data) : figure.data, layout };
    const url = await Plotly.toImage(picture, {
      format: message.format,
      width: message.width,
      height: message.height,
      scale: 2,
    });
    const link = document.createElement("a");
    link.href = url;
    link.download = message.filename;
    link.click();
  };
  let chain = Promise.resolve();
  const onMessage = (message) => {
    chain = chain.then(() => handle(message));
  };
  const resized = new ResizeObserver(() => {
    if (Math.abs(box.clientWidth - width) > 1) chain = chain.then(draw).catch(() => {});
  });
  const rethemed = new MutationObserver(() => {
    chain = chain.then(draw).catch(() => {});
  });
  document.addEventListener("qd-time", onTime);
  model.on("msg:custom", onMessage);
  model.on("change:label", label);
  model.on("change:height", size);
  resized.observe(box);
  rethemed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  reported = steps();
  model.send({ op: "ready", width: reported });
  return () => {
    document.removeEventListener("qd-time", onTime);
    resized.disconnect();
    rethemed.disconnect();
    model.off("msg:custom", onMessage);
    Plotly.purge(box);
  };
}

export default { render };
