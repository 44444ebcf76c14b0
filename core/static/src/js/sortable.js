// Lists whose order is chosen: dragged by the grip, beside the buttons that do the same by keyboard.
import { all, each, on } from "./dom.js";
import { post } from "./requests.js";

each("[data-sortable]", async (list) => {
  const { default: Sortable } = await import("sortablejs");
  Sortable.create(list, {
    handle: "[data-grip]",
    animation: 140,
    ghostClass: "ghost",
    onEnd: ({ item, oldIndex, newIndex }) => oldIndex !== newIndex && save(list, item, oldIndex),
  });
});

/** Move an item one place up or down, by the button that was pressed in it. */
export function step(item, button) {
  button.matches("[data-up]") ? item.previousElementSibling?.before(item) : item.nextElementSibling?.after(item);
}

on("click", (event) => {
  const button = event.target.closest("[data-order] :is([data-up], [data-down])");
  if (!button) return;
  step(button.closest("li"), button);
  button.focus();
});

/** Say that the order changed; where the list has an address of its own, keep it there or put the item back. */
async function save(list, item, oldIndex) {
  list.dispatchEvent(new Event("reordered", { bubbles: true }));
  if (!list.dataset.sortable) return;
  const answer = await post(list.dataset.sortable, all(":scope > [data-id]", list).map((one) => ["ids", one.dataset.id]));
  if (answer) return;
  item.remove();
  list.insertBefore(item, list.children[oldIndex] ?? null);
}
