// A field that is clicked is put in where the cursor was last in a message template.
import { on, one } from "./dom.js";

let last = null;
on("focusin", ({ target }) => { if (target.matches?.("#f-body, #f-subject")) last = target; });
on("click", ({ target }) => {
  const button = target.closest("[data-put-in]");
  if (!button) return;
  const place = last?.isConnected ? last : one("#f-body");
  place.setRangeText(button.dataset.putIn, place.selectionStart, place.selectionEnd, "end");
  place.focus();
  place.dispatchEvent(new Event("input", { bubbles: true }));
});
