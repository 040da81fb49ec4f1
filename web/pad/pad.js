// The sketch pad. Ink appears at once, here; Python gets the whole drawing with every movement (the browser
// reports them once per frame), but only when it has answered the one before: no queue ever builds up.

import {Ink} from "./ink.js";
import {Cursor} from "./keyboard.js";
import {inkCanvas, readPicture} from "./picture.js";
import {PAD_STYLE} from "./style.js";

const ANSWER_PATIENCE = 3000; // ms after which an answer is taken for lost
const BRUSHES = [["Fine", 0.04], ["Medium", 0.065], ["Broad", 0.1]];

export function render({model, el}) {
  el.innerHTML = `
    <style>${PAD_STYLE}</style>
    <div class="sheet">
      <canvas class="ink" tabindex="0" role="application" aria-label="Sketch pad" aria-describedby="help"></canvas>
      <div class="cursor" hidden></div>
      <p class="hint" aria-hidden="true">Draw a digit here</p>
    </div>
    <div class="tools" role="group" aria-label="Drawing tools">
      <button type="button" class="undo">Undo</button>
      <button type="button" class="clear">Clear</button>
      <button type="button" class="eraser" aria-pressed="false">Eraser</button>
      <label>Brush <select class="brush">${BRUSHES.map(([name, width]) =>
        `<option value="${width}"${name === "Medium" ? " selected" : ""}>${name}</option>`)}</select></label>
      <label class="file">Picture<input type="file" accept="image/*" aria-label="Picture of a digit"></label>
    </div>
    <p id="help" class="aside"><span class="keys">Arrow keys move, space lowers and lifts the pen, backspace undoes.
      </span>Pictures of digits can be dropped or pasted.</p>
    <p class="problem" role="alert"></p>
    <p class="unseen" aria-live="polite"></p>`;
  const find = (name) => el.querySelector(`.${name}`);
  const canvas = find("ink");
  const ink = new Ink();
  let eraser = false, frame = 0, changed = false, sent = null, sentAt = 0, pointer = null;

  // --- painting, once per frame, and sending

  const later = () => (frame ||= requestAnimationFrame(next));
  const touched = () => {
    changed = true;
    later();
    send();
  };
  function next() {
    frame = 0;
    ink.paint(canvas, getComputedStyle(canvas).color);
    find("hint").hidden = !ink.empty || cursor.down;
    find("undo").disabled = find("clear").disabled = ink.empty;
  }
  function send() {
    const now = performance.now();
    if (changed && (sent === null || now - sentAt > ANSWER_PATIENCE)) {
      changed = false;
      sent = crypto.randomUUID();
      sentAt = now;
      model.drawing = {id: sent, ...ink.wire()};
    }
  }
  model.on("answered", () => {
    if (model.answered === sent) {
      sent = null;
      queueMicrotask(send); // what is set while Python's change is being applied would not be sent
    }
  });

  // --- pen, finger and mouse

  const begin = (point, erase = eraser) => {
    ink.begin(point, Number(find("brush").value) * (erase ? 2 : 1), erase);
    touched();
  };
  const extend = (...points) => {
    points.forEach((point) => ink.extend(point));
    touched();
  };
  const place = (event) => {
    const box = canvas.getBoundingClientRect();
    const pressure = event.pointerType === "pen" && event.pressure > 0 ? event.pressure : 0.5;
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, pressure];
  };
  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    cursor.pen(false, "");
    find("cursor").hidden = true;
    begin(place(event), eraser || (event.buttons & 32) !== 0); // 32: the eraser end of a pen
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer) return;
    const points = event.getCoalescedEvents?.() ?? [];
    extend(...(points.length > 0 ? points : [event]).map(place));
  });
  for (const end of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId === pointer) pointer = null;
    });
  }

  // --- buttons and keys

  const undo = () => {
    ink.undo();
    touched();
  };
  const clear = () => {
    ink.clear();
    find("problem").textContent = "";
    touched();
  };
  find("undo").addEventListener("click", undo);
  find("clear").addEventListener("click", clear);
  find("eraser").addEventListener("click", () => {
    eraser = !eraser;
    find("eraser").setAttribute("aria-pressed", eraser);
  });
  const cursor = new Cursor({
    begin: (point) => begin(point),
    extend,
    undo,
    clear,
    say: (words) => (find("unseen").textContent = words),
    moved: () => {
      const mark = find("cursor");
      mark.hidden = false;
      mark.classList.toggle("down", cursor.down);
      mark.style.left = `${100 * cursor.x}%`;
      mark.style.top = `${100 * cursor.y}%`;
    },
  });
  canvas.addEventListener("keydown", (event) => {
    if (cursor.key(event)) event.preventDefault();
  });
  canvas.addEventListener("blur", () => {
    cursor.pen(false, "");
    find("cursor").hidden = true;
  });

  // --- pictures: chosen, dropped, pasted; or put here by Python

  const bring = async (file) => {
    try {
      model.brought = {id: crypto.randomUUID(), ...await readPicture(file)};
      find("problem").textContent = "";
    } catch {
      find("problem").textContent = `“${file.name}” is not a picture this browser can read. Try a PNG or JPEG file.`;
    }
  };
  const fileOf = (data) => [...(data?.files ?? [])].find((file) => file.type.startsWith("image/"));
  find("file").querySelector("input").addEventListener("change", ({target}) => {
    if (target.files.length > 0) bring(target.files[0]);
    target.value = "";
  });
  const sheet = find("sheet");
  sheet.addEventListener("dragover", (event) => {
    event.preventDefault();
    sheet.classList.add("over");
  });
  sheet.addEventListener("dragleave", () => sheet.classList.remove("over"));
  sheet.addEventListener("drop", (event) => {
    event.preventDefault();
    sheet.classList.remove("over");
    const file = event.dataTransfer.files[0];
    if (file) bring(file);
  });
  const pasted = (event) => {
    const file = fileOf(event.clipboardData);
    if (file) bring(file);
  };
  document.addEventListener("paste", pasted);
  model.on("picture", () => {
    const {id, ink: pixels} = model.picture;
    ink.clear(pixels.some(Boolean) ? {id, canvas: inkCanvas(pixels)} : null);
    later();
  });

  // --- size, screen density, theme

  const resize = () => {
    const side = Math.round(canvas.clientWidth * devicePixelRatio);
    if (side > 0 && canvas.width !== side) canvas.width = canvas.height = side;
    later();
  };
  const observer = new ResizeObserver(resize);
  observer.observe(canvas);
  window.addEventListener("resize", resize); // zooming changes the density, not always the size
  document.documentElement.addEventListener("themechange", later);
  model.on("remove", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    document.removeEventListener("paste", pasted);
    window.removeEventListener("resize", resize);
    document.documentElement.removeEventListener("themechange", later);
  });
  later();
}
