// Check-in: one press opens the camera; the picture goes off with the place and the moment it was taken at.
import htmx from "htmx.org/dist/htmx.esm.js";
import { on, text } from "./dom.js";
import { toast } from "./overlay.js";
import { reason } from "./requests.js";

const place = () => new Promise((found, failed) => {
  if (!navigator.geolocation) return failed({ code: 2 });
  navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 });
});

on("change", async ({ target }) => {
  if (!target.matches("[data-check-in]") || !target.files[0]) return;
  const body = new FormData();
  body.set("picture", target.files[0]);
  body.set("taken_at", new Date().toISOString());
  target.value = "";
  toast({ text: text("locating") });
  try {
    const { coords } = await place();
    for (const name of ["latitude", "longitude", "accuracy"]) body.set(name, coords[name]);
  } catch (error) {
    toast({ kind: "error", text: text(error.code === 1 ? "denied" : "nowhere") });
    return;
  }
  try {
    const response = await fetch(target.dataset.checkIn, { method: "POST", body, headers: { Accept: "application/json", "HX-Request": "true" } });
    const answer = await response.text();
    if (!response.ok) return toast({ kind: "error", text: reason(response.status, answer, response.headers.get("Content-Type")) });
    toast(JSON.parse(response.headers.get("HX-Trigger")).toast);
    htmx.trigger(document.body, "recordChanged");
  } catch {
    toast({ kind: "error", text: text("offline") });
  }
});
