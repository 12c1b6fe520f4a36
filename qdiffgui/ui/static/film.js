/* One picture of samples, or a film of them with a time bar: play, pause, step, scrub, speed; space and arrow keys. */

function render({ model, el }) {
  el.classList.add("qd-film");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.style.width = "100%";
  canvas.style.display = "block";
  const bar = document.createElement("div");
  bar.className = "qd-film-bar";
  el.append(canvas, bar);

  const icon = (path) => `<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${path}"/></svg>`;
  const ICONS = { first: icon("M3 2h2v12H3zM14 2v12L6 8z"), back: icon("M12 2v12L4 8z"), play: icon("M4 2l9 6-9 6z"), pause: icon("M4 2h3v12H4zM9 2h3v12H9z"), on: icon("M3 2l8 6-8 6zM12 2h2v12h-2z") };
  const button = (label, glyph, act) => {
    const node = document.createElement("button");
    node.type = "button";
    node.className = "qd-film-button";
    node.setAttribute("aria-label", label);
    node.innerHTML = ICONS[glyph];
    node.addEventListener("click", act);
    return node;
  };
  const slider = Object.assign(document.createElement("input"), { type: "range", min: 0, max: 0, value: 0, step: 1 });
  slider.setAttribute("aria-label", "Diffusion time");
  const speed = document.createElement("select");
  speed.setAttribute("aria-label", "Speed");
  for (const [value, name] of [[900, "slow"], [260, "normal"], [90, "fast"]]) speed.append(new Option(name, value, value === 260, value === 260));
  const time = Object.assign(document.createElement("output"), { className: "qd-film-time" });
  const play = button("Play", "play", () => toggle());
  bar.append(button("Back to the first frame", "first", () => show(0)), button("One frame back", "back", () => show(at - 1)), play, button("One frame on", "on", () => show(at + 1)), slider, time, speed);

  let at = 0, timer = 0, width = 0;
  const view = { azimuth: -2.35, elevation: 0.32 };
  const film = () => model.get("film") || {};
  const frames = () => film().frames || [];

  function draw() {
    const list = frames();
    const picture = list[Math.min(at, list.length - 1)];
    const full = el.clientWidth;
    if (!picture) { canvas.height = 0; canvas.style.height = "0px"; return; }
    if (full < 40) { width = 0; return; } /* hidden: drawn when it shows again */
    width = full;
    const truth = model.get("compare") ? film().truth : null, scale = window.devicePixelRatio || 1;
    const g = canvas.getContext("2d");
    let height = canvas.clientHeight || 200;
    for (let pass = 0; pass < 2; pass++) { /* the first pass measures the height, the second fits the canvas to it */
      canvas.width = Math.round(full * scale);
      canvas.height = Math.round(height * scale);
      g.setTransform(scale, 0, 0, scale, 0, 0);
      const needed = Math.ceil(drawPreview(g, full, picture, truth, view));
      if (Math.abs(needed - height) < 2) break;
      height = needed;
      canvas.style.height = `${height}px`;
    }
    canvas.setAttribute("aria-label", `${model.get("label")}, ${time.textContent}`);
  }
  function show(index) {
    const list = frames();
    if (!list.length) { bar.hidden = true; draw(); return; }
    at = Math.max(0, Math.min(list.length - 1, index));
    slider.max = list.length - 1;
    slider.value = at;
    bar.hidden = list.length < 2;
    const times = film().times || [];
    time.textContent = list.length > 1 ? `noise step ${times[at]} of ${Math.max(...times)}` : "";
    slider.setAttribute("aria-valuetext", time.textContent);
    draw();
  }
  function stop() {
    clearTimeout(timer);
    timer = 0;
    play.innerHTML = ICONS.play;
    play.setAttribute("aria-label", "Play");
  }
  function tick() {
    if (!el.isConnected || at >= frames().length - 1) { stop(); return; }
    show(at + 1);
    timer = setTimeout(tick, Number(speed.value));
  }
  function toggle() {
    if (timer) { stop(); return; }
    if (at >= frames().length - 1) show(0);
    play.innerHTML = ICONS.pause;
    play.setAttribute("aria-label", "Pause");
    timer = setTimeout(tick, Number(speed.value));
  }
  slider.addEventListener("input", () => { stop(); show(Number(slider.value)); });
  el.tabIndex = -1;
  el.addEventListener("keydown", (event) => {
    if (event.target === speed || event.target === slider) return;
    if (event.key === "ArrowRight") show(at + 1);
    else if (event.key === "ArrowLeft") show(at - 1);
    else if (event.key === " " && event.target === canvas) toggle();
    else return;
    event.preventDefault();
  });
  let drag = null;
  canvas.addEventListener("pointerdown", (event) => { if (frames()[0]?.bloch) { drag = [event.clientX, event.clientY, view.azimuth, view.elevation]; canvas.setPointerCapture(event.pointerId); } });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    view.azimuth = drag[2] + (event.clientX - drag[0]) / 120;
    view.elevation = Math.max(-1.4, Math.min(1.4, drag[3] + (event.clientY - drag[1]) / 120));
    draw();
  });
  canvas.addEventListener("pointerup", () => { drag = null; });
  const fresh = () => {
    stop();
    const wanted = model.get("start");
    show(wanted === "last" ? frames().length - 1 : 0);
    if (model.get("autoplay") && frames().length > 1 && !matchMedia("(prefers-reduced-motion: reduce)").matches) toggle();
  };
  model.on("change:film", fresh);
  const resized = new ResizeObserver(() => { if (Math.abs(el.clientWidth - width) > 1) draw(); });
  const rethemed = new MutationObserver(draw);
  resized.observe(el);
  rethemed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  fresh();
  return () => { stop(); resized.disconnect(); rethemed.disconnect(); model.off("change:film", fresh); };
}

export default { render };
