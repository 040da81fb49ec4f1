// What has the focus and goes away hands it on, unless something more fitting took it: to the card that it stood in,
// else to the dashboard. It must not fall to the page's top because a button has done its work.
import {$} from "./find.js";

const PLACES = "dialog[open], .card, #main";

/** @param {Element} node */
const isThere = (node) => node.isConnected && node.getClientRects().length > 0;

/** Watch over the focus from now on. */
export function keepFocus() {
  /** @type {Element[]} what had the focus last, and what is around it, through all shadow roots */
  let path = [];
  const handOn = () => {
    if (!path.length || document.activeElement !== document.body || isThere(path[0])) return;
    const place = /** @type {HTMLElement} */ (path.find((node) => isThere(node) && node.matches(PLACES)) ?? $("main"));
    place.tabIndex = -1;
    place.focus({preventScroll: true});
  };
  // No browser but Chromium tells when something goes away with the focus; all tell that it has no size any more.
  const sizes = new ResizeObserver(handOn);
  /** @param {Event} event */
  const follow = (event) => {
    sizes.disconnect();
    const around = document.activeElement === document.body ? [] : event.composedPath();
    path = around.filter((node) => node instanceof Element);
    for (const node of path) sizes.observe(node);
  };
  // A focus that moves within one shadow root is not told outside of it, but what is done with it is.
  for (const kind of ["focusin", "keydown", "click"]) document.addEventListener(kind, follow, true);
}
