/* The exports of a run: one row each, with a save button, the reason if it is unavailable, and
   the command and the call to copy. Every word goes in as text, never as markup. */

const part = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

function copyable(label, text) {
  const row = part("div", "qd-copyable"),
    code = part("pre", "qd-cmd", text),
    copy = part("button", "qd-button", "Copy");
  code.tabIndex = 0;
  code.setAttribute("role", "region");
  code.setAttribute("aria-label", label);
  copy.type = "button";
  copy.setAttribute("aria-label", `Copy: ${label}`);
  copy.addEventListener("click", () => {
    navigator.clipboard.writeText(text).then(
      () => {
        copy.textContent = "Copied";
      },
      () => {
        copy.textContent = "Select the text manually";
      },
    );
    setTimeout(() => {
      copy.textContent = "Copy";
    }, 2000);
  });
  row.append(part("p", "qd-note", label), copy, code);
  return row;
}

function drawOffer(row, act) {
  const line = part("li", row.missing ? "qd-offer is-missing" : "qd-offer"),
    words = part("div", "qd-offer-words"),
    save = part("button", `jupyter-button qd-export-${row.key}`, "Save");
  line.dataset.offer = row.key;
  words.append(part("strong", "", row.label), part("p", "qd-note", row.about));
  if (row.note) words.append(part("p", "qd-note qd-offer-note", row.note));
  save.type = "button";
  save.setAttribute("aria-label", `Save ${row.label}`);
  if (row.missing) {
    const why = part("p", "qd-note qd-offer-why", row.missing);
    why.id = `qd-why-${row.key}`;
    save.disabled = true;
    save.setAttribute("aria-describedby", why.id);
    words.append(why);
  }
  save.addEventListener("click", () => act(row.key));
  const code = part("details", "qd-drawer qd-offer-code");
  code.append(
    part("summary", "", "Command line and Python"),
    copyable(`On the command line: ${row.label}`, row.command),
    copyable(`In Python: ${row.label}`, row.python),
  );
  line.append(words, save, code);
  return line;
}

function render({ model, el }) {
  el.classList.add("qd-offers");
  const list = part("ul");
  el.append(list);
  const draw = () => {
    const open = new Set(
      [...list.querySelectorAll("details[open]")].map((code) => code.parentElement.dataset.offer),
    );
    const focus = list.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement.closest("[data-offer]"))?.dataset.offer
      : null;
    list.replaceChildren(
      ...model.get("rows").map((row) => drawOffer(row, (key) => model.send({ op: "save", key }))),
    );
    for (const line of /** @type {Iterable<HTMLElement>} */ (list.children)) {
      if (open.has(line.dataset.offer)) line.querySelector("details").open = true;
      if (focus === line.dataset.offer) line.querySelector("button").focus();
    }
  };
  model.on("change:rows", draw);
  draw();
  return () => model.off("change:rows", draw);
}

export default { render };
