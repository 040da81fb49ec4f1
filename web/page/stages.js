// What is loading: the stages of the start and how far the files are.
import {$} from "./find.js";
import {_} from "./words.js";

const stages = /** @type {HTMLElement[]} */ ([...document.querySelectorAll("#stages li")]);

/** @param {number} share */
function fill(share) {
  for (const track of document.querySelectorAll(".track")) {
    /** @type {HTMLElement} */ (track.firstElementChild).style.setProperty("--done", String(share));
    track.setAttribute("aria-valuenow", String(Math.round(100 * share)));
  }
}

const begins = (/** @type {number} */ current) => stages.slice(0, current).reduce((sum, item) => sum + Number(item.dataset.share), 0);

/**
 * Shows that a stage has begun.
 * @param {string} name
 */
export function showStage(name) {
  performance.mark(`nncore-${name}`);
  const current = stages.findIndex((item) => item.dataset.name === name);
  stages.forEach((item, i) => { item.dataset.stage = i < current ? "done" : i === current ? "now" : ""; });
  fill(begins(current) + 0.04);
}

/**
 * Tells the bytes that have arrived of all that the worker asked for, and which file is on its way.
 * @param {{received: number, total: number, what: string}} message
 */
export function showBytes({received, total, what}) {
  const megabytes = (/** @type {number} */ bytes) => (bytes / 1e6).toFixed(1);
  $("#boot-bytes").textContent = received < total
    ? _("{received} of {total} MB: {what}", {received: megabytes(received), total: megabytes(total), what: _(what)})
    : "";
  const current = stages.findIndex((item) => item.dataset.stage === "now");
  if (current >= 0 && total) {
    const share = Number(stages[current].dataset.share) * received / total;
    fill(begins(current) + Math.max(0.04, 0.9 * share));
  }
}
