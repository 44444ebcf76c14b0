// A sheet to draw on with finger, pen or mouse. A hidden control gets the strokes, one for files a picture of the sheet.
const POINT = 3;
const WIDTH = 7;

export function settle(pad) {
  const canvas = pad.querySelector("canvas");
  const control = pad.querySelector("input");
  const under = pad.querySelector("img");
  const cleared = pad.querySelector("[data-cleared]");
  const pen = canvas.getContext("2d");
  let strokes = [];
  let stroke = null;

  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
    return [
      within(((event.clientX - box.left) / box.width) * canvas.width, canvas.width),
      within(((event.clientY - box.top) / box.height) * canvas.height, canvas.height),
    ];
  };
  const draw = () => {
    pen.clearRect(0, 0, canvas.width, canvas.height);
    Object.assign(pen, { lineWidth: WIDTH, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(canvas).color });
    for (const points of strokes) {
      pen.beginPath();
      points.forEach(([x, y], index) => (index ? pen.lineTo(x, y) : pen.moveTo(x, y)));
      pen.stroke();
    }
  };
  const keep = () => {
    if (control.type !== "file") control.value = strokes.length ? JSON.stringify(strokes) : "";
    else control.files = strokes.length || under.src.startsWith("blob:") ? picture(canvas, under) : new DataTransfer().files;
    control.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const show = (source) => {
    under.hidden = !source;
    if (source) under.src = source;
    else under.removeAttribute("src");
  };
  // The sheet is as high as what is drawn on.
  const fit = () => {
    if (under.naturalWidth) canvas.height = Math.round((canvas.width * under.naturalHeight) / under.naturalWidth);
    draw();
  };
  under?.addEventListener("load", fit);
  if (under?.complete) fit();

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    stroke = [at(event)];
    strokes.push(stroke);
    draw();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!stroke) return;
    const [x, y] = at(event);
    const [lastX, lastY] = stroke.at(-1);
    if (Math.hypot(x - lastX, y - lastY) < POINT) return;
    stroke.push([x, y]);
    draw();
  });
  for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => {
    if (stroke) keep();
    stroke = null;
  });
  pad.querySelector("[data-back]")?.addEventListener("click", () => {
    strokes.pop();
    draw();
    keep();
  });
  pad.querySelector("[data-clear]").addEventListener("click", () => {
    strokes = [];
    if (cleared) cleared.disabled = false;
    if (under) show(under.dataset.fresh);
    draw();
    keep();
  });
  // A picture that was chosen lies where the drawing was.
  control.addEventListener("change", () => {
    const [file] = control.files ?? [];
    if (!file || !under) return;
    strokes = [];
    show(URL.createObjectURL(file));
    draw();
  });
}

/** The sheet with all that is on it, as a file. */
function picture(canvas, under) {
  const sheet = Object.assign(document.createElement("canvas"), { width: canvas.width, height: canvas.height });
  const pen = sheet.getContext("2d");
  pen.fillStyle = "#fff";
  pen.fillRect(0, 0, sheet.width, sheet.height);
  if (under && !under.hidden && under.naturalWidth) pen.drawImage(under, 0, 0, sheet.width, sheet.height);
  pen.drawImage(canvas, 0, 0);
  // At once and not when the browser gets to it: the form may be sent the next moment.
  const bytes = Uint8Array.from(atob(sheet.toDataURL("image/png").split(",")[1]), (sign) => sign.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], "drawing.png", { type: "image/png" }));
  return transfer.files;
}
