/**
 * The element of the page that a selector names; the scripts rely on shell.html to hold it.
 * @param {string} selector
 * @returns {HTMLElement}
 */
export const $ = (selector) => /** @type {HTMLElement} */ (document.querySelector(selector));
