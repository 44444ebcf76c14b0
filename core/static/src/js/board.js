// Boards: a card dragged to another lane is saved at once and goes back when that is refused.
import htmx from "htmx.org/dist/htmx.esm.js";
import Sortable from "sortablejs";
import { all, each, on, one, text } from "./dom.js";
import { post } from "./requests.js";
import { toast } from "./overlay.js";

each(".board[data-move-url]", (board) => all(".lane-cards", board).forEach((lane) => Sortable.create(lane, {
  group: { name: "board", put: !lane.closest("[data-closed]") },
  animation: 140,
  delay: 180,
  delayOnTouchOnly: true,
  ghostClass: "ghost",
  dragClass: "drag",
  filter: ".more, .btn",
  preventOnFilter: false,
  scrollSensitivity: 80,
  onEnd: ({ item, from, to, oldIndex }) => from !== to && move(board, item, to, () => from.insertBefore(item, from.children[oldIndex] ?? null)),
})));

/** Save a card's new lane; `back` undoes what the person sees. */
async function move(board, card, lane, back) {
  card.classList.add("htmx-request");
  const answer = await post(board.dataset.moveUrl, {
    id: card.dataset.id,
    value: lane.closest(".lane").dataset.value,
    version: card.dataset.version,
  });
  card.classList.remove("htmx-request");
  if (!answer) return back();
  if (answer.ask_url) return ask(answer.ask_url, back);
  if (answer.version) card.dataset.version = answer.version;
  for (const { value, count, sums } of answer.lanes ?? []) {
    const head = one(`.lane[data-value="${CSS.escape(value)}"] > header`, board);
    if (!head) continue;
    one(".count", head).textContent = count;
    all(".sum", head).forEach((sum, place) => { sum.textContent = sums[place]; });
  }
  toast({ text: text("moved").replace("{lane}", one("h2", lane.closest(".lane")).textContent.trim()), undo_url: answer.undo_url });
  return undefined;
}

// What the move takes besides is asked by a dialog: closed without an answer, it leaves the card where it was.
let putBack = null;

async function ask(url, back) {
  putBack = back;
  await htmx.ajax("GET", url, { target: "#dialog-body", swap: "innerHTML" });
  if (!one("#dialog").open) goBack();
}

function goBack() {
  putBack?.();
  putBack = null;
}

on("recordChanged", async () => {
  if (!putBack) return;
  putBack = null;
  const { scrollLeft } = one(".board");
  await htmx.ajax("GET", location.href, { target: "#list", swap: "innerHTML" });
  one(".board").scrollLeft = scrollLeft;
});
on("close", (event) => event.target.id === "dialog" && goBack(), true);

// The same by keyboard or thumb: the card's button opens one menu of lanes.
let chosen = null;
on("click", (event) => {
  const button = event.target.closest("[popovertarget=move-to]");
  if (button) chosen = button.closest(".kcard");
  const target = event.target.closest("#move-to [data-value]");
  if (!target || !chosen) return;
  const board = chosen.closest(".board");
  const [from, after] = [chosen.parentNode, chosen.nextSibling];
  const card = chosen;
  const to = one(`.lane[data-value="${CSS.escape(target.dataset.value)}"] .lane-cards`, board);
  if (to === from) return;
  to.prepend(card);
  one("a", card).focus();
  move(board, card, to, () => from.insertBefore(card, after));
});
