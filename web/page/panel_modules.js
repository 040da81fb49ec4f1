// Panel hands a component's script to the browser as a blob to be imported, by way of a polyfill's interface. The
// page's policy lets no blob be a script (web/site/csp.py). It need not: there are two kinds, both known here.
//   our components: one line that passes on the `render` of a module of the site (web/components/script.py);
//   Panel's own glue, the same for all components: `render` below.
const PASSED_ON = /^export \{ ?render ?\} from ['"]([\w./-]+)['"];?\s*$/;
const GLUE = "view.render_fn(";

/**
 * What Panel's glue does: lets the component fill its place.
 * @param {string} id
 */
function render(id) {
  const view = /** @type {any} */ (window).Bokeh.index.find_one_by_id(id);
  if (!view) return null;
  const output = view.render_fn({view, model: view.model_proxy, data: view.model.data, el: view.container});
  return Promise.resolve(output).then((/** @type {unknown} */ out) => {
    if (out instanceof Element) view.container.replaceChildren(out);
    view.after_rendered();
  });
}

/**
 * @param {string} url
 * @param {(script: string, render: Function) => Function} takenOver what draws a component whose script draws by `render`
 */
export async function importForPanel(url, takenOver) {
  if (!url.startsWith("blob:")) return import(url);
  const text = await (await fetch(url)).text();
  const module = PASSED_ON.exec(text)?.[1];
  if (module) return {render: takenOver(module, (await import(module)).render)};
  if (text.includes(GLUE)) return {default: {render}};
  throw new Error(`Panel wants to run a script that this page does not know: ${text.slice(0, 80)}`);
}
