// What every htmx request needs: the current query kept, filters named, errors said aloud, a busy line.
import { toast } from "./overlay.js";
import { on, text } from "./dom.js";

const SILENT = new Set(["cursor"]);

on("htmx:configRequest", (event) => {
  const { detail } = event;
  const { elt } = detail;
  if (elt.matches("[data-filter]")) nameFilter(elt.dataset.filter, detail.parameters);
  if (!elt.closest("[data-keep-query]")) return;
  const query = new URLSearchParams(location.search);
  SILENT.forEach((name) => query.delete(name));
  if (detail.verb !== "get") {
    detail.path += (detail.path.includes("?") ? "&" : "?") + query;
    return;
  }
  for (const [name, value] of query) if (!(name in detail.parameters)) detail.parameters[name] = value;
  for (const [name, value] of Object.entries(detail.parameters)) if (value === "") delete detail.parameters[name];
});

/** The popover's `op` and `value` become one parameter, `<field>__<op>=value`. */
function nameFilter(field, parameters) {
  const values = [parameters.value ?? ""].flat().filter((value) => value !== "");
  const op = values.length > 1 && parameters.op === "eq" ? "in" : parameters.op || "eq";
  delete parameters.op;
  delete parameters.value;
  if (values.length) parameters[`${field}__${op}`] = values.join(",");
}

let running = 0;
const busy = (step) => {
  running = Math.max(0, running + step);
  document.body.classList.toggle("busy", running > 0);
};
on("htmx:beforeRequest", (event) => event.detail.elt.matches("[data-quiet]") || busy(1));
on("htmx:afterRequest", (event) => event.detail.elt.matches("[data-quiet]") || busy(-1));

on("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (xhr.status === 401) location.reload();
  else toast({ kind: "error", text: reason(xhr.status, xhr.responseText, xhr.getResponseHeader("Content-Type")) });
});
for (const type of ["htmx:sendError", "htmx:timeout"]) on(type, () => toast({ kind: "error", text: text("offline") }));

/** The sentence of a problem document, or one for the status. */
export function reason(status, body, type = "") {
  if (type?.includes("json")) {
    try {
      const problem = JSON.parse(body);
      return problem.detail || problem.title;
    } catch { /* not what it says: the status must do */ }
  }
  return text(`e${status}`) || text("failed");
}

/** Post a form outside htmx: for what must be put back when it is refused. */
export async function post(url, fields) {
  try {
    const response = await fetch(url, {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { Accept: "application/json", "HX-Request": "true" },
    });
    const body = await response.text();
    const type = response.headers.get("Content-Type");
    if (response.ok) return type?.includes("json") ? JSON.parse(body) : {};
    toast({ kind: "error", text: reason(response.status, body, type) });
  } catch {
    toast({ kind: "error", text: text("offline") });
  }
  return null;
}
