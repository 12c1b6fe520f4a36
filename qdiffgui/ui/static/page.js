/* What the page itself does for the kernel: announces to screen readers, saves files, keeps the address, fills the header, names controls. */

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

function fillHeader(model) {
  const machine = document.getElementById("qd-header-machine");
  const slot = document.getElementById("qd-header-run");
  if (!machine || !slot) return;
  machine.replaceChildren(...model.get("machine").map((line) => make("div", "", line)));
  const run = model.get("run");
  slot.replaceChildren();
  if (!run || !run.name) return;
  const chip = make("div", "qd-run-chip");
  const status = make("em", "qd-status", run.status);
  status.style.fontStyle = "normal";
  status.dataset.state = run.status;
  chip.append(status, make("strong", "", run.name), make("span", "", run.detail || ""));
  slot.append(chip);
}

/* ipywidgets leaves sliders without a name, labels with title="null" and the tabs without a role. */
function nameControls(root) {
  for (const field of root.querySelectorAll(".qd-field")) {
    const label = field.querySelector(".qd-label");
    if (!label) continue;
    for (const control of field.querySelectorAll("input, select, textarea, [role=slider], [contenteditable]")) {
      if (!control.hasAttribute("aria-label")) control.setAttribute("aria-label", label.textContent.trim());
    }
  }
  for (const odd of root.querySelectorAll('[title="null"]')) odd.removeAttribute("title");
  for (const group of root.querySelectorAll(".qd-tabs .widget-toggle-buttons, .qd-tabs.widget-toggle-buttons")) {
    const bar = group.querySelector(".jupyter-button")?.parentElement;
    if (!bar) continue;
    bar.setAttribute("role", "tablist");
    for (const tab of bar.querySelectorAll(".jupyter-button")) {
      tab.setAttribute("role", "tab");
      const chosen = String(tab.classList.contains("mod-active"));
      if (tab.getAttribute("aria-selected") !== chosen) tab.setAttribute("aria-selected", chosen);
    }
  }
  for (const chip of root.querySelectorAll(".qd-chips .jupyter-button")) {
    const pressed = String(chip.classList.contains("mod-active"));
    if (chip.getAttribute("aria-pressed") !== pressed) chip.setAttribute("aria-pressed", pressed);
  }
}

function render({ model, el }) {
  const live = make("div");
  live.id = "qd-live";
  live.setAttribute("role", "status");
  live.setAttribute("aria-live", "polite");
  Object.assign(live.style, { position: "absolute", width: "1px", height: "1px", overflow: "hidden", clipPath: "inset(50%)" });
  el.append(live);

  const header = () => fillHeader(model);
  model.on("change:machine", header);
  model.on("change:run", header);
  header();

  model.on("msg:custom", (message, buffers) => {
    if (message.op === "announce") live.textContent = message.text;
    else if (message.op === "download") saveAs(message.name, message.mime, buffers);
    else if (message.op === "address") {
      const url = new URL(location.href);
      url.search = message.query;
      history.replaceState(null, "", url);
    } else if (message.op === "copy") navigator.clipboard?.writeText(message.text).then(() => { live.textContent = "Copied."; }, () => {});
    else if (message.op === "show" && innerWidth <= 860) document.querySelector(".qd-main")?.scrollIntoView();
  });

  let waiting = false;
  const tidy = () => { waiting = false; nameControls(document.querySelector(".qd-app") || document); };
  const observer = new MutationObserver(() => { if (!waiting) { waiting = true; setTimeout(tidy, 120); } });
  observer.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  tidy();
  const pulse = setInterval(() => model.send({ op: "alive" }), 30000);
  model.send({ op: "ready", search: location.search });
  return () => { clearInterval(pulse); observer.disconnect(); };
}

export default { render };
