// What follows from a choice, such as the amount from the document that is paid, is asked of the server and filled in.
/** `place` says by `data-fills` what follows and by `data-url` whom to ask; what somebody typed stays. */
export async function fill(place, form) {
  const controls = place.dataset.fills.split(" ").map((name) => form.elements[name]).filter(Boolean);
  // What followed from the choice before does not follow from this one.
  controls.filter((control) => "filled" in control.dataset).forEach((control) => put(control, "", ""));
  const sent = new FormData(form);
  for (const [name, value] of [...sent]) if (value instanceof File) sent.delete(name);
  const answer = await fetch(place.dataset.url, {
    method: "POST", body: new URLSearchParams(sent), headers: { Accept: "application/json", "HX-Request": "true" },
  }).catch(() => null);
  if (!answer?.ok) return; // saving says what is wrong
  const { follows = {} } = await answer.json();
  for (const [name, { value, title }] of Object.entries(follows)) {
    const control = form.elements[name];
    if (controls.includes(control)) put(control, value, title);
  }
}

function put(control, value, title) {
  if (control.tomselect) {
    if (value) control.tomselect.addOption({ id: value, title });
    control.tomselect.setValue(value, true);
  } else control.value = value;
  if (value) control.dataset.filled = "";
  else delete control.dataset.filled;
  control.dispatchEvent(new Event("filled", { bubbles: true }));
}

