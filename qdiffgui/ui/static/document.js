/* Shows a report in a new tab. It comes from the kernel, so no file has to be served. */

function render({ model, el }) {
  const say = Object.assign(document.createElement("p"), { className: "qd-note" });
  say.setAttribute("role", "status");
  el.append(say);
  const show = (message, buffers) => {
    if (message.op !== "open") return;
    const url = URL.createObjectURL(new Blob(buffers, { type: message.mime }));
    const opened = window.open(url, "_blank");
    say.textContent = opened
      ? ""
      : "The browser blocked the new tab. Allow pop-ups for this page or save the report instead.";
    if (opened) opened.opener = null;
    setTimeout(() => URL.revokeObjectURL(url), 60000);
  };
  model.on("msg:custom", show);
  return () => model.off("msg:custom", show);
}

export default { render };
