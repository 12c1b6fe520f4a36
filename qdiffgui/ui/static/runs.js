/* The table of runs: what each is, how it went, what can be done with it. Every word goes in as text, never as markup. */

const cell = (tag, words, className) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (words !== undefined) node.textContent = words;
  return node;
};

const twoLines = ([first, second]) => {
  const td = cell("td", first, "qd-two-lines");
  if (second) td.append(cell("small", second));
  return td;
};

function render({ model, el }) {
  el.classList.add("qd-runs");
  const act = (op, id) => () => model.send({ op, id });
  /* A new table under a pressed pointer would swallow the click: it waits until the pointer is let go. */
  let pressed = false, waits = false;
  el.addEventListener("pointerdown", () => { pressed = true; });
  const release = () => setTimeout(() => {
    pressed = false;
    if (waits) draw();
  });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release);
  const draw = () => {
    waits = pressed;
    if (waits) return;
    const rows = model.get("rows"), columns = model.get("columns"), chosen = new Set(model.get("selected")), current = model.get("current");
    const focus = document.activeElement && el.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    el.replaceChildren();
    if (!rows.length) {
      el.append(cell("p", "No runs yet. Choose a preset and press Start.", "qd-empty"));
      return;
    }
    const table = cell("table", undefined, "qd-table"), head = cell("tr"), body = cell("tbody");
    table.append(cell("caption", "Tick runs to compare them; open one to follow it."));
    head.append(cell("th", "Run"), cell("th", "Status"), ...columns.map((column) => cell("th", column.label)), cell("th", "Actions"));
    head.querySelectorAll("th").forEach((th) => { th.scope = "col"; });
    const thead = cell("thead");
    thead.append(head);
    for (const row of rows) {
      const line = cell("tr", undefined, row.id === current ? "is-current" : "");
      line.dataset.run = row.id;
      const name = cell("td"), label = cell("label", undefined, "qd-run-name"), tick = cell("input");
      tick.type = "checkbox";
      tick.checked = chosen.has(row.id);
      tick.dataset.key = `tick ${row.id}`;
      tick.setAttribute("aria-label", `Compare ${row.name}`);
      tick.addEventListener("change", () => {
        tick.checked ? chosen.add(row.id) : chosen.delete(row.id);
        model.set("selected", rows.map((r) => r.id).filter((id) => chosen.has(id)));
        model.save_changes();
      });
      const words = cell("span");
      words.append(cell("strong", row.name), cell("small", row.detail));
      label.append(tick, words);
      name.append(label);
      const state = cell("td"), pill = cell("span", row.status, "qd-status");
      pill.dataset.state = row.status;
      state.className = "qd-two-lines";
      state.append(pill, cell("small", row.progress));
      line.append(name, state, ...columns.map((column) => twoLines(row.values[column.key])));
      const actions = cell("td", undefined, "qd-run-actions"), bar = cell("div");
      actions.append(bar);
      for (const [op, text] of row.actions) {
        const button = cell("button", text, "qd-film-button");
        button.type = "button";
        button.dataset.key = `${op} ${row.id}`;
        button.setAttribute("aria-label", `${text} ${row.name}`);
        button.addEventListener("click", act(op, row.id));
        bar.append(button);
      }
      line.append(actions);
      body.append(line);
    }
    table.append(thead, body);
    const scroll = cell("div", undefined, "qd-scroll");
    scroll.append(table);
    el.append(scroll);
    if (focus) [...el.querySelectorAll("[data-key]")].find((node) => node.dataset.key === focus)?.focus();
  };
  for (const name of ["rows", "columns", "selected", "current"]) model.on(`change:${name}`, draw);
  draw();
  return () => { for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, release); };
}

export default { render };
