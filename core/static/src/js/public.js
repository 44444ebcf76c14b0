// A page for people outside: signatures are strokes, so that what is sent is lines and no picture.
import { settle } from "./pad.js";

document.querySelectorAll("[data-pad]").forEach(settle);
