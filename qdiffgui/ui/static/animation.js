/* One picture of samples, or an animation with a time bar: play, pause, step, scrub, speed. A
   caption explains each step. Keys: space plays, arrows step, Home and End go to the ends; with
   Shift arrows turn the sphere, and a click on a state shows its path. Plots of the same ``clock`` receive the time. A table is below. */

function render({ model, el }) {
  el.classList.add("qd-animation");
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  canvas.tabIndex = 0;
  canvas.style.width = "100%";
  canvas.style.display = "block";
  const turning = node(
    "p",
    "qd-note qd-animation-turn",
    "Drag to turn the sphere (keys: Shift and arrows). What is behind is faint.",
  );
  const bar = node("div", "qd-time-bar"),
    caption = node("p", "qd-animation-caption");
  el.append(canvas, turning, bar, caption);

  const icon = (path) =>
    `<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="${path}"/></svg>`;
  const ICONS = {
    first: icon("M3 2h2v12H3zM14 2v12L6 8z"),
    back: icon("M12 2v12L4 8z"),
    play: icon("M4 2l9 6-9 6z"),
    pause: icon("M4 2h3v12H4zM9 2h3v12H9z"),
    on: icon("M3 2l8 6-8 6zM12 2h2v12h-2z"),
  };
  const button = (label, glyph, act) => {
    const made = node("button", "qd-button");
    made.type = "button";
    made.title = label;
    made.setAttribute("aria-label", label);
    made.innerHTML = ICONS[glyph];
    made.addEventListener("click", act);
    return made;
  };
  const slider = Object.assign(document.createElement("input"), {
    type: "range",
    min: "0",
    max: "0",
    value: "0",
    step: "1",
  });
  slider.setAttribute("aria-label", model.get("time_label") || "Diffusion time");
  const speed = document.createElement("select");
  speed.setAttribute("aria-label", "Speed");
  /** @type {Array<[number, string]>} */
  const speeds = [
    [3200, "slow motion"],
    [900, "slow"],
    [260, "normal"],
    [90, "fast"],
  ];
  for (const [value, name] of speeds)
    speed.append(new Option(name, String(value), value === 260, value === 260));
  const time = Object.assign(document.createElement("output"), { className: "qd-animation-time" });
  const play = button("Play", "play", () => toggle());
  const paths = Object.assign(document.createElement("input"), {
    type: "checkbox",
    checked: false,
  });
  const pathsLabel = node("label", "qd-animation-paths");
  pathsLabel.append(paths, " paths");
  pathsLabel.title = "The paths of a few states; click on a state to add or remove its path";
  paths.addEventListener("change", () => draw());
  bar.append(
    button("First frame", "first", () => jump(0)),
    button("Previous frame", "back", () => jump(at - 1)),
    play,
    button("Next frame", "on", () => jump(at + 1)),
    slider,
    time,
    pathsLabel,
    speed,
  );

  let at = 0,
    timer = 0,
    width = 0,
    length = 0;
  const chosen = new Set(Array.from({ length: N_PATHS }, (_, k) => k));
  const view = { azimuth: AZIMUTH, elevation: ELEVATION, paths: [], geometry: null };
  const trajectory = () => model.get("trajectory") || {};
  const frames = () => trajectory().frames || [];
  const frame = () => frames()[Math.min(at, frames().length - 1)];
  const truth = () => (model.get("compare") ? trajectory().truth : null);
  const refreshTable = tableDrawer(el, () =>
    frame()
      ? tablesOfPreview(
          frame(),
          truth(),
          [model.get("label"), time.textContent].filter(Boolean).join(", "),
        )
      : [],
  );

  function draw() {
    const picture = frame(),
      full = el.clientWidth;
    if (!picture) {
      canvas.height = 0;
      canvas.style.height = "0px";
      return;
    }
    if (full < 40) {
      width = 0;
      return;
    } /* hidden: drawn when it shows again */
    width = full;
    view.paths = paths.checked ? pathsTo(frames(), at, [...chosen]) : [];
    const scale = window.devicePixelRatio || 1,
      g = canvas.getContext("2d");
    let height = canvas.clientHeight || 200;
    for (let pass = 0; pass < 2; pass++) {
      /* the first pass measures the height, the second fits the canvas to it */
      canvas.width = Math.round(full * scale);
      canvas.height = Math.round(height * scale);
      g.setTransform(scale, 0, 0, scale, 0, 0);
      const needed = Math.ceil(drawPreview(g, full, picture, truth(), view));
      if (Math.abs(needed - height) < 2) break;
      height = needed;
      canvas.style.height = `${height}px`;
    }
    canvas.setAttribute(
      "aria-label",
      [model.get("label"), time.textContent, caption.textContent].filter(Boolean).join(", "),
    );
  }
  function show(index) {
    const list = frames(),
      times = trajectory().times || [],
      captions = trajectory().captions || [];
    bar.hidden = list.length < 2;
    at = Math.max(0, Math.min(list.length - 1, index));
    slider.max = String(Math.max(list.length - 1, 0));
    slider.value = String(at);
    time.textContent = list.length > 1 ? `step ${times[at]} of ${Math.max(...times)}` : "";
    slider.setAttribute("aria-valuetext", time.textContent);
    caption.textContent = captions[at] || "";
    caption.hidden = !captions.length;
    pathsLabel.hidden = !list[0]?.bloch || list.length < 2;
    turning.hidden = !list[0]?.bloch;
    if (list.length > 1 && model.get("clock"))
      document.dispatchEvent(
        new CustomEvent("qd-time", { detail: { clock: model.get("clock"), time: times[at] } }),
      );
    draw();
    refreshTable();
  }
  function stop() {
    clearTimeout(timer);
    timer = 0;
    play.innerHTML = ICONS.play;
    play.title = "Play";
    play.setAttribute("aria-label", "Play");
    caption.setAttribute(
      "aria-live",
      "polite",
    ); /* off during playback: a screen reader would never finish */
  }
  function jump(index) {
    stop();
    show(index);
  }
  function tick() {
    if (!el.isConnected || at >= frames().length - 1) {
      stop();
      return;
    }
    show(at + 1);
    timer = setTimeout(tick, Number(speed.value));
  }
  function toggle() {
    if (timer) {
      stop();
      return;
    }
    if (at >= frames().length - 1) show(0);
    caption.removeAttribute("aria-live");
    play.innerHTML = ICONS.pause;
    play.title = "Pause";
    play.setAttribute("aria-label", "Pause");
    timer = setTimeout(tick, Number(speed.value));
  }
  slider.addEventListener("input", () => jump(Number(slider.value)));
  el.tabIndex = -1;
  const KEYS = {
    ArrowRight: () => jump(at + 1),
    ArrowLeft: () => jump(at - 1),
    Home: () => jump(0),
    End: () => jump(frames().length - 1),
  };
  const turn = (right, up) => {
    view.azimuth += right;
    view.elevation = Math.max(-1.4, Math.min(1.4, view.elevation + up));
    draw();
  };
  const TURNS = {
    ArrowRight: [0.15, 0],
    ArrowLeft: [-0.15, 0],
    ArrowUp: [0, 0.15],
    ArrowDown: [0, -0.15],
  };
  el.addEventListener("keydown", (event) => {
    const onPicture = event.target === canvas || event.target === el;
    /* the time bar moves by itself, but says nothing where it is at the end already */
    if (event.target === slider && KEYS[event.key]) stop();
    if (event.shiftKey && TURNS[event.key] && onPicture && frames()[0]?.bloch) {
      turn(...TURNS[event.key]);
      event.preventDefault();
      return;
    }
    if (event.key === " " && (onPicture || event.target === slider) && frames().length > 1)
      toggle();
    else if (
      KEYS[event.key] &&
      (onPicture || event.target.closest("button.qd-button")) &&
      frames().length > 1
    )
      KEYS[event.key]();
    else return;
    event.preventDefault();
  });
  let drag = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (frames()[0]?.bloch) {
      drag = [event.clientX, event.clientY, view.azimuth, view.elevation];
      canvas.setPointerCapture(event.pointerId);
    }
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drag) return;
    turn(
      drag[2] + (event.clientX - drag[0]) / 120 - view.azimuth,
      drag[3] + (event.clientY - drag[1]) / 120 - view.elevation,
    );
  });
  canvas.addEventListener("pointerup", (event) => {
    const still = drag && Math.hypot(event.clientX - drag[0], event.clientY - drag[1]) < 4;
    drag = null;
    const points = frame()?.bloch;
    if (!still || !points || !view.geometry || frames().length < 2) return;
    const k = sampleAt(points, view, view.geometry, event.offsetX, event.offsetY);
    if (k < 0) return;
    if (!paths.checked) chosen.clear(); /* the first one clicked stands alone */
    paths.checked = true;
    if (!chosen.delete(k)) chosen.add(k);
    draw();
  });
  const fresh = () => {
    const last = frames().length - 1,
      fromLast = model.get("start") === "last";
    /* a run that trains sends new frames: whoever looks at an earlier step stays there */
    const stays = fromLast && length === last + 1 && at < last;
    length = last + 1;
    if (stays) {
      show(at);
      return;
    }
    stop();
    show(fromLast ? last : 0);
    if (
      model.get("autoplay") &&
      frames().length > 1 &&
      !matchMedia("(prefers-reduced-motion: reduce)").matches
    )
      toggle();
  };
  model.on("change:trajectory", fresh);
  const resized = new ResizeObserver(() => {
    if (Math.abs(el.clientWidth - width) > 1) draw();
  });
  const rethemed = new MutationObserver(draw);
  resized.observe(el);
  rethemed.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  fresh();
  return () => {
    stop();
    resized.disconnect();
    rethemed.disconnect();
    model.off("change:trajectory", fresh);
  };
}

export default { render };
