/* Where the page is: in our own Voila template, or embedded in JupyterLab, Notebook 7 or another
   template. Embedded, it gets its style sheet and header from the kernel, follows the theme of Lab,
   and acts only on its own part of the document. */

const hasTemplate = () => document.body.dataset.qdiffgui === "page";

/* The address bar belongs to this page in Voila; in Lab it belongs to Lab. */
const ownsAddress = () => document.body.dataset.voila !== undefined;

/** The part of the document that belongs to the page of ``el``. */
const frameOf = (el) => (hasTemplate() ? document : el.closest(".qd-app") || el);

/** Resolves when ``el`` is part of its page. @returns {Promise<HTMLElement | null>} */
const attached = async (el, signal) => {
  while (!signal.aborted && !el.closest(".qd-app"))
    await new Promise((resolve) => setTimeout(resolve, 20));
  return el.closest(".qd-app");
};

/* Lab's theme becomes the page's, and a change of it, too. */
function followTheme(signal) {
  const follow = () => {
    const dark = document.body.dataset.jpThemeLight === "false";
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  };
  const observer = new MutationObserver(follow);
  observer.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  signal.addEventListener("abort", () => observer.disconnect());
  follow();
}

/* One style sheet a document, however many notebooks show a page. */
function addStyle(css) {
  let style = document.getElementById("qd-style");
  if (!style) {
    style = Object.assign(document.createElement("style"), { id: "qd-style" });
    document.head.append(style);
  }
  if (style.textContent !== css) style.textContent = css;
}

/** Dress the page of ``el`` with what the kernel has sent. */
async function embed(el, { css, header }, signal) {
  addStyle(css);
  followTheme(signal);
  el.querySelector(".qd-header")?.remove();
  el.insertAdjacentHTML("afterbegin", header);
  const app = await attached(el, signal);
  if (!app) return;
  app.classList.add("is-embedded");
  /* Keys in the page are not commands of Lab, which looks for this mark on what has the focus. */
  const mark = ({ target }) => target.setAttribute("data-lm-suppress-shortcuts", "true");
  app.addEventListener("focusin", mark, { signal });
}
