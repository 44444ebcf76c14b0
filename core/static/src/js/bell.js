// The bell: shows the count, rings once however many tabs are open, and lets what rang be put off.
// One tab asks for all of them: it is told by a stream when to, and asks now and then where there is none.
import { all, on, one, text } from "./dom.js";
import { linger } from "./overlay.js";
import { post } from "./requests.js";

const POLL = 25_000; // milliseconds between two questions without a stream
const AGAIN = 5 * POLL; // until a stream is tried again
const YIELD = 400; // what a tab nobody looks at waits, so that another may ring
const KEPT = 50; // ids of what has rung
const RUNG = "ghep-rung";
const tabs = new BroadcastChannel("ghep-bell");
const held = (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work());
const pause = (time) => new Promise((done) => { setTimeout(done, time); });
let over = false;

/** Ask what is new, and tell the other tabs. Whoever is signed out is not asked again. */
async function look() {
  if (over) return;
  const answer = await fetch("/notifications/new", { headers: { "HX-Request": "true" } }).catch(() => null);
  if (answer?.status === 200) {
    const news = await answer.json();
    tabs.postMessage(news);
    receive(news);
  } else if (answer && answer.status < 500) over = true;
}

function receive({ count, quiet, sound, items }) {
  for (const bell of all(".bell")) {
    const pip = one(".pip", bell);
    pip.hidden = !count;
    pip.textContent = count < 100 ? count : "99+";
    bell.setAttribute("aria-label", count ? text("unread").replace("{n}", pip.textContent) : text("bell"));
  }
  document.title = (count ? `(${count < 100 ? count : "99+"}) ` : "") + document.title.replace(/^\(\d+\+?\) /, "");
  for (const item of [...items].reverse()) ring(item, { quiet, sound });
}

/** Ring in one tab alone, in one that is looked at if there is any. */
async function ring(item, { quiet, sound }) {
  if (rung().includes(item.id)) return;
  if (document.hidden) await pause(YIELD);
  const mine = await held("ghep-ring", () => {
    if (rung().includes(item.id)) return false;
    localStorage.setItem(RUNG, JSON.stringify([...rung(), item.id].slice(-KEPT)));
    return true;
  });
  if (!mine || quiet) return;
  show(item);
  if (sound) chime();
}

function rung() {
  try {
    return JSON.parse(localStorage.getItem(RUNG)) ?? [];
  } catch {
    return [];
  }
}

function show({ id, title, body, url, kind }) {
  if (one("#bell-menu:popover-open")) return; // it stands there already
  const item = one("#toast-notice").content.firstElementChild.cloneNode(true);
  item.dataset.id = id;
  const link = one("a", item);
  link.href = url;
  link.textContent = title;
  one("small", item).textContent = body;
  one(".notice-later", item).hidden = kind !== "reminder";
  linger(item, kind === "reminder" ? Infinity : 12_000);
}

/** Two soft tones; a browser that was not touched yet stays silent. */
function chime() {
  const audio = new AudioContext();
  if (audio.state !== "running") return;
  [[0, 880], [0.16, 1175]].forEach(([delay, pitch]) => {
    const [tone, volume] = [audio.createOscillator(), audio.createGain()];
    const begin = audio.currentTime + delay;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, begin);
    volume.gain.exponentialRampToValueAtTime(0.001, begin + 0.5);
    tone.connect(volume).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + 0.5);
  });
  setTimeout(() => audio.close(), 1500);
}

on("click", async (event) => {
  const button = event.target.closest("[data-snooze]");
  const item = button?.closest("[data-id]");
  if (!item || !await post(`/notifications/${item.dataset.id}/snooze`, { for: button.dataset.snooze })) return;
  one(".x", item).click();
  look();
});

// What was read here changes the count everywhere.
on("htmx:afterRequest", (event) => event.detail.requestConfig.path.startsWith("/notifications/") && event.detail.requestConfig.verb === "post" && look());

/** Be the tab that asks, until it is closed: told by the stream, or by the clock where there is none. */
async function ask() {
  while (!over) {
    const stream = new EventSource("/events");
    stream.addEventListener("open", look);
    stream.addEventListener("look", look);
    await new Promise((closed) => stream.addEventListener("error", () => stream.readyState === EventSource.CLOSED && closed()));
    for (let waited = 0; waited < AGAIN && !over; waited += POLL) {
      await look();
      await pause(POLL);
    }
  }
}

if (one(".bell")) {
  tabs.addEventListener("message", ({ data }) => receive(data));
  held("ghep-bell", ask);
}

// Whoever opens the bell reads there what a toast would say on top of it.
on("toggle", ({ target, newState }) => {
  if (target.id === "bell-menu" && newState === "open") for (const item of all("#toasts > [data-id]")) item.remove();
}, true);
