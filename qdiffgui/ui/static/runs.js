/* The table of runs with their status, metrics and actions. It is filtered by words and by
   status, and sorted by a click on a heading; pinned runs stay on top. Every word goes in as
   text, never as markup. */

const cell = (tag, words, className) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (words !== undefined) node.textContent = words;
  return node;
};

/* No line ends inside a short part ("20 / 20", "under 1 s", "floor 9.28e-04") of what commas and
   dots divide. */
const SHORT = 18;
const whole = (words) =>
  words
    .split(/(, | · )/)
    .map((part, i) =>
      i % 2 || part.length > SHORT
        ? part
        : part.replaceAll(" ", "\u00a0").replace(/(\de?)-(?=\d)/g, "$1\u2060-\u2060"),
    )
    .join("");
const twoLines = ([first, second], compact) => {
  const td = cell("td", whole(first), "qd-two-lines");
  if (second && compact) td.title = second;
  else if (second) td.append(cell("small", whole(second)));
  return td;
};

const STATES = [
  ["", "All"],
  ["done", "Done"],
  ["active", "Active"],
  ["stopped", "Stopped"],
];
const ACTIVE = new Set(["queued", "running", "paused", "cancelling"]);
const SHOWN = 25;
const kindOf = (status) => (status === "done" ? "done" : ACTIVE.has(status) ? "active" : "stopped");

const tagLine = (row) => (row.tags || []).map((tag) => `#${tag}`).join(" ");
const values = (row) => Object.values(row.values).flat().join(" ");

/* Shares of the width, so that columns stay where they are while their content changes. */
const SHARES = { name: 30, status: 13, date: 10, model: 13, metric: 14, actions: 20 };
const NARROW = 760;

/* Rows as they are to be shown: those that hold every word of ``words``, sorted by ``key``,
   pinned ones first; equal ones stay in order. */
function arranged(rows, { words, state, key, down }) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (row) =>
    [row.name, row.detail, row.status, row.id, tagLine(row), row.note, values(row)]
      .join(" ")
      .toLowerCase();
  const kept = rows.filter(
    (row) =>
      (!state || kindOf(row.status) === state) && wanted.every((word) => text(row).includes(word)),
  );
  const by = (row) => row.order[key];
  const known = (row) => by(row) !== null && by(row) !== undefined;
  const compare = (a, b) => {
    if (a.pinned !== b.pinned) return a.pinned ? -1 : 1;
    if (!key) return 0;
    if (known(a) !== known(b)) return known(a) ? -1 : 1;
    if (!known(a)) return 0;
    const way =
      typeof by(a) === "number" ? by(a) - by(b) : String(by(a)).localeCompare(String(by(b)));
    return down ? -way : way;
  };
  return kept
    .map((row, at) => [row, at])
    .sort(([a, i], [b, j]) => compare(a, b) || i - j)
    .map(([row]) => row);
}

/* What is drawn of these rows, in order: a group of two rows or more as ``{ key, rows }`` where its
   first row stands, followed by its rows if it is opened, and other rows as ``{ row }``. */
function bucketed(rows, groups, opened) {
  const members = new Map();
  for (const row of rows)
    if (groups[row.group]) members.set(row.group, [...(members.get(row.group) || []), row]);
  const drawn = [];
  for (const row of rows) {
    const mine = members.get(row.group);
    if (!mine || mine.length < 2) drawn.push({ row });
    else if (mine[0] === row) {
      drawn.push({ key: row.group, rows: mine });
      if (opened.has(row.group)) drawn.push(...mine.map((inside) => ({ row: inside })));
    }
  }
  return drawn;
}

function toggle(text, label, key, pressed, act) {
  const button = cell("button", text, "qd-button qd-toggle");
  button.type = "button";
  button.dataset.key = key;
  button.setAttribute("aria-label", label);
  button.setAttribute("aria-pressed", String(pressed));
  button.title = label;
  button.addEventListener("click", act);
  return button;
}

function heading(column, view, change) {
  const th = cell("th"),
    button = cell("button", column.label, "qd-sort");
  th.scope = "col";
  const mine = view.key === column.key;
  th.setAttribute("aria-sort", mine ? (view.down ? "descending" : "ascending") : "none");
  button.type = "button";
  button.dataset.key = `sort ${column.key}`;
  button.append(cell("span", mine ? (view.down ? " ▾" : " ▴") : "", "qd-sort-way"));
  button.addEventListener("click", () => {
    if (!mine) change({ key: column.key, down: false });
    else change(view.down ? { key: "", down: false } : { down: true });
  });
  th.append(button);
  return th;
}

/* A form for name, tags and note of a run. It stands above the table, which is drawn again
   whenever a run changes. */
function editor(row, save, close) {
  const form = cell("form", undefined, "qd-runs-bar");
  const field = (tag, label, value, hint) => {
    const input = cell(tag, undefined, "qd-runs-filter");
    input.value = value;
    input.placeholder = hint;
    input.setAttribute("aria-label", `${label} of ${row.name}`);
    return input;
  };
  const name = field("input", "Name", row.name, "Name"),
    tags = field("input", "Tags", (row.tags || []).join(", "), "Tags, separated by commas"),
    note = field("input", "Note", row.note || "", "Note"),
    done = cell("button", "Save", "qd-button"),
    cancel = cell("button", "Cancel", "qd-button");
  done.type = "submit";
  cancel.type = "button";
  cancel.addEventListener("click", close);
  form.setAttribute("aria-label", `Name, tags and note of ${row.name}`);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save({ name: name.value, tags: tags.value.split(","), note: note.value });
    close();
  });
  form.append(name, tags, note, done, cancel);
  return { form, name };
}

function filterBar(view, change, modes, grouping, group) {
  const bar = cell("div", undefined, "qd-runs-bar"),
    words = cell("input"),
    states = cell("div", undefined, "qd-segments");
  words.type = "search";
  words.placeholder = "Filter by name, #tag, model, data, seed …";
  words.setAttribute("aria-label", "Filter runs");
  words.className = "qd-runs-filter";
  words.addEventListener("input", () => change({ words: words.value }));
  states.setAttribute("role", "group");
  states.setAttribute("aria-label", "Filter by status");
  const buttons = STATES.map(([key, text]) => {
    const button = toggle(
      text,
      `Show: ${text.toLowerCase()}`,
      `state ${key}`,
      view.state === key,
      () => {
        change({ state: key });
        buttons.forEach((other, i) =>
          other.setAttribute("aria-pressed", String(STATES[i][0] === key)),
        );
      },
    );
    return button;
  });
  states.append(...buttons);
  const dense = toggle("Compact", "One line per run", "compact", view.compact, () => {
    change({ compact: !view.compact });
    dense.setAttribute("aria-pressed", String(view.compact));
  });
  bar.append(words, states);
  if (modes.length) {
    const label = cell("label", "Group by ", "qd-note"),
      choice = cell("select");
    for (const [key, text] of modes) {
      const option = cell("option", text);
      option.value = key;
      choice.append(option);
    }
    choice.value = grouping;
    choice.addEventListener("change", () => group(choice.value));
    label.append(choice);
    bar.append(label);
  }
  bar.append(dense);
  return bar;
}

function render({ model, el }) {
  el.classList.add("qd-runs");
  const view = { words: "", state: "", key: "", down: false, all: false, compact: false };
  const act = (op, id) => () => model.send({ op, id });
  /* A new table under a pressed pointer would swallow the click: it waits until the pointer is
     let go. */
  let pressed = false,
    waits = false;
  const place = cell("div");
  place.addEventListener("pointerdown", () => {
    pressed = true;
  });
  const release = () =>
    setTimeout(() => {
      pressed = false;
      if (waits) draw();
    });
  for (const end of ["pointerup", "pointercancel"]) window.addEventListener(end, release);
  const change = (news) => {
    Object.assign(view, news);
    draw();
  };
  const group = (mode) => {
    model.set("grouping", mode);
    model.save_changes();
  };
  const bar = filterBar(view, change, model.get("modes") || [], model.get("grouping"), group),
    opened = new Set(),
    desk = cell("div");
  el.append(bar, desk, place);
  const edit = (row) => () => {
    const close = () => {
      desk.replaceChildren();
      focusOn(`edit ${row.id}`);
    };
    const { form, name } = editor(
      row,
      (news) => model.send({ op: "annotate", id: row.id, ...news }),
      close,
    );
    desk.replaceChildren(form);
    name.focus();
  };
  const focusOn = (key) =>
    [...place.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key)?.focus();

  const narrow = () => el.clientWidth < NARROW;
  const nameCell = (row, chosen) => {
    const td = cell("td"),
      label = cell("label", undefined, "qd-run-name"),
      tick = cell("input"),
      line = cell("div", undefined, "qd-run-line");
    tick.type = "checkbox";
    tick.checked = chosen.has(row.id);
    tick.style.flex = "none";
    tick.dataset.key = `tick ${row.id}`;
    tick.setAttribute("aria-label", `Compare ${row.name}`);
    tick.addEventListener("change", () => {
      tick.checked ? chosen.add(row.id) : chosen.delete(row.id);
      select(chosen);
    });
    const words = cell("span");
    words.title = [row.name, row.note].filter(Boolean).join("\n");
    words.append(cell("strong", row.name));
    const more = [tagLine(row), row.detail, narrow() ? (row.values.date || []).join(" ") : ""];
    if (!view.compact) {
      words.append(cell("small", more.filter(Boolean).map(whole).join(" · ")));
      if (row.note) words.append(cell("small", row.note));
    } else if (tagLine(row)) words.append(cell("small", tagLine(row)));
    label.append(tick, words);
    line.append(label);
    if (row.editable) {
      const words = `Name, tags and note of ${row.name}`,
        pen = toggle("✎", words, `edit ${row.id}`, false, edit(row));
      pen.removeAttribute("aria-pressed"); /* it opens a form: nothing stays pressed */
      line.append(pen);
    }
    line.append(
      toggle(
        row.pinned ? "★" : "☆",
        `${row.pinned ? "Unpin" : "Pin"} ${row.name}`,
        `pin ${row.id}`,
        row.pinned,
        act("pin", row.id),
      ),
    );
    td.append(line);
    return td;
  };
  const actionsCell = (row, baseline) => {
    const actions = cell("td", undefined, "qd-run-actions"),
      box = cell("div");
    actions.append(box);
    if (!narrow()) box.style.width = "auto"; /* buttons wrap within their column */
    for (const [op, text] of row.actions) {
      const button = cell("button", text, "qd-button");
      button.type = "button";
      button.dataset.key = `${op} ${row.id}`;
      button.setAttribute("aria-label", `${text} ${row.name}`);
      button.addEventListener("click", act(op, row.id));
      box.append(button);
    }
    box.append(
      toggle(
        "Baseline",
        `Use ${row.name} as the baseline`,
        `base ${row.id}`,
        row.id === baseline,
        act("baseline", row.id),
      ),
    );
    return actions;
  };
  const drawRow = (row, columns, chosen, current, baseline) => {
    const line = cell(
      "tr",
      undefined,
      [row.id === current ? "is-current" : "", row.id === baseline ? "is-baseline" : ""]
        .join(" ")
        .trim(),
    );
    line.dataset.run = row.id;
    const state = cell("td", undefined, "qd-two-lines"),
      pill = cell("span", row.status, "qd-status");
    pill.dataset.state = row.status;
    state.append(pill);
    if (!view.compact || row.status !== "done") state.append(cell("small", whole(row.progress)));
    line.append(
      nameCell(row, chosen),
      state,
      ...columns.map((column) => twoLines(row.values[column.key], view.compact)),
      actionsCell(row, baseline),
    );
    return line;
  };
  const select = (chosen) => {
    model.set(
      "selected",
      model
        .get("rows")
        .map((row) => row.id)
        .filter((id) => chosen.has(id)),
    );
    model.save_changes();
  };
  const drawGroup = ({ key, rows }, columns, chosen) => {
    const about = model.get("groups")[key],
      line = cell("tr"),
      name = cell("td"),
      label = cell("div", undefined, "qd-run-name"),
      tick = cell("input"),
      words = cell("span"),
      isOpen = opened.has(key);
    line.dataset.group = key;
    tick.type = "checkbox";
    tick.style.flex = "none";
    tick.dataset.key = `tick group ${key}`;
    tick.setAttribute("aria-label", `Compare all runs of ${about.label}`);
    const ticked = rows.filter((row) => chosen.has(row.id)).length;
    tick.checked = ticked === rows.length;
    tick.indeterminate = ticked > 0 && ticked < rows.length;
    tick.addEventListener("change", () => {
      for (const row of rows) tick.checked ? chosen.add(row.id) : chosen.delete(row.id);
      select(chosen);
    });
    const button = toggle(
      isOpen ? "▾" : "▸",
      `${isOpen ? "Hide" : "Show"} the runs of ${about.label}`,
      `group ${key}`,
      isOpen,
      () => {
        isOpen ? opened.delete(key) : opened.add(key);
        draw();
      },
    );
    button.removeAttribute("aria-pressed");
    button.setAttribute("aria-expanded", String(isOpen));
    words.append(cell("strong", about.label), cell("small", about.about));
    label.append(tick, button, words);
    name.append(label);
    line.append(
      name,
      cell("td", about.status),
      ...columns.map((column) => twoLines(about.values[column.key] || ["", ""], view.compact)),
      cell("td"),
    );
    return line;
  };
  const draw = () => {
    waits = pressed;
    if (waits) return;
    const rows = model.get("rows"),
      columns = model.get("columns").filter(({ key }) => key !== "date" || !narrow()),
      chosen = new Set(model.get("selected"));
    const focus = place.contains(document.activeElement)
      ? /** @type {HTMLElement} */ (document.activeElement).dataset.key
      : null;
    place.replaceChildren();
    bar.hidden = !rows.length;
    if (!rows.length) {
      place.append(cell("p", "No runs yet. Choose a preset and press Start training.", "qd-empty"));
      return;
    }
    const shown = arranged(rows, view);
    const table = cell("table", undefined, "qd-table"),
      head = cell("tr"),
      body = cell("tbody"),
      thead = cell("thead");
    const words = shown.length < rows.length ? `${shown.length} of ${rows.length} runs. ` : "";
    table.append(cell("caption", `${words}Select runs to compare them; open one to follow it.`));
    const heads = [{ key: "name", label: "Run" }, { key: "status", label: "Status" }, ...columns];
    if (!narrow()) {
      const keys = [...heads.map(({ key }) => key), "actions"],
        all = keys.reduce((sum, key) => sum + (SHARES[key] || 0), 0),
        group = cell("colgroup");
      for (const key of keys) {
        const col = cell("col");
        col.style.width = `${(100 * (SHARES[key] || 0)) / all}%`;
        group.append(col);
      }
      table.style.width = "100%"; /* without it the layout is not fixed */
      table.style.tableLayout = "fixed";
      table.append(group);
    }
    const last = cell("th", "Actions");
    last.scope = "col";
    head.append(...heads.map((column) => heading(column, view, change)), last);
    thead.append(head);
    const drawn = bucketed(shown, model.get("groups") || {}, opened);
    const listed = view.all ? drawn : drawn.slice(0, SHOWN);
    body.append(
      ...listed.map((entry) =>
        entry.row
          ? drawRow(entry.row, columns, chosen, model.get("current"), model.get("baseline"))
          : drawGroup(entry, columns, chosen),
      ),
    );
    table.append(thead, body);
    const scroll = cell("div", undefined, "qd-scroll");
    scroll.append(table);
    place.append(scroll);
    if (drawn.length > SHOWN)
      place.append(
        toggle(
          view.all ? "Show fewer rows" : `Show all ${drawn.length} rows`,
          "All rows",
          "all",
          view.all,
          () => change({ all: !view.all }),
        ),
      );
    if (!shown.length) place.append(cell("p", "No run matches the filter.", "qd-empty"));
    if (focus) focusOn(focus);
  };
  for (const name of ["rows", "columns", "groups", "selected", "current", "baseline"])
    model.on(`change:${name}`, draw);
  draw();
  /* a table that was drawn for another width, or while it was hidden */
  let wasNarrow = narrow();
  const resized = new ResizeObserver(() => {
    if (narrow() === wasNarrow) return;
    wasNarrow = narrow();
    draw();
  });
  resized.observe(el);
  return () => {
    resized.disconnect();
    for (const end of ["pointerup", "pointercancel"]) window.removeEventListener(end, release);
  };
}

export default { render };
