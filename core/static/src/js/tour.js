// A guided tour: driver.js shows the steps that a module declares, each on its page; the address says which comes now.
import { driver } from "driver.js";
import { all, one, text as said } from "./dom.js";

const MARK = /^#tour=([\w.]+):(\d+)$/;

/** The first that can be seen: a menu stands at the side on a desk, and at the bottom of a telephone. */
const seen = (selector) => (selector ? all(selector).find((found) => found.checkVisibility()) : undefined);

/** The library's sheet and our coat over it are loaded with the first tour. */
function dress(href) {
  if (one(`link[href="${href}"]`)) return null;
  const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href });
  return new Promise((done) => { sheet.onload = sheet.onerror = done; document.head.append(sheet); });
}

/** Show the step that the address names, and those after it. */
export async function guide() {
  const [, name, start] = location.hash.match(MARK) ?? [];
  const answer = name && await fetch(`/tours/${name}`, { headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer?.ok) return;
  const { steps, words, taken_url: takenUrl } = await answer.json();
  await dress(said("tourStyle"));
  const here = () => history.replaceState(history.state, "", location.pathname + location.search);
  const go = (index) => {
    if (!steps[index]) tour.destroy();
    else if (steps[index].url === location.pathname) tour.moveTo(index);
    else location.assign(`${steps[index].url}#tour=${name}:${index}`);
  };
  const tour = driver({
    steps: steps.map(({ title, text, selector }) => ({ element: () => seen(selector), popover: { title, description: text } })),
    popoverClass: "tour",
    animate: false, // keys that are pressed meanwhile would be lost
    overlayOpacity: 0.45,
    stageRadius: 8,
    showProgress: steps.length > 1,
    progressText: words.progress,
    nextBtnText: words.next,
    prevBtnText: words.back,
    doneBtnText: words.done,
    onPopoverRender: ({ closeButton, nextButton }) => {
      closeButton.setAttribute("aria-label", words.close);
      requestAnimationFrame(() => nextButton.focus());
    },
    onNextClick: () => go(tour.getActiveIndex() + 1),
    onPrevClick: () => go(tour.getActiveIndex() - 1),
    onDestroyed: () => {
      here();
      fetch(takenUrl, { method: "POST", keepalive: true });
    },
  });
  here();
  tour.drive(Math.min(Number(start), steps.length - 1));
}
