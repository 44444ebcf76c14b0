// Notes and comments written in place: the box grows, empties itself when it is saved, and offers names behind an @.
import { on, one } from "./dom.js";

on("input", ({ target }) => {
  if (!target.matches("[data-compose] textarea")) return;
  target.style.height = "auto";
  target.style.height = `${target.scrollHeight + 2}px`;
});
on("htmx:afterRequest", ({ detail: { elt, successful } }) => {
  if (!successful || !elt.matches("form[data-compose]")) return;
  elt.reset();
  one("textarea", elt).style.height = "";
  elt.querySelectorAll("[name=mentions]").forEach((input) => input.remove());
});

const TYPED = /(?:^|\s)@([\p{L}\d ]{0,40})$/u;
let asked = 0;

/** The names that go on from what stands behind the last @ before the cursor. */
async function offer(area) {
  const typed = TYPED.exec(area.value.slice(0, area.selectionStart))?.[1];
  const mine = ++asked;
  if (typed === undefined) return close(area);
  const response = await fetch(`${area.dataset.mention}?q=${encodeURIComponent(typed)}`, { headers: { Accept: "application/json" } });
  const found = response.ok ? await response.json() : [];
  if (mine === asked) list(area, found, typed);
}

function list(area, found, typed) {
  close(area);
  if (!found.length) return;
  const box = document.createElement("ul");
  box.className = "mentions";
  box.setAttribute("role", "listbox");
  for (const { id, title } of found) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.textContent = title;
    item.addEventListener("pointerdown", (event) => { event.preventDefault(); name(area, id, title, typed); });
    box.append(item);
  }
  mark(box, 0);
  area.after(box);
}
const close = (area) => one(".mentions", area.form)?.remove();
const mark = (box, place) => [...box.children].forEach((item, at) => item.setAttribute("aria-selected", at === place));

/** Put a name into the text, and whom it means beside it. */
function name(area, id, title, typed) {
  const at = area.selectionStart - typed.length;
  area.setRangeText(`${title} `, at, area.selectionStart, "end");
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: "mentions", value: id });
  input.dataset.name = title;
  area.form.append(input);
  close(area);
}

on("input", ({ target }) => target.matches("[data-mention]") && offer(target));
on("focusout", ({ target }) => target.matches?.("[data-mention]") && close(target));
on("keydown", (event) => {
  const area = event.target;
  const box = area.matches?.("[data-mention]") && one(".mentions", area.form);
  if (!box) return;
  const place = [...box.children].findIndex((item) => item.ariaSelected === "true");
  if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(box, (place + (event.key === "ArrowDown" ? 1 : -1) + box.children.length) % box.children.length);
  else if (event.key === "Enter" || event.key === "Tab") box.children[place].dispatchEvent(new PointerEvent("pointerdown", { cancelable: true }));
  else if (event.key === "Escape") close(area);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);
// Whoever was taken out of the text again is not named.
on("htmx:configRequest", ({ detail: { elt, parameters } }) => {
  const area = elt.matches("form[data-compose]") && one("[data-mention]", elt);
  if (!area) return;
  parameters.mentions = [...elt.querySelectorAll("[name=mentions]")].filter((input) => area.value.includes(`@${input.dataset.name}`)).map((input) => input.value);
});
