// The permissions of a role: what follows another row says what that row says now, and each choice is tinted by it.
import { all, on, one, plain } from "./dom.js";

const above = (key) => (key === "*" ? [] : key.endsWith(".*") ? ["*"] : [`${key.split(".")[0]}.*`, "*"]);

/** Whether a choice knows scopes, or only yes and no. */
const scoped = (select) => all("option", select).some((option) => option.value === "own");

/** What a cell says by itself: a scope, "nobody", or nothing. */
const said = (matrix, key, verb) => one(`select[data-row="${key}"][data-verb="${verb}"]`, matrix)?.value ?? "";

function settle(matrix, verb) {
  for (const select of all(`select[data-verb="${verb}"]`, matrix)) {
    const rows = above(select.dataset.row);
    const word = rows.map((key) => said(matrix, key, verb)).find(Boolean) ?? "nobody";
    const followed = word !== "nobody" && !scoped(select) ? "all" : word;
    const follows = one("option[data-follows]", select);
    if (follows) {
      const same = all("option", select).find((option) => option.value === followed);
      follows.textContent = `↑ ${same ? same.textContent : matrix.dataset.nobody}`;
    }
    const holds = select.value || (follows ? followed : "nobody");
    select.dataset.scope = holds === "nobody" ? "" : holds;
  }
}

on("change", ({ target }) => {
  const matrix = target.matches("select[data-verb]") && target.closest("[data-matrix]");
  if (matrix) settle(matrix, target.dataset.verb);
});

on("input", ({ target: box }) => {
  if (!box.matches("[data-matrix-find]")) return;
  const typed = plain(box.value).trim();
  for (const body of all("tbody", box.closest("[data-matrix]"))) {
    const rows = all("[data-matrix-row]", body);
    for (const row of rows) row.hidden = !plain(one("th", row).textContent).includes(typed);
    body.hidden = rows.every((row) => row.hidden);
  }
});
