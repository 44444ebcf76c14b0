// Forms: money groups its digits while it is typed, files show themselves, changes are not lost by accident.
import { all, each, on, one, text } from "./dom.js";

const vi = () => document.documentElement.lang.startsWith("vi");
const marks = () => (vi() ? { group: ".", point: "," } : { group: ",", point: "." });

/** "1500000,5" → "1.500.000,5" in Vietnamese. */
function grouped(value) {
  const { group, point } = marks();
  const [whole, ...rest] = value.split(group).join("").split(point);
  const digits = whole.replace(/[^\d-]/g, "").replace(/(?!^)-/g, "").replace(/\B(?=(\d{3})+(?!\d))/g, group);
  return rest.length ? `${digits}${point}${rest.join("").replace(/\D/g, "").slice(0, 2)}` : digits;
}
on("input", (event) => {
  const input = event.target;
  if (!input.matches("[data-money]")) return;
  const after = input.value.slice(input.selectionStart).replace(/\D/g, "").length;
  input.value = grouped(input.value);
  let at = input.value.length;
  for (let left = after; left > 0 && at > 0; at -= 1) if (/\d/.test(input.value[at - 1])) left -= 1;
  input.setSelectionRange(at, at);
});
/** What is submitted is the bare number with a point, whatever was shown. */
on("formdata", (event) => {
  const { group, point } = marks();
  for (const input of all("[data-money]", event.target)) {
    if (event.formData.has(input.name)) event.formData.set(input.name, input.value.split(group).join("").replace(point, "."));
  }
});
on("filled", (event) => { if (event.target.matches("[data-money]")) event.target.value = grouped(vi() ? event.target.value.replace(".", ",") : event.target.value); });
each("[data-money]", (input) => { input.value = grouped(vi() ? input.value.replace(".", ",") : input.value); });

on("change", (event) => {
  const box = event.target.matches("input[type=file]") && event.target.closest(".filebox");
  const file = box && event.target.files[0];
  if (!file) return;
  one("[data-name]", box).textContent = [...event.target.files].map((item) => item.name).join(", ");
  if (!file.type.startsWith("image/")) return;
  const picture = one("img", box) ?? box.insertBefore(new Image(), box.firstChild);
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  picture.onload = () => URL.revokeObjectURL(picture.src);
  one(":scope > .icon", box)?.remove();
});
for (const type of ["dragover", "dragleave", "drop"]) on(type, (event) => {
  const box = event.target.closest?.(".filebox");
  if (!box) return;
  event.preventDefault();
  box.classList.toggle("over", type === "dragover");
  if (type !== "drop") return;
  const input = one("input[type=file]", box);
  input.files = event.dataTransfer.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
});

// Leaving a changed form asks first; sending it does not.
const dirty = new Set();
on("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (!form || dirty.has(form)) return;
  dirty.add(form);
  all("[data-dirty]", form).forEach((note) => { note.hidden = false; });
});
on("submit", (event) => dirty.delete(event.target));
addEventListener("beforeunload", (event) => {
  if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
});
const FOCUS = "[data-focus], [data-edit] :is(input:not([type=hidden]), select, textarea)";
on("htmx:load", ({ detail: { elt } }) => {
  const field = elt.matches?.(FOCUS) ? elt : one(FOCUS, elt);
  field?.focus();
  if (field?.matches("[data-edit] input")) field.select?.();
});

// A form that saves itself: the switch or select is its own button.
on("change", (event) => event.target.matches("[data-submit]") && event.target.form.requestSubmit());
on("keydown", (event) => {
  if (event.key === "Escape") one("[data-cancel]", event.target.closest?.(".inline-form") ?? document.createElement("i"))?.click();
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest?.("form")?.requestSubmit();
});

// `data-when="kind=choice link"`: a field that makes sense only while another has one of these values.
const applies = (form) => all("[data-when]", form).forEach((part) => {
  const [name, values] = part.dataset.when.split("=");
  part.hidden = !values.split(" ").includes(new FormData(form).get(name));
});
each("form:has([data-when])", applies);
on("change", (event) => event.target.form?.querySelector("[data-when]") && applies(event.target.form));

// What follows from a choice is filled in; what somebody types is theirs from then on.
on("change", (event) => {
  const place = event.target.closest?.("[data-fills]");
  if (place) import("./fills.js").then(({ fill }) => fill(place, event.target.form));
});
on("input", (event) => { delete event.target.dataset.filled; });

// Pickers are loaded when a page has one.
each("[data-picker]", (select) => import("./picker.js").then(({ picker }) => picker(select, text)));
on("created", (event) => {
  const { field, id, title } = event.detail;
  const select = one(`[data-picker][name="${CSS.escape(field)}"]`)?.tomselect;
  select?.addOption({ id, title });
  select?.addItem(id);
});
// So are sheets to draw on,
each("[data-pad]", (pad) => import("./pad.js").then(({ settle }) => settle(pad)));
// and the lines of a document.
each("[data-lines]", (lines) => import("./lines.js").then(({ settle }) => settle(lines)));
