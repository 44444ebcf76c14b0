// What pages for work need beyond the frame: lists and forms.
import "./forms.js";
import "./list.js";
import "./picks.js";
