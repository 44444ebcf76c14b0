// The frame: theme, narrow sidebar, keys, and the palette that finds anything from anywhere.
import htmx from "htmx.org/dist/htmx.esm.js";
import { all, on, one, plain, text } from "./dom.js";
import { toast } from "./overlay.js";

const remember = (name, value) => { document.cookie = `${name}=${value};path=/;max-age=31536000;samesite=lax`; };

// A tour goes on where the address says, on whatever page that is.
const guided = () => { if (location.hash.startsWith("#tour=")) import("./tour.js").then(({ guide }) => guide()); };
window.addEventListener("hashchange", guided);
guided();

on("click", (event) => {
  const theme = event.target.closest("[data-set-theme]");
  if (theme) {
    document.documentElement.dataset.bsTheme = theme.dataset.setTheme;
    remember("theme", theme.dataset.setTheme);
    all("[data-set-theme]").forEach((button) => button.setAttribute("aria-pressed", button.dataset.setTheme === theme.dataset.setTheme));
    if (theme.dataset.url) htmx.ajax("POST", theme.dataset.url, { source: theme, swap: "none", values: { theme: theme.dataset.setTheme } });
  }
  if (event.target.closest("[data-toggle-side]")) {
    const narrow = document.documentElement.classList.toggle("narrow");
    remember("side", narrow ? "narrow" : "wide");
  }
});

// The menu stands in the page once: what shows it again gets copies.
one("#all-nav")?.append(...all(".side-nav > section").flatMap((group) => [...group.cloneNode(true).children]));
all("[data-places]").forEach((group) => group.append(...all(group.dataset.places).map((item) => {
  const place = Object.assign(document.createElement("a"), { className: "menu-item", role: "option", href: item.href });
  place.append(...item.cloneNode(true).querySelectorAll(".icon"), (item.title || item.textContent).trim());
  return place;
})));

const palette = () => one("#palette");
on("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k" && palette()) {
    event.preventDefault();
    palette().open ? palette().close() : palette().showModal();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
  const target = one(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.matches("input") ? target.focus() : target.click();
});

// Known places are filtered here at once; records come from the server a moment later.
on("input", (event) => {
  if (!event.target.matches("#palette-q")) return;
  const words = plain(event.target.value).split(/\s+/);
  all("#palette-places .menu-item").forEach((item) => {
    item.dataset.plain ??= plain(item.textContent);
    item.hidden = !words.every((word) => item.dataset.plain.includes(word));
  });
  all("#palette-places section").forEach((group) => { group.hidden = !one(".menu-item:not([hidden])", group); });
  if (!event.target.value) one("#palette-found").replaceChildren();
  mark(0);
});
on("htmx:afterSwap", (event) => event.detail.target.id === "palette-found" && mark(0));

const choices = () => all("#palette .menu-item").filter((item) => item.offsetParent);
function mark(index) {
  const items = choices();
  items.forEach((item, at) => item.classList.toggle("on", at === index));
  const input = one("#palette-q");
  items[index]?.scrollIntoView({ block: "nearest" });
  items[index] ? input.setAttribute("aria-activedescendant", items[index].id ||= `pick-${index}`) : input.removeAttribute("aria-activedescendant");
}
on("keydown", (event) => {
  if (!event.target.matches("#palette-q")) return;
  const items = choices();
  const at = items.findIndex((item) => item.matches(".on"));
  if (event.key === "Enter") items[Math.max(at, 0)]?.click();
  else if (event.key === "ArrowDown") mark((at + 1) % items.length);
  else if (event.key === "ArrowUp") mark((at - 1 + items.length) % items.length);
  else return;
  event.preventDefault();
});

// Tabs of a page: one panel at a time, arrows move between them.
on("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (!tab) return;
  for (const other of all("[role=tab]", tab.closest("[role=tablist]"))) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", chosen);
    other.tabIndex = chosen ? 0 : -1;
    one(`#${other.getAttribute("aria-controls")}`).hidden = !chosen;
  }
});
on("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || !event.target.matches?.("[role=tab]")) return;
  const tabs = all("[role=tab]", event.target.closest("[role=tablist]"));
  const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
  next.focus();
  next.click();
});

// One click instead of selecting; without a secure connection browsers let nobody at the clipboard.
on("click", async (event) => {
  if (event.target.closest("[data-print]")) print();
  const button = event.target.closest("[data-copy-text]");
  if (!button) return;
  const said = navigator.clipboard && await navigator.clipboard.writeText(button.dataset.copyText).then(() => true, () => false);
  toast(said ? { text: text("copied") } : { kind: "error", text: text("uncopied") });
});
