// Parts of forms about somebody: several telephones, an address and what an old one has become.
import { all, on, one } from "./dom.js";

on("click", (event) => {
  const group = event.target.closest("[data-several]");
  if (!group) return;
  const row = event.target.closest("li");
  if (event.target.closest("[data-several-add]")) {
    one("ul", group).append(one("template", group).content.cloneNode(true));
    one("li:last-child input", group).focus();
  } else if (event.target.closest("[data-several-drop]")) {
    row.remove();
    one("[data-several-add]", group).focus();
  } else if (event.target.closest("[data-several-main]")) {
    if (!promote(row, event.target.closest("[data-several-main]").dataset.severalMain)) return;
  } else return;
  group.dispatchEvent(new Event("input", { bubbles: true }));
});

/** The one chosen changes places with the main one, a field of its own; where that is not in the form, it is sent along. */
function promote(row, name) {
  const [input, label] = all("input", row);
  const { form } = input;
  const main = form.elements[name];
  if (main) {
    [main.value, input.value] = [input.value, main.value];
    label.value = "";
    return true;
  }
  const hidden = form.elements.main ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name: "main" }));
  hidden.value = input.value;
  form.requestSubmit();
  return false;
}

/** A proposal fills the fields of its address; the old text stays beside them. */
on("click", (event) => {
  const proposal = event.target.closest("[data-place]");
  const group = proposal?.closest("[data-address]");
  if (!group) return;
  const { street, ward, province } = proposal.dataset;
  const field = (part) => one(`[data-part=${part}]`, group);
  if (street) field("street").value = street;
  choose(field("province"), province);
  choose(field("ward"), ward);
  proposal.closest(".proposals").replaceChildren();
  group.dispatchEvent(new Event("input", { bubbles: true }));
});

/** Set a picker to a value that its list may not hold yet. */
export function choose(select, value) {
  const box = select.tomselect;
  if (!box) return;
  box.addOption({ id: value, title: value });
  box.setValue(value, true);
}

// Wards are those of the province: another province, another ward.
on("change", (event) => {
  if (!event.target.matches("[data-part=province]")) return;
  const ward = one("[data-part=ward]", event.target.closest("[data-address]"))?.tomselect;
  ward?.clear(true);
  ward?.clearOptions();
});
