// A piece of a curve, as the plots draw it, beside its name.

/** @typedef {{colour: string, dash: string}} LineStyle of a curve; see views/palette.py */

/** @param {LineStyle} style */
export function lineSample({colour, dash}) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("width", "26");
  svg.setAttribute("height", "10");
  svg.innerHTML = `<line x1="0" y1="5" x2="26" y2="5" stroke="${colour}" stroke-width="2.5" stroke-dasharray="${dash}"/>`;
  return svg;
}
