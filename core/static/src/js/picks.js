// Two lists: who is there on one side, who was picked on the other. What is picked is sent, from top to bottom.
import { all, each, on, one, plain } from "./dom.js";
import { step } from "./sortable.js";

const root = (element) => element.closest?.("[data-picks]");
const open = (picks) => one(".pick-list[role=tabpanel]:not([hidden])", picks);
const boxes = (picks) => all("[data-pick]", open(picks)).filter((box) => !box.closest("li").hidden);
const titleOf = (item) => one("[data-title]", item).textContent;

/** Hide what is picked already, or does not contain what is typed. */
function narrow(picks) {
  const typed = plain(one("[data-pick-search]", picks).value).trim();
  for (const item of all("[data-pick]", picks).map((box) => box.closest("li"))) {
    item.dataset.plain ??= plain(item.textContent);
    item.hidden = "taken" in item.dataset || !item.dataset.plain.includes(typed);
  }
}

/** Numbers and buttons as the lists are now. */
function settle(picks) {
  narrow(picks);
  const items = all("[data-picked] > li", picks);
  one("[data-picked-count]", picks).textContent = items.length;
  one(".picks-none", picks).hidden = items.length > 0;
  one("[data-drop-all]", picks).hidden = items.length === 0;
  items.forEach((item, at) => {
    one("[data-up]", item).disabled = at === 0;
    one("[data-down]", item).disabled = at === items.length - 1;
  });
  one("[data-copy]", picks).disabled = !all("[data-pick]:checked", picks).length;
  one("[data-copy-all]", picks).disabled = !boxes(picks).length;
}

function copy(picks, some) {
  const at = document.activeElement;
  const next = at?.matches("[data-pick]") ? boxes(picks)[boxes(picks).indexOf(at) + 1] ?? one("[data-pick-search]", picks) : null;
  for (const box of some) {
    const source = box.closest("li");
    const item = one("[data-picked-item]", picks).content.firstElementChild.cloneNode(true);
    one("input", item).value = box.value;
    one("[data-title]", item).textContent = titleOf(source);
    all("button", item).forEach((button) => button.setAttribute("aria-label", `${button.title}: ${titleOf(source)}`));
    one("[data-picked]", picks).append(item);
    box.checked = false;
    source.dataset.taken = "";
  }
  settle(picks);
  // Whoever works by keyboard goes on from here; a button that is of no more use must not hold them.
  if (next) (next.closest("li")?.hidden ? one("[data-pick-search]", picks) : next).focus();
  else if (at?.disabled) one("[data-picked]", picks).focus();
}

function drop(picks, items) {
  for (const item of items) {
    const box = one(`[data-pick][value="${CSS.escape(one("input", item).value)}"]`, picks);
    if (box) delete box.closest("li").dataset.taken;
    item.remove();
  }
  settle(picks);
}

function move(picks, item, button) {
  step(item, button);
  settle(picks);
  (button.disabled ? one("[data-up]:not(:disabled), [data-down]:not(:disabled)", item) : button)?.focus();
}

on("click", (event) => {
  const picks = root(event.target);
  if (!picks) return;
  const button = event.target.closest("button");
  const item = event.target.closest("[data-picked] > li");
  if (button?.matches("[data-copy]")) copy(picks, all("[data-pick]:checked", picks));
  else if (button?.matches("[data-copy-all]")) copy(picks, boxes(picks));
  else if (button?.matches("[data-drop-all]")) drop(picks, all("[data-picked] > li", picks));
  else if (button?.matches("[data-drop]")) drop(picks, [item]);
  else if (button?.matches("[data-up], [data-down]")) move(picks, item, button);
  else if (button?.matches("[role=tab]")) settle(picks);
});
on("dblclick", (event) => {
  const box = one("[data-pick]", event.target.closest?.("[data-picks] .pick") ?? document.createElement("i"));
  if (box) copy(root(box), [box]);
});
on("input", (event) => {
  if (event.target.matches("[data-pick-search], [data-pick]")) settle(root(event.target));
});
// Enter takes the one it stands on, or the only one that is left; it does not send the form.
on("keydown", (event) => {
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey || !event.target.matches("[data-pick-search], [data-pick]")) return;
  event.preventDefault();
  const picks = root(event.target);
  if (event.target.matches("[data-pick]")) copy(picks, [event.target]);
  else if (boxes(picks).length === 1) copy(picks, boxes(picks));
});
each("[data-picks]", settle);
on("reordered", (event) => root(event.target) && settle(root(event.target)));

// One box for all of a group: ticked it ticks the others, and is ticked no more when one of them is not.
on("change", (event) => {
  const ticks = event.target.closest("[data-ticks]");
  if (!ticks) return;
  const whole = one("[data-tick-all]", ticks);
  if (event.target === whole) all("input", ticks).forEach((box) => { box.checked = whole.checked; });
  else if (!event.target.checked) whole.checked = false;
});
