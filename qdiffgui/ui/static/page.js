/* What the page itself does for the kernel: announces to screen readers, saves files, keeps the
   address, fills the header, names controls. */

const saveAs = (name, mime, parts) => {
  const url = URL.createObjectURL(new Blob(parts, { type: mime }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
};

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function fillHeader(model, el) {
  const machine = frameOf(el).querySelector("#qd-header-machine");
  const slot = frameOf(el).querySelector("#qd-header-run");
  if (!machine || !slot) return;
  const docs = frameOf(el).querySelector("#qd-docs");
  docs.hidden = !(model.get("docs") && hasTemplate());
  frameOf(el).querySelector("#qd-share").hidden = !model.get("shared");
  machine.replaceChildren(...model.get("machine").map((line) => make("div", "", line)));
  const run = model.get("run");
  const focused = slot.contains(document.activeElement);
  slot.replaceChildren();
  if (hasTemplate()) document.title = run?.detail ? `${run.detail} – qdiffgui` : "qdiffgui";
  if (!run) return;
  if (run.name) {
    const chip = make("span", "qd-run-chip"),
      status = make("em", "qd-status", run.status),
      button = make("button");
    status.style.fontStyle = "normal";
    status.dataset.state = run.status;
    chip.append(status, make("strong", "", run.name), make("span", "", run.detail || ""));
    button.type = "button";
    button.setAttribute(
      "aria-label",
      `Show run ${run.name}, ${run.status} ${run.detail || ""}`.trim(),
    );
    button.addEventListener("click", () => model.send({ op: "train" }));
    button.append(chip);
    slot.append(button);
    if (focused) button.focus();
  }
  if (run.others) slot.append(make("span", "", run.others));
}

/* Drawers that a person has opened: they stay open when the kernel rewrites them. */
const kept = new Set();
const onToggle = ({ target }) => {
  if (target.dataset?.keep && target.isConnected)
    kept[target.open ? "add" : "delete"](target.dataset.keep);
};

/* Browsers allow the clipboard on a page of this machine; elsewhere a hidden text field does it. */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    const field = Object.assign(document.createElement("textarea"), { value: text });
    Object.assign(field.style, { position: "fixed", opacity: "0" });
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    if (!done) throw error;
  }
}

/* ipywidgets leaves sliders without a name, labels with title="null" and areas without a role. */
function nameControls(root) {
  for (const field of root.querySelectorAll(".qd-field")) {
    const label = field.querySelector(".qd-label");
    if (!label) continue;
    const help = label.querySelector("[title]")?.title;
    if (help && field.title !== help) field.title = help;
    for (const control of field.querySelectorAll(
      "input, select, textarea, [role=slider], [contenteditable]",
    )) {
      if (!control.hasAttribute("aria-label"))
        control.setAttribute("aria-label", label.textContent.trim());
      if (help && !control.hasAttribute("aria-description"))
        control.setAttribute("aria-description", help);
    }
  }
  for (const row of root.querySelectorAll(".widget-inline-hbox")) {
    const label = row.querySelector(":scope > .widget-label");
    const handle = row.querySelector("[role=slider]");
    if (label?.textContent && handle && !handle.hasAttribute("aria-label"))
      handle.setAttribute("aria-label", label.textContent.trim());
  }
  for (const odd of root.querySelectorAll('[title="null"]')) odd.removeAttribute("title");
  for (const panel of root.querySelectorAll("[class*=' qd-area-']:not([role])")) {
    const name = /qd-area-([a-z]+)/.exec(panel.className)[1];
    Object.assign(panel, {
      id: `qd-panel-${name}`,
      role: "tabpanel",
      ariaLabel: name[0].toUpperCase() + name.slice(1),
    });
  }
  for (const drawer of root.querySelectorAll("details[data-keep]")) {
    if (kept.has(drawer.dataset.keep) && !drawer.open) drawer.open = true;
  }
  for (const chip of root.querySelectorAll(".qd-chips .jupyter-button")) {
    const pressed = String(chip.classList.contains("mod-active"));
    if (chip.getAttribute("aria-pressed") !== pressed) chip.setAttribute("aria-pressed", pressed);
  }
}

const SILENT = {
  page:
    "The server does not respond, so this page is out of date. Training continues. " +
    "If the server was stopped, start it again (qdiffgui app) and reload.",
  embedded:
    "The kernel does not respond, so this page is out of date. Training continues. " +
    "Run the cell again.",
};

/* Says so where the kernel has not answered for ``patience`` seconds: the server was stopped, or
   the kernel has died. In a hidden tab timers hardly run: only a question that stayed without an
   answer counts, never a question that was not asked. */
function watchKernel(model, el) {
  const bar = make("div", "qd-lost"),
    again = make("button", "qd-button", "Reload");
  let asked = 0,
    answered = true;
  again.type = "button";
  again.addEventListener("click", () => location.reload());
  bar.hidden = true;
  bar.append(make("p", "", ""), again);
  bar.setAttribute("role", "alert");
  again.hidden = !hasTemplate();
  (hasTemplate() ? document.body : el).append(bar);
  const onPulse = (message) => {
    if (message.op !== "pulse") return;
    answered = true;
    bar.hidden = true;
  };
  const ask = () => {
    const now = Date.now(),
      silence = answered ? 0 : (now - asked) / 1000;
    if (answered) [asked, answered] = [now, false];
    const lost = ".jupyter-widgets-disconnected"; /* ipywidgets has seen it end */
    const dead = el.closest(lost) || frameOf(el).querySelector(lost);
    if ((dead || silence > model.get("patience")) && bar.hidden) {
      bar.firstChild.textContent = hasTemplate() ? SILENT.page : SILENT.embedded;
      bar.hidden = false;
    }
    try {
      model.send({ op: "alive" });
    } catch (error) {
      /* the kernel is gone: the message says so */
    }
  };
  model.on("msg:custom", onPulse);
  ask();
  const pulse = setInterval(ask, 250 * model.get("patience"));
  return () => {
    clearInterval(pulse);
    model.off("msg:custom", onPulse);
    bar.remove();
  };
}

function render({ model, el }) {
  const live = make("div");
  live.id = "qd-live";
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  Object.assign(live.style, {
    position: "absolute",
    width: "1px",
    height: "1px",
    overflow: "hidden",
    clipPath: "inset(50%)",
  });
  el.append(live);

  const ended = new AbortController();
  const header = () => fillHeader(model, el);
  model.on("change:machine", header);
  model.on("change:run", header);
  model.on("change:shared", header);
  header();

  model.on("msg:custom", (message, buffers) => {
    if (message.op === "embed") {
      embed(el, message, ended.signal);
      header();
    } else if (message.op === "announce") live.textContent = message.text;
    else if (message.op === "download") saveAs(message.name, message.mime, buffers);
    else if (message.op === "address" && ownsAddress()) {
      const url = new URL(location.href);
      url.search = message.query;
      history.replaceState(null, "", url);
    } else if (message.op === "copy")
      copyText(message.text).then(
        () => {
          live.textContent = "Copied.";
        },
        () => {
          live.textContent = "The browser does not allow copying here.";
        },
      );
    else if (message.op === "show" && (el.closest(".qd-app")?.clientWidth ?? innerWidth) <= 860)
      showResults(message.top);
  });

  /* Until the page has arrived, its parts are not where they will be. */
  const showResults = (top) => {
    if (ended.signal.aborted) return;
    if (el.closest(".is-arriving")) setTimeout(() => showResults(top), 50);
    else {
      const area = "[class*=' qd-area-']:not(.is-hidden)";
      requestAnimationFrame(() =>
        frameOf(el)
          .querySelector(top ? ".qd-body" : area)
          ?.scrollIntoView(),
      );
    }
  };

  const isOurs = (event) => hasTemplate() || frameOf(el).contains(event.target);
  const onClick = (event) => {
    if (!isOurs(event)) return;
    for (const op of ["log", "share"])
      if (event.target.closest?.(`#qd-${op}`)) {
        model.send({ op });
        return;
      }
    const wide = event.target.closest?.("#qd-wide");
    if (wide) {
      wide.setAttribute("aria-pressed", String(el.closest(".qd-app").classList.toggle("is-wide")));
      return;
    }
    const opener = event.target.closest?.(".qd-show-settings");
    if (opener) {
      const shown = el.closest(".qd-app").classList.toggle("shows-settings");
      opener.setAttribute("aria-expanded", String(shown));
      opener.textContent = shown ? "Fewer settings" : "All settings";
      return;
    }
    const button = event.target.closest?.(".qd-copy, #qd-link");
    if (!button) return;
    const base = () => model.get("base") || `${location.origin}${location.pathname}`;
    /* in a lesson the link is that of its task */
    const link = () =>
      frameOf(el).querySelector(".qd-task:not(.is-hidden) .qd-copy[data-address]") ||
      frameOf(el).querySelector(".qd-copy[data-address]");
    const { text, address } = (button.id === "qd-link" ? link() : button)?.dataset || {};
    if (text === undefined && address === undefined) {
      live.textContent = "There is no link because the settings are invalid.";
      return;
    }
    const words = (button.dataset.words ??= button.textContent);
    copyText(address === undefined ? text : `${base()}${address}`)
      .then(
        () => {
          button.textContent = "Copied";
          live.textContent = "Copied.";
        },
        () => {
          button.textContent = "Not allowed here";
        },
      )
      .finally(() =>
        setTimeout(() => {
          button.textContent = words;
        }, 1500),
      );
  };
  /* Ctrl+Z belongs to a text field that is being typed in, else to the settings. */
  const onKey = (event) => {
    if (
      !isOurs(event) ||
      !(event.ctrlKey || event.metaKey) ||
      event.key.toLowerCase() !== "z" ||
      event.target.closest?.("input:not([type=checkbox]):not([type=range]), textarea")
    )
      return;
    event.preventDefault();
    const button = frameOf(el).querySelector(event.shiftKey ? ".qd-redo" : ".qd-undo");
    /** @type {HTMLElement | null} */ (button)?.click();
  };
  /* Gone back to from another page: its kernel was ended when it was left. */
  const onShow = (event) => {
    if (event.persisted && hasTemplate()) location.reload();
  };
  /* On paper a page is light: what is drawn follows the theme, before and after. */
  let screen = null;
  const onPaper = () => {
    if (!hasTemplate() || screen !== null) return;
    screen = document.documentElement.dataset.theme ?? "light";
    document.documentElement.dataset.theme = "light";
  };
  const offPaper = () => {
    if (screen !== null) document.documentElement.dataset.theme = screen;
    screen = null;
  };
  const { signal } = ended;
  addEventListener("beforeprint", onPaper, { signal });
  addEventListener("afterprint", offPaper, { signal });
  addEventListener("pageshow", onShow, { signal });
  document.addEventListener("click", onClick, { signal });
  document.addEventListener("keydown", onKey, { signal });
  document.addEventListener("toggle", onToggle, { capture: true, signal });
  keepTyping(signal, isOurs);

  let waiting = false;
  const tidy = () => {
    waiting = false;
    nameControls(el.closest(".qd-app") || document);
  };
  const observer = new MutationObserver(() => {
    if (!waiting) {
      waiting = true;
      setTimeout(tidy, 120);
    }
  });
  const watch = (root) =>
    observer.observe(root, {
      childList: true,
      subtree: true,
      attributes: true,
      attributeFilter: ["class"],
    });
  if (hasTemplate()) watch(document.body);
  else attached(el, signal).then((app) => app && watch(app));
  tidy();
  model.send({
    op: "ready",
    search: ownsAddress() ? location.search : "",
    embedded: !hasTemplate(),
  });
  const unwatch = watchKernel(model, el);
  return () => {
    ended.abort();
    unwatch();
    observer.disconnect();
  };
}

export default { render };
