// What is loading: the stages of the start and how far the files are.
const $ = (selector) => document.querySelector(selector);
const stages = [...document.querySelectorAll("#stages li")];

function fill(share) {
  for (const track of document.querySelectorAll(".track")) {
    track.firstElementChild.style.setProperty("--done", share);
    track.setAttribute("aria-valuenow", Math.round(100 * share));
  }
}

const begins = (current) => stages.slice(0, current).reduce((sum, item) => sum + Number(item.dataset.share), 0);

// Shows that the stage `name` has begun.
export function showStage(name) {
  performance.mark(`nncore-${name}`);
  const current = stages.findIndex((item) => item.dataset.name === name);
  stages.forEach((item, i) => { item.dataset.stage = i < current ? "done" : i === current ? "now" : ""; });
  fill(begins(current) + 0.04);
}

// Tells the bytes that have arrived of all that the worker asked for, and which file is on its way.
export function showBytes({received, total, what}) {
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);
  $("#boot-bytes").textContent = received < total
    ? `${megabytes(received)} of ${megabytes(total)} MB: ${what}`
    : "";
  const current = stages.findIndex((item) => item.dataset.stage === "now");
  if (current >= 0 && total) {
    const share = Number(stages[current].dataset.share) * received / total;
    fill(begins(current) + Math.max(0.04, 0.9 * share));
  }
}
