// The page's half: draws the dashboard that Python sends, passes on what happens, and says how Python is.
import {Dashboard} from "./dashboard.js";
import {$} from "./find.js";
import {FirstPage} from "./first_page.js";
import {keepFocus} from "./focus.js";
import {copy, download, notice} from "./notices.js";
import {clearPlotsWholly, passPlotsBy} from "./plots.js";
import {Python} from "./python.js";
import {runScripts} from "./scripts.js";
import {showBytes, showStage} from "./stages.js";
import {_} from "./words.js";
/** @import {Listener} from "./python.js" */

performance.mark("nncore-page");
passPlotsBy();
keepFocus();
const {show: fail, stalled} = window.nncoreFailure;
const LEAVE_SECONDS = 5;  // at most, for storing before the page is loaded again
const FAULT = _("Reload the page. If it happens again, it is a fault of the page: please report it with the technical "
  + "details below.");
const dashboard = new Dashboard((patch) => python.tell("patch", {patch}), new FirstPage(({value}) => {
  if (value?.command === "train") $("#boot-promise").textContent = _("Train begins as soon as Python is there.");
}));

// To the page that holds this one in a frame, if it asked for that; nothing private is said.
/** @param {{message: unknown}} message */
function tellParent({message}) {
  if (parent !== window && "embed" in document.documentElement.dataset) parent.postMessage(message, "*");
}

/** @typedef {{name: string, shown: boolean, reveal: boolean}} Card */
/** @type {Card[]} what is to be in view when the dashboard has been drawn */
const early = [];
/** @param {Card} message */
function showCard({name, shown, reveal}) {
  if (document.body.dataset.python !== "ready") {
    early.push({name, shown, reveal});
    return;
  }
  const card = $(`[data-area="${name}"]`);
  if (!card) return;
  card.hidden = !shown;
  if (shown && reveal) card.scrollIntoView({block: "nearest"});
}

// -- where the visitor is: the course has addresses of its own, all others are an experiment's ----------------
// The language is the page's affair: Python never sees `lang=`, and an address that had it keeps it.
const parts = () => location.hash.slice(1).split("&");
const hash = () => parts().filter((part) => !part.startsWith("lang=")).join("&");
const language = parts().find((part) => part.startsWith("lang="));
function showMode() {
  document.body.dataset.mode = /^(course|exercises)\b/.test(hash()) ? "course" : "lab";
}
showMode();

// -- the page before Python is there: for who comes without a wish and was not here before -------------------
const BEEN_HERE = "nncore-lab visited";
const wasHere = () => { try { return localStorage.getItem(BEEN_HERE); } catch { return null; } };
const firstDrawn = hash() || wasHere() ? Promise.resolve(dashboard.drawSkeleton()) : dashboard.drawFirst().catch((error) => {
  console.warn(`The first page could not be drawn: ${error}`);
  dashboard.drawSkeleton();
});
const scriptsRun = runScripts(window.nncoreSite.scripts, firstDrawn).then(clearPlotsWholly);

// -- Python's page: drawn while Python still starts, where a snapshot knows it by then -----------------------
let ahead = {page: "", drawn: Promise.resolve()};
/** @param {string} page */
async function draw(page) {
  await scriptsRun;
  await dashboard.draw(page);
}

// -- how Python is ---------------------------------------------------------------------------------------
let running = false;  // it was ready at least once

/** @param {string} text */
function say(text, offer = false) {
  $("#python").hidden = !text;
  $("#python-text").textContent = text;
  $("#python-restart").hidden = !offer;
}
function starting() {
  document.body.dataset.python = "starting";
  $("main").inert = true;
}
function ready() {
  performance.mark("nncore-ready");
  document.body.dataset.state = "ready";
  if (!running) tellParent({message: {source: "nncore-lab", version: 1, type: "ready"}});
  document.body.dataset.python = "ready";
  $("main").removeAttribute("aria-busy");
  $("main").inert = false;
  say("");
  early.splice(0).forEach(showCard);
  python.fact("interrupted", "");
  if (running) notice({text: _("Python runs again, with what was last saved."), kind: "info"});
  running = true;
  try { localStorage.setItem(BEEN_HERE, "yes"); } catch { /* storage refused: every visit is the first */ }
  // Last, so that keeping the files for offline use takes nothing from the start.
  navigator.serviceWorker?.register("sw.js").catch((error) => console.info(`No offline use: ${error.message}`));
}
/** @type {Listener} */
const condition = {
  stopped({details, again}) {
    console.warn(`Python stopped: ${details}`);
    dashboard.hold();
    if (!again) {
      fail({title: _("Python stopped"), what: _("It stopped three times within a minute, so it was not started again."),
        details, advice: FAULT});
    } else if (running) {
      starting();
      say(_("Python stopped. It is starting again and takes up what was last saved."));
    }
  },
  broken: ({details}) => fail({what: _("The Python worker could not be started."), details}),
  fault({details}) {
    console.warn(details);
    notice({text: _("Something went wrong in Python's worker, which goes on: {details}", {details}), kind: "error"});
  },
  silent: () => say(_("Python does not answer: a long computation, or it is stuck."), true),
  answers: () => say(""),
};
$("#python-restart").addEventListener("click", () => {
  starting();
  say(_("Python is starting again and takes up what was last saved."));
  python.restart();
});

// A press on Stop that a busy Python does not hear of: after this time it is started again.
const STOP_SECONDS = 0.7;
addEventListener("nncore-stop", async (event) => {
  if (await python.answersWithin(STOP_SECONDS)) return;
  starting();
  say(_("Stopped. Python was in the middle of one long call: it starts again and takes up what was last saved."));
  python.fact("interrupted", /** @type {CustomEvent} */ (event).detail);
  python.restart();
});

// A press on Pause takes effect when the step under way ends. One of the visitor's own may take its time.
const STEP_SECONDS = 60;
addEventListener("nncore-pause", async () => {
  if (await python.answersWithin(STOP_SECONDS)) return;
  say(_("Pausing: Python is in the middle of a long step and pauses when that ends, five seconds from now at most."), true);
  if (await python.answersWithin(STEP_SECONDS)) say("");
});

const languages = /** @type {HTMLSelectElement} */ ($("#language"));
const speak = () => window.nncoreLanguage.choose(languages.value);

// -- Python to page --------------------------------------------------------------------------------------
const python = new Python({
  stage: ({name}) => showStage(name),
  begins({from}) { document.body.dataset.start = from; },
  prepared({page}) {
    const other = /(^|&)hide=/.test(hash());  // not the whole page
    if (running || other) return;
    ahead = {page, drawn: draw(page)};
    ahead.drawn.catch(() => {});  // told when it is needed
  },
  bytes: showBytes,
  stalled: ({file}) => stalled(file && _("Waiting for {what}.", {what: _(file)})),
  async render({page}) {
    showStage("drawing");
    try {
      await (page === ahead.page ? ahead.drawn : draw(page));
      ahead.page = "";
      python.tell("rendered");
      dashboard.release();
    } catch (error) {
      fail({what: _("The dashboard could not be drawn."), details: error, advice: FAULT});
    }
  },
  ready,
  patch: (change) => dashboard.apply(change),
  applied: () => dashboard.acknowledged(),
  failed: ({what, values, details}) => fail(what ? {what: _(what, {...values, what: values.what && _(values.what)}), details}
    : {what: _("The dashboard's Python stopped with an error."), details, advice: FAULT}),
  hash({value}) {
    const address = [value, language].filter(Boolean).join("&");
    history.replaceState(null, "", address ? `#${address}` : location.pathname + location.search);
    showMode();
  },
  card: showCard,
  parent: tellParent,
  left: speak,
  notice, copy, download,
}, condition);

// -- page to Python --------------------------------------------------------------------------------------
$("#theme").addEventListener("click", () => window.nncoreTheme.toggle());
document.documentElement.addEventListener("themechange", (event) => {
  python.fact("theme", /** @type {CustomEvent} */ (event).detail);
});
addEventListener("hashchange", () => {
  const asked = window.nncoreLanguage.nearest(window.nncoreLanguage.asked());
  if (asked && asked !== window.nncoreLanguage.tag) location.reload();
  showMode();
  python.fact("hash", hash());
});
python.fact("interrupted", "");  // first, also to a Python that starts again: the address then finds it known
python.fact("theme", document.documentElement.dataset.theme);
python.fact("hash", hash());

// -- the language ------------------------------------------------------------------------------------------
// Another one begins with the page loaded again, when Python has stored what there is, or does not answer.
for (const [tag, {name}] of Object.entries(window.nncoreSite.languages)) {
  languages.append(Object.assign(new Option(name, tag, false, tag === window.nncoreLanguage.tag), {lang: tag}));
}
languages.addEventListener("change", () => {
  if (document.body.dataset.python === "ready") python.fact("leaving", languages.value);
  setTimeout(speak, document.body.dataset.python === "ready" ? LEAVE_SECONDS * 1000 : 0);
});
