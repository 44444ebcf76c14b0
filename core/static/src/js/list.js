// Lists: a click on a row opens it, ticks gather rows for the bulk bar.
import { all, on, one } from "./dom.js";

on("click", (event) => {
  const row = event.target.closest("tr[data-url]");
  if (!row || event.target.closest("a, button, input, label") || String(getSelection())) return;
  event.ctrlKey || event.metaKey ? open(row.dataset.url) : location.assign(row.dataset.url);
});
on("auxclick", (event) => {
  const row = event.button === 1 && !event.target.closest("a") && event.target.closest("tr[data-url]");
  if (row) open(row.dataset.url);
});

// The filter popover shows the fields first, then the one chosen.
on("click", (event) => {
  const pick = event.target.closest("[data-show]");
  if (!pick) return;
  const panel = pick.closest("[data-steps]");
  all("[data-step]", panel).forEach((step) => { step.hidden = step.dataset.step !== pick.dataset.show; });
  one(`[data-step="${CSS.escape(pick.dataset.show)}"] :is(input, select):not([type=hidden])`, panel)?.focus();
});
on("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const typed = event.target.value.toLowerCase();
  all(event.target.dataset.narrow).forEach((item) => { item.hidden = !item.textContent.toLowerCase().includes(typed); });
});
on("change", (event) => {
  const op = event.target.closest("[data-op]");
  if (!op) return;
  for (const part of all("[data-for]", op.closest("[data-condition], form"))) {
    const wanted = part.dataset.for.split(" ").includes(op.value);
    part.hidden = !wanted;
    part.disabled = !wanted;
  }
});

/** The state of the ticks, for Alpine: `<div x-data="selection">` round a table whose boxes are named `ids`. */
const selection = () => ({
  count: 0,
  everything: false,
  full: false,
  boxes() { return all("input[name=ids]", this.$root); },
  update() {
    const boxes = this.boxes();
    this.count = boxes.filter((box) => box.checked).length;
    this.full = this.count > 0 && this.count === boxes.length;
    this.everything = false;
    const head = one("[data-all]", this.$root);
    head.checked = this.full;
    head.indeterminate = this.count > 0 && !this.full;
  },
  toggleAll(event) {
    this.boxes().forEach((box) => { box.checked = event.target.checked; });
    this.update();
  },
  clear() {
    this.boxes().forEach((box) => { box.checked = false; });
    this.update();
  },
  takeAll() { this.everything = true; },
  get some() { return this.count > 0; },
  get offerAll() { return this.full && !this.everything; },
  get all() { return this.everything ? "1" : ""; },
  get label() { return this.everything ? this.$root.dataset.sayAll : this.$root.dataset.sayCount.replace("{n}", this.count); },
});

on("alpine:init", () => window.Alpine.data("selection", selection));
