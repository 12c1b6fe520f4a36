/* A file picker that shows its size limit, rejects larger files, and sends a file in slices. */

const SLICE = 2 * 2 ** 20;

function render({ model, el }) {
  el.classList.add("qd-upload-picker");
  const input = Object.assign(document.createElement("input"), {
    type: "file",
    accept: model.get("accept"),
  });
  input.setAttribute("aria-label", model.get("label"));
  const say = Object.assign(document.createElement("p"), { className: "qd-note" });
  const mega = (bytes) => (bytes / 2 ** 20).toFixed(bytes < 2 ** 20 ? 2 : 0);
  const limit = () => model.get("limit");
  say.textContent = `Up to ${mega(limit())} MB; ${model.get("larger")}.`;
  el.append(input, say);
  let file = null,
    at = 0;
  const fail = (words) => {
    say.textContent = words;
    say.className = "qd-wrong-text";
    say.setAttribute("role", "alert");
    file = null;
  };
  input.addEventListener("change", () => {
    if (!input.files.length) return;
    const chosen = input.files[0];
    if (chosen.size > limit()) {
      fail(
        `'${chosen.name}' is ${mega(chosen.size)} MB, above the limit of ${mega(limit())} MB: ${model.get("larger")}.`,
      );
      return;
    }
    file = chosen;
    at = 0;
    say.className = "qd-note";
    model.send({ op: "begin", name: file.name });
  });
  const next = async () => {
    if (!file) return;
    if (at >= file.size) {
      model.send({ op: "end" });
      return;
    }
    const part = await file.slice(at, at + SLICE).arrayBuffer();
    at += part.byteLength;
    say.textContent = `Sending ${file.name}: ${Math.round((100 * at) / file.size)}%`;
    model.send({ op: "slice" }, undefined, [part]);
  };
  model.on("msg:custom", (message) => {
    if (message.op === "next")
      next().catch((error) =>
        fail(`'${file ? file.name : "The file"}' could not be read: ${error.message}.`),
      );
    else if (message.op === "refused") fail(message.text);
    else if (message.op === "done") {
      say.textContent = `Stored: ${message.text}`;
      file = null;
    }
  });
}

export default { render };
