/* Running and queued runs with their actions. Every word goes in as text. Rows are kept, so that
   a click on one is not lost when its numbers move. */

const make = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

function render({ model, el }) {
  el.classList.add("qd-queue");
  const list = make("ul");
  list.setAttribute("aria-label", "Running and queued runs");
  el.append(list);
  const lines = new Map();
  const build = (row) => {
    const line = make("li"),
      bar = make("div", "qd-bar"),
      fill = make("i"),
      actions = make("div", "qd-queue-actions");
    const parts = {
      pill: make("span", "qd-status"),
      name: make("strong"),
      detail: make("small"),
      bar,
      fill,
      actions,
      shown: "",
    };
    line.dataset.run = row.id;
    bar.setAttribute("role", "progressbar");
    bar.setAttribute("aria-valuemin", "0");
    bar.setAttribute("aria-valuemax", "100");
    bar.append(fill);
    line.append(parts.pill, parts.name, parts.detail, bar, actions);
    lines.set(row.id, { line, ...parts });
    return lines.get(row.id);
  };
  const draw = () => {
    const rows = model.get("rows"),
      known = new Set(rows.map((row) => row.id));
    for (const [id, parts] of lines)
      if (!known.has(id)) {
        parts.line.remove();
        lines.delete(id);
      }
    rows.forEach((row, at) => {
      const parts = lines.get(row.id) || build(row);
      parts.pill.textContent = row.status;
      parts.pill.dataset.state = row.status;
      parts.name.textContent = row.name;
      parts.detail.textContent = row.detail;
      parts.fill.style.width = `${row.percent}%`;
      parts.bar.setAttribute("aria-label", row.name);
      parts.bar.setAttribute("aria-valuenow", String(Math.round(row.percent)));
      parts.line.classList.toggle("is-current", row.current);
      const wanted = JSON.stringify(row.actions);
      if (parts.shown !== wanted) {
        parts.shown = wanted;
        lines.set(row.id, parts);
        parts.actions.replaceChildren(
          ...row.actions.map(([op, text]) => {
            const button = make("button", "qd-button", text);
            button.type = "button";
            button.dataset.op = op;
            button.setAttribute("aria-label", `${text} ${row.name}`);
            button.addEventListener("click", () => model.send({ op, id: row.id }));
            return button;
          }),
        );
      }
      if (list.children[at] !== parts.line)
        list.insertBefore(parts.line, list.children[at] || null);
    });
  };
  model.on("change:rows", draw);
  draw();
  return () => model.off("change:rows", draw);
}

export default { render };
