// The frame of every page. htmx fetches, Alpine keeps small states; the rest is delegation on the document.
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org/dist/htmx.esm.js";
import "./requests.js";
import "./overlay.js";
import "./shell.js";

window.htmx = htmx;
window.Alpine = Alpine;
// Later modules of the page, a plugin's too, may still register with `Alpine.data`.
document.addEventListener("DOMContentLoaded", () => Alpine.start());
