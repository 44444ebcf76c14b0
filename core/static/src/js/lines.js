// The lines of a document: rows that are added, moved and removed while one types, and what they come to.
import { all, on, one, text } from "./dom.js";
import { toast } from "./overlay.js";

const WAIT = 350;
const PICKER = "select[data-picker-later]";
const root = (element) => element.closest?.("[data-lines]");
const row = (element) => element.closest?.("[data-line]");
const controls = (item) => all(":is(input:not([type=hidden]), select, textarea):not([tabindex='-1'])", item).filter((control) => control.offsetParent);
let made = 0;

export function settle(lines) {
  const items = all("[data-line]", lines);
  items.forEach((item, at) => {
    one("[data-number]", item).textContent = at + 1;
    one("[data-line-up]", item).disabled = at === 0;
    one("[data-line-down]", item).disabled = at === items.length - 1;
  });
}

/** A row like the server's empty one; `after` a row, or at the end. */
function add(lines, after) {
  made += 1;
  const holder = document.createElement("template");
  holder.innerHTML = one(":scope > template", lines).innerHTML.replaceAll("__key__", `n${made}`);
  const item = holder.content.firstElementChild;
  after ? after.after(item) : one("tbody", lines).append(item);
  item.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: item } }));
  settle(lines);
  return item;
}

/**
 * A picker is made of its select when somebody comes to it: a hundred of them at once would be slow.
 * Who has gone on to another control meanwhile keeps typing there.
 */
async function pick(select) {
  select.removeAttribute("data-picker-later");
  select.setAttribute("data-picker", "");
  const before = document.activeElement;
  const { picker } = await import("./picker.js");
  const stayed = document.activeElement === before || document.activeElement === select;
  picker(select, text);
  if (stayed) select.tomselect.focus();
}

function move(lines, item, step) {
  const other = step < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!other) return;
  const focused = document.activeElement;
  step < 0 ? other.before(item) : other.after(item);
  settle(lines);
  (focused.disabled ? one("[data-line-up]:not(:disabled), [data-line-down]:not(:disabled)", item) : focused)?.focus();
  changed(lines);
}

function drop(lines, item) {
  const next = item.nextElementSibling ?? item.previousElementSibling;
  item.remove();
  settle(lines);
  (next ? one("[data-line-drop]", next) : one("[data-line-add]", lines)).focus();
  changed(lines);
}

/** Something is other than it was saved: the form knows, and the totals follow. */
function changed(lines) {
  one("input[type=hidden]", lines).dispatchEvent(new Event("input", { bubbles: true }));
}

const waiting = new WeakMap();
function follow(form) {
  const { timer, asking } = waiting.get(form) ?? {};
  clearTimeout(timer);
  asking?.abort();
  const next = { asking: new AbortController() };
  next.timer = setTimeout(() => ask(form, next.asking.signal), WAIT);
  waiting.set(form, next);
}

async function ask(form, signal) {
  const sent = new FormData(form);
  for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
  try {
    const answer = await fetch(one("[data-lines]", form).dataset.url, {
      method: "POST", body: new URLSearchParams(sent), signal, headers: { Accept: "application/json", "HX-Request": "true" },
    });
    if (answer.ok) tell(form, await answer.json());
  } catch { /* the next change asks again; saving says what is wrong */ }
}

function tell(form, { texts = {}, fills = {} }) {
  for (const place of all("[data-live]", form)) if (place.dataset.live in texts) place.textContent = texts[place.dataset.live];
  for (const [name, value] of Object.entries(fills)) {
    const control = form.elements[name];
    if (!control || control.value) continue;
    control.value = value;
    control.dataset.filled = "";
    control.dispatchEvent(new Event("filled", { bubbles: true }));
  }
}

/** What was scanned comes onto a line: one more of it, or a line of its own. */
export async function scanned(field) {
  const lines = root(field), [link, number] = field.dataset.lineScan.split(" "), code = field.value.trim();
  field.value = "";
  const answer = await fetch(`${field.dataset.url}?q=${encodeURIComponent(code)}`, { headers: { Accept: "application/json" } }).catch(() => null);
  const found = answer?.ok ? await answer.json() : [];
  if (found.length !== 1) return toast({ kind: "error", text: `${code}: ${text("nothing")}` });
  const of = (item, name) => one(`[name$=".${name}"]`, item), { id, title } = found[0];
  const items = all("[data-line]", lines), there = items.find((item) => of(item, link).value === id);
  if (there) of(there, number).value = Number(of(there, number).value.replace(",", ".")) + 1;
  else {
    const select = of(items.find((item) => !of(item, link).value) ?? add(lines), link);
    select.append(new Option(title, id, true, true));
    select.dispatchEvent(new Event("change", { bubbles: true }));
  }
  changed(lines);
  toast({ kind: "success", text: title });
}

on("click", (event) => {
  const lines = root(event.target);
  const button = event.target.closest?.("button");
  if (!lines || !button) return;
  if (button.matches("[data-line-add]")) controls(add(lines))[0]?.focus();
  else if (button.matches("[data-line-drop]")) drop(lines, row(button));
  else if (button.matches("[data-line-up]")) move(lines, row(button), -1);
  else if (button.matches("[data-line-down]")) move(lines, row(button), 1);
});
// Before the browser opens its own list.
on("mousedown", (event) => {
  const select = event.target.closest?.(PICKER);
  if (!select) return;
  event.preventDefault();
  pick(select);
});
// A number one comes to is typed over, by whichever way one came.
let pressed = null;
on("mousedown", (event) => { pressed = event.target; });
on("focusin", (event) => {
  const control = event.target;
  if (control.matches?.(PICKER)) pick(control);
  if (!control.matches?.("[data-line] .num input")) return;
  control.select();
  if (pressed === control) control.addEventListener("mouseup", () => control.select(), { once: true });
  pressed = null;
});
on("keydown", (event) => {
  const item = row(event.target);
  if (!item || event.defaultPrevented || event.ctrlKey || event.metaKey) return;
  const lines = root(item);
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    move(lines, item, event.key === "ArrowUp" ? -1 : 1);
  } else if (event.key === "Enter" && !event.target.matches("button, textarea")) {
    event.preventDefault();
    const cell = event.target.closest("td");
    const next = item.nextElementSibling;
    const target = next ? one(":is(input:not([type=hidden]), select, textarea)", next.cells[cell.cellIndex]) : controls(add(lines))[0];
    target?.focus();
    target?.select?.();
  }
});
on("input", (event) => {
  const form = event.target.form;
  if (form && one("[data-lines]", form)) follow(form);
});
on("change", (event) => {
  const item = row(event.target);
  const form = event.target.form;
  if (!form || !one("[data-lines]", form)) return;
  // What was filled in for the product before is not the new one's.
  if (item && event.target.matches("select")) all("[data-filled]", item).forEach((control) => { control.value = ""; });
  follow(form);
});
on("reordered", (event) => {
  const lines = root(event.target);
  if (!lines) return;
  settle(lines);
  changed(lines);
});
