/* The areas as tabs (ARIA pattern "tabs"): arrow keys, Home and End move, Alt and a digit select
   an area. Panels are found by class. On a phone the tabs are at the bottom of the window, and the
   chosen area is brought to its top. */

const NARROW_PAGE = 860,
  LOOKS = 60;

function render({ model, el }) {
  el.classList.add("qd-tabs");
  const bar = document.createElement("div");
  bar.setAttribute("role", "tablist");
  bar.setAttribute("aria-label", "Areas");
  el.append(bar);
  const slug = (name) => name.toLowerCase();
  /** @returns {HTMLElement[]} */
  const tabs = () => Array.from(bar.querySelectorAll("button"));
  const choose = (name) => {
    if (name === model.get("value")) return;
    model.set("value", name);
    model.save_changes();
    if (innerWidth <= NARROW_PAGE && !el.closest(".qd-app.is-embedded")) bring(name, LOOKS);
  };
  /* The kernel shows the area, a moment later. */
  const bring = (name, looks) => {
    const area = document.querySelector(`.qd-area-${slug(name)}:not(.is-hidden)`);
    if (area) area.scrollIntoView();
    else if (looks && name === model.get("value")) setTimeout(() => bring(name, looks - 1), 100);
  };
  const mark = () => {
    for (const tab of tabs()) {
      const chosen = tab.dataset.area === model.get("value");
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      const words = model.get("badges")[tab.dataset.area] || "";
      const badge = tab.querySelector("em");
      badge.textContent = words;
      badge.hidden = !words;
      /* sideways only: the page itself stays where it is */
      if (
        chosen &&
        (tab.offsetLeft < bar.scrollLeft ||
          tab.offsetLeft + tab.offsetWidth > bar.scrollLeft + bar.clientWidth)
      )
        bar.scrollLeft = tab.offsetLeft;
    }
  };
  const build = () => {
    bar.replaceChildren(
      ...model.get("options").map((name, i) => {
        const tab = document.createElement("button");
        tab.type = "button";
        tab.id = `qd-tab-${slug(name)}`;
        tab.dataset.area = name;
        tab.setAttribute("role", "tab");
        tab.setAttribute("aria-controls", `qd-panel-${slug(name)}`);
        tab.setAttribute("aria-label", name);
        tab.setAttribute("aria-keyshortcuts", `Alt+${i + 1}`);
        tab.append(
          Object.assign(document.createElement("span"), { textContent: name }),
          Object.assign(document.createElement("em"), { hidden: true }),
        );
        tab.addEventListener("click", () => choose(name));
        return tab;
      }),
    );
    mark();
  };
  const go = (to) => {
    const names = model.get("options"),
      name = names[(to + names.length) % names.length];
    choose(name);
    tabs()
      .find((tab) => tab.dataset.area === name)
      ?.focus();
  };
  bar.addEventListener("keydown", (event) => {
    const at = model.get("options").indexOf(model.get("value"));
    if (event.key === "ArrowRight") go(at + 1);
    else if (event.key === "ArrowLeft") go(at - 1);
    else if (event.key === "Home") go(0);
    else if (event.key === "End") go(-1);
    else return;
    event.preventDefault();
  });
  const shortcut = (event) => {
    const app = el.closest(".qd-app.is-embedded");
    if (app && !app.contains(event.target)) return; /* Lab has shortcuts of its own */
    if (!event.altKey || event.ctrlKey || event.metaKey || !/^Digit[1-9]$/.test(event.code)) return;
    const to = Number(event.code.slice(5)) - 1;
    if (to >= model.get("options").length) return;
    event.preventDefault();
    go(to);
  };
  document.addEventListener("keydown", shortcut);
  model.on("change:value", mark);
  model.on("change:badges", mark);
  build();
  return () => document.removeEventListener("keydown", shortcut);
}

export default { render };
