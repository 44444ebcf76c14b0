// The few helpers that every part uses.
export const on = (type, handler, options) => document.addEventListener(type, handler, options);
export const one = (selector, root = document) => root.querySelector(selector);
export const all = (selector, root = document) => [...root.querySelectorAll(selector)];

/** A sentence of the page's language, written by the server into `<div id="texts" data-…>`. */
export const text = (name) => one("#texts")?.dataset[name] ?? "";

/** Lower case without Vietnamese marks: what a person types in a hurry. */
export const plain = (value) => value.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d");

/** Run for every matching element that is on the page or arrives later by htmx. */
export function each(selector, handler) {
  const visit = (root) => {
    if (root.matches?.(selector)) handler(root);
    all(selector, root).forEach(handler);
  };
  on("htmx:load", (event) => visit(event.detail.elt));
}
