// Choosing among many: a field of the page that becomes a type-ahead over the server's records.
import TomSelect from "tom-select/base";
import removeButton from "tom-select/dist/esm/plugins/remove_button/plugin.js";
import htmx from "htmx.org/dist/htmx.esm.js";
import { plain } from "./dom.js";

TomSelect.define("remove_button", removeButton);

/** `<select data-picker data-url="…" data-create="…">`; without a URL the options of the page are searched. */
export function picker(select, text) {
  if (select.tomselect) return;
  const { url, create } = select.dataset;
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
    load: url && ((query, done) => fetch(`${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(query)}`, { headers: { Accept: "application/json" } })
      .then((response) => (response.ok ? response.json() : []))
      .then((items) => { select.tomselect.clearOptions(keeps(select)); done(items); })
      .catch(() => done())),
    score: url ? () => () => 1 : (query) => (item) => (plain(item.title).includes(plain(query)) ? 1 : 0),
    create: create && ((typed, done) => {
      done();
      htmx.ajax("GET", `${create}${create.includes("?") ? "&" : "?"}quick=1&field=${encodeURIComponent(select.name)}&title=${encodeURIComponent(typed)}`, { target: "#dialog-body" });
    }),
    render: {
      option: row,
      item: (item, escape) => `<div>${escape(item.title)}</div>`,
      no_results: () => `<div class="no-results">${text("nothing")}</div>`,
      option_create: (item, escape) => `<div class="create">${text("create")} <strong>${escape(item.input)}</strong></div>`,
      loading: () => `<div class="no-results">${text("loading")}</div>`,
    },
  });
  if (select.closest("[data-edit]")) box.focus();
}

/** Typing again must not forget what has been chosen. */
const keeps = (select) => (option) => select.tomselect.items.includes(String(option.id));
