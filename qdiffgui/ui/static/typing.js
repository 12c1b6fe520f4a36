/* A text that is being typed stays: whenever the kernel changes anything of a text field, even its
   placeholder, ipywidgets writes the field's last sent value over what stands in it. */
function keepTyping(signal, isOurs) {
  let typing = null;
  const listen = (name, act) => document.addEventListener(name, act, { capture: true, signal });
  const isText = (field) => field.matches?.("input:not([type=checkbox], [type=range]), textarea");
  listen("input", (event) => {
    const field = event.target;
    if (isOurs(event) && isText(field)) typing = { field, text: field.value };
  });
  listen("change", () => {
    typing = null;
  });
  const restore = (event) => {
    const kept = typing;
    const ends = event.type === "focusout" || event.key === "Enter";
    if (ends) typing = null;
    if (!kept || kept.field !== event.target || kept.field.value === kept.text) return;
    kept.field.value = kept.text;
    if (ends) kept.field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  listen("keydown", restore);
  listen("focusout", restore);
}
