// Barcodes: a camera that reads them into a field, for `<div class="scanner">`; a hand scanner types them by itself.
// Reading runs in a worker with a policy of its own, so that pages need not allow WebAssembly.
import { on, one } from "./dom.js";
import { scanned } from "./lines.js";
import { toast } from "./overlay.js";

const WIDTH = 960;
const PAUSE = 120;
const SAME = 1500; // a code that stays in view counts once
let running = null;

on("click", (event) => {
  const button = event.target.closest?.("[data-camera]");
  if (!button) return;
  const here = running?.button === button;
  stop();
  if (!here) start(button, one(button.dataset.camera));
});

async function start(button, panel) {
  const mine = running = { button, panel };
  panel.hidden = false;
  button.setAttribute("aria-pressed", "true");
  try {
    mine.stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
  } catch {
    if (running === mine) stop();
    return toast({ kind: "error", text: panel.dataset.denied });
  }
  if (running !== mine) return release(mine);
  const video = one("video", panel);
  video.srcObject = mine.stream;
  await video.play();
  mine.worker = new Worker(panel.dataset.worker, { type: "module" });
  mine.worker.onmessage = ({ data }) => {
    if (data) read(mine, data);
    mine.timer = setTimeout(() => look(mine, video), PAUSE);
  };
  mine.worker.postMessage({ wasm: new URL(panel.dataset.wasm, location).href });
}

/** Give the worker what the camera sees now; its answer asks for the next. */
function look(mine, video) {
  if (running !== mine) return;
  if (!panelIsThere(mine)) return stop();
  const scale = Math.min(1, WIDTH / (video.videoWidth || WIDTH));
  const canvas = mine.canvas ??= document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth * scale || 1, video.videoHeight * scale || 1];
  const drawing = canvas.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(video, 0, 0, canvas.width, canvas.height);
  const image = drawing.getImageData(0, 0, canvas.width, canvas.height);
  mine.worker.postMessage({ image }, [image.data.buffer]);
}

const panelIsThere = (mine) => mine.panel.isConnected && mine.stream.active;

function read(mine, code) {
  const now = performance.now();
  const again = code === mine.code && now - mine.at < SAME;
  [mine.code, mine.at] = [code, now];
  if (again) return;
  navigator.vibrate?.(60);
  one("[role=status]", mine.panel).textContent = code;
  const field = one(mine.panel.dataset.field);
  field.value = code;
  taken(field);
}

/** A code stands in the field: its form sends it, or the lines take it. */
function taken(field) {
  if (field.matches("[data-line-scan]")) scanned(field);
  else field.form.requestSubmit();
}

function release(mine) {
  clearTimeout(mine.timer);
  mine.worker?.terminate();
  mine.stream?.getTracks().forEach((track) => track.stop());
}

function stop() {
  if (!running) return;
  const mine = running;
  running = null;
  release(mine);
  mine.panel.hidden = true;
  mine.button.removeAttribute("aria-pressed");
}

on("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches?.("[data-line-scan]")) return;
  event.preventDefault();
  if (event.target.value.trim()) taken(event.target);
});
// The next code is typed over the one before.
on("htmx:afterRequest", (event) => {
  if (event.target.matches?.("form[data-scan]")) event.target.reset();
});
on("visibilitychange", () => { if (document.hidden) stop(); });
