/* A native list with groups: {"options": [[group, [[label, value], ...]], ...]}; a group without
   a name stands by itself. */

function render({ model, el }) {
  el.classList.add("qd-picker");
  const list = document.createElement("select");
  list.setAttribute("aria-label", model.get("label"));
  el.append(list);
  const show = () => {
    list.value = model.get("value");
  };
  const build = () => {
    list.replaceChildren();
    for (const [name, options] of model.get("options")) {
      const made = options.map(([label, value]) => new Option(label, value));
      if (name) {
        const group = Object.assign(document.createElement("optgroup"), { label: name });
        group.append(...made);
        list.append(group);
      } else list.append(...made);
    }
    show();
  };
  list.addEventListener("change", () => {
    model.set("value", list.value);
    model.save_changes();
  });
  model.on("change:options", build);
  model.on("change:value", show);
  build();
  return () => {
    model.off("change:options", build);
    model.off("change:value", show);
  };
}

export default { render };
