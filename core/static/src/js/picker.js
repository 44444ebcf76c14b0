// Choosing among many: a field of the page that becomes a type-ahead over the server's records.
import TomSelect from "tom-select/base";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import htmx from "htmx.org/dist/htmx.esm.js";
import { one, plain } from "./dom.js";

const PRESSED = 50; // milliseconds after which what was pressed has been heard

TomSelect.define("remove_button", removeButton);

/**
 * `<select data-picker data-url="…" data-create="…">`; without a URL the options of the page are searched.
 * With `data-free` what was typed may stand although no list has it; a ward is looked for in the province beside it.
 */
export function picker(select, text) {
  if (select.tomselect) return;
  const { url, create, free } = select.dataset;
  let turn = 0; // of the question whose answer is wanted: a later one takes it, and so does a choice
  const row = (item, escape) => `<div>${escape(item.title)}${item.subtitle ? `<small>${escape(item.subtitle)}</small>` : ""}</div>`;
  const box = new TomSelect(select, {
    valueField: "id",
    labelField: "title",
    searchField: url ? [] : ["title"],
    maxOptions: 200,
    diacritics: true,
    loadThrottle: 180,
    preload: url ? "focus" : false,
    plugins: select.multiple ? { remove_button: { title: text("remove") } } : {},
    shouldLoad: () => Boolean(url),
    load: url && ((query, done) => {
      const mine = (turn += 1);
      fetch(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(query)}${within(select)}`, { headers: { Accept: "application/json" } })
        .then((response) => (response.ok ? response.json() : []))
        .then((items) => released(select.tomselect.dropdown).then(() => items))
        .then((items) => (mine === turn ? offer(select, items, done) : late(select, done)))
        .catch(() => late(select, done));
    }),
    score: url ? () => () => 1 : (query) => (item) => (plain(item.title).includes(plain(query)) ? 1 : 0),
    create: free === undefined ? create && ((typed, done) => {
      done();
      htmx.ajax("GET", `${create}${create.includes("?") ? "&" : "?"}quick=1&field=${encodeURIComponent(select.name)}&title=${encodeURIComponent(typed)}`, { target: "#dialog-body" });
    }) : (typed) => ({ id: typed, title: typed }),
    createOnBlur: free !== undefined,
    dropdownParent: select.closest("[data-lines]") ? "body" : null, // a table that scrolls would cut it off
    closeAfterSelect: true, // an open list lies over the button one is about to press
    onItemAdd: (id) => { turn += 1; settled(select); goWith(select, select.tomselect.options[id]); },
    onBlur: () => settled(select),
    onType: (typed) => select.tomselect.wrapper.classList.toggle("typing", Boolean(typed)),
    onDropdownClose: () => select.tomselect.wrapper.classList.remove("typing"),
    render: {
      option: row,
      item: (item, escape) => `<div>${escape(item.title)}</div>`,
      no_results: () => `<div class="no-results">${text("nothing")}</div>`,
      option_create: (item, escape) => `<div class="create">${text("create")} <strong>${escape(item.input)}</strong></div>`,
      loading: () => `<div class="no-results">${text("loading")}</div>`,
    },
  });
  box.dropdown.addEventListener("pointerdown", () => settled(select));
  if (select.closest("[data-edit]")) box.focus();
}

const offer = (select, items, done) => { select.tomselect.clearOptions(keeps(select)); done(items); };

/** An answer nobody waits for any more leaves the list as it is: the box opens for no answer while its input is hidden. */
function late({ tomselect: box }, done) {
  const hidden = box.isInputHidden;
  box.isInputHidden = !box.isOpen;
  done();
  box.isInputHidden = hidden;
}

/** When nothing of a list is being pressed any more: drawn anew under the finger, it would lose the choice. */
const released = (list) => new Promise((go) => {
  if (!list.matches(":active")) return go();
  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(go, PRESSED), { once: true });
});

/** A moment after the last key the list opens once more and takes the focus: not where one chooses, has chosen or gone on. */
const settled = (select) => clearTimeout(select.tomselect.refreshTimeout);

/** The province whose wards are wanted. */
const province = (select) => select.dataset.part === "ward" && one("[data-part=province]", select.closest("[data-address]"));
const within = (select) => (province(select)?.value ? `&province=${encodeURIComponent(province(select).value)}` : "");

/** A ward that was found in all of the country brings its province along. */
function goWith(select, option) {
  const box = province(select)?.tomselect;
  if (!box || !option?.province || box.getValue()) return;
  box.addOption({ id: option.province, title: option.province });
  box.setValue(option.province, true);
}

/** Typing again must not forget what has been chosen. */
const keeps = (select) => (option) => select.tomselect.items.includes(String(option.id));
