// The conditions of a rule: the field that is chosen becomes a line, its cross takes it away.
import { all, each, on, one } from "./dom.js";

const settle = (list) => { one("[data-no-conditions]").hidden = all("[data-condition]", list).length > 0; };

each("[data-conditions]", settle);
on("htmx:afterSettle", ({ detail: { elt } }) => {
  const list = elt.closest?.("[data-conditions]");
  if (!list) return;
  one("[data-add-condition]").value = "";
  settle(list);
  one("[data-op]", list.lastElementChild)?.focus();
});
on("click", (event) => {
  const button = event.target.closest("[data-drop-condition]");
  if (!button) return;
  const list = button.closest("[data-conditions]");
  button.closest("[data-condition]").remove();
  settle(list);
  list.dispatchEvent(new Event("change", { bubbles: true }));
  one("[data-add-condition]").focus();
});
