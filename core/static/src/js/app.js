// The script of every page. htmx fetches, Alpine keeps small states; the rest is delegation on the document.
import Alpine from "@alpinejs/csp";
import htmx from "htmx.org/dist/htmx.esm.js";
import "./requests.js";
import "./overlay.js";
import "./shell.js";
import "./forms.js";
import { selection } from "./list.js";

window.htmx = htmx;
window.Alpine = Alpine;
Alpine.data("selection", selection);
Alpine.start();
