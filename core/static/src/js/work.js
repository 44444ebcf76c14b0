// What pages for work need beyond the frame: lists and forms.
import "./automation.js";
import "./bell.js";
import "./checkin.js";
import "./compose.js";
import "./contact.js";
import "./forms.js";
import "./list.js";
import "./matrix.js";
import "./messages.js";
import "./picks.js";
import "./rules.js";
import "./scan.js";
import "./sortable.js";
