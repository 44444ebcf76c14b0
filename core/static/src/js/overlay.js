// Menus, dialogs and toasts. Popovers and dialogs are the browser's own; this places and feeds them.
import htmx from "htmx.org/dist/htmx.esm.js";
import { all, on, one } from "./dom.js";

const GAP = 6;
let invoker = null;

on("click", (event) => {
  invoker = event.target.closest("[popovertarget]") ?? invoker;
  const opener = event.target.closest("[data-dialog]");
  if (opener) one(opener.dataset.dialog).showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog, [popover]")?.matches("dialog")
    ? event.target.closest("dialog").close() : event.target.closest("[popover]")?.hidePopover();
  if (event.target.matches("dialog")) event.target.close();
  const item = event.target.closest(".menu-item");
  if (item && !item.hasAttribute("data-stay") && !item.hasAttribute("popovertarget")) item.closest("[popover]")?.hidePopover();
}, true);

/** Beside its button, towards the middle of the window; a phone's style sheet makes it a sheet instead. */
on("beforetoggle", (event) => {
  const layer = event.target;
  if (event.newState !== "open" || !invoker || !layer.matches(".menu, .panel")) return;
  const box = invoker.getBoundingClientRect();
  const [width, height] = [document.documentElement.clientWidth, innerHeight];
  const below = box.bottom < height * 0.6;
  const fromRight = box.left + box.width / 2 > width / 2;
  layer.style.inset = [
    below ? `${box.bottom + GAP}px` : "auto",
    fromRight ? `${Math.max(8, width - box.right)}px` : "auto",
    below ? "auto" : `${height - box.top + GAP}px`,
    fromRight ? "auto" : `${Math.max(8, box.left)}px`,
  ].join(" ");
}, true);
on("toggle", (event) => {
  if (event.newState === "open" && invoker?.matches(":focus-visible")) one(".menu-item, input", event.target)?.focus();
}, true);

on("keydown", (event) => {
  const menu = event.target.closest?.(".menu");
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!menu || !step || event.target.matches("select, textarea")) return;
  event.preventDefault();
  const items = all(".menu-item", menu).filter((item) => item.offsetParent);
  items[(items.indexOf(document.activeElement) + step + items.length) % items.length]?.focus();
});

// Whatever a request puts into the common dialog opens it.
on("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "dialog-body" || !event.detail.target.childElementCount) return;
  const dialog = one("#dialog");
  if (!dialog.open) dialog.showModal();
});
on("ask", (event) => htmx.ajax("GET", event.detail.url, { target: "#dialog-body", swap: "innerHTML" }));
on("closeDialog", () => one("#dialog").close());
on("close", (event) => {
  if (event.target.id !== "dialog") return;
  one("#dialog-body").replaceChildren();
  all("form[data-reset]").forEach((form) => form.reset());
}, true);

// `hx-confirm` asks in a dialog of ours; the browser's own cannot be read aloud well nor styled.
on("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  const dialog = one("#confirm");
  one("p", dialog).textContent = event.detail.question;
  dialog.returnValue = "";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && event.detail.issueRequest(true), { once: true });
  dialog.showModal();
});

/** Say something that goes away by itself; with `undo_url`, let it be taken back. */
export function toast({ kind = "success", text: say, undo_url: undo }) {
  const item = one(`#toast-${kind}`)?.content.firstElementChild.cloneNode(true) ?? one("#toast-success").content.firstElementChild.cloneNode(true);
  one("span", item).textContent = say;
  const button = one("[data-undo]", item);
  if (undo) button.dataset.undo = undo;
  else button.remove();
  linger(item);
}

/** Show something at the edge of the page for a while; whoever points at it may read on. */
export function linger(item, time = item.matches(".error") ? 9000 : 6000) {
  const region = one("#toasts");
  if (region.matches(":popover-open")) region.hidePopover();
  region.append(item);
  region.showPopover();
  const leave = () => {
    item.remove();
    if (!region.childElementCount) region.hidePopover();
  };
  if (time !== Infinity) {
    let timer = setTimeout(leave, time);
    item.addEventListener("pointermove", (event) => event.pointerType === "mouse" && clearTimeout(timer));
    item.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") timer = setTimeout(leave, 3000); });
  }
  one(".x", item).addEventListener("click", leave);
  one("[data-undo]", item)?.addEventListener("click", (event) => {
    leave();
    htmx.ajax("POST", event.target.dataset.undo, { source: document.body, swap: "none" });
  });
}

on("toast", (event) => toast(event.detail));
on("DOMContentLoaded", () => all("#toasts > .toast").forEach((item) => linger(item)));
