// The editor of automations: what is added goes in where it was asked for; it can be moved and taken away.
import { on, one } from "./dom.js";

on("htmx:afterRequest", ({ target }) => { if (target.matches?.("[data-node-add]")) target.value = ""; });
on("htmx:afterSettle", ({ detail: { elt } }) => {
  if (elt.matches?.("[data-nodes]")) one("select, input:not([type=hidden]), textarea", elt.lastElementChild)?.focus();
});
on("click", (event) => {
  const node = event.target.closest("[data-node-up], [data-node-down], [data-node-drop]")?.closest("[data-node]");
  if (!node) return;
  const { previousElementSibling: before, nextElementSibling: after, parentElement: list } = node;
  const button = event.target.closest("button");
  if (button.matches("[data-node-drop]")) {
    node.remove();
    list.parentElement.querySelector("[data-node-add]")?.focus();
  } else {
    if (button.matches("[data-node-up]")) before?.before(node);
    else after?.after(node);
    button.focus();
  }
  list.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
});
