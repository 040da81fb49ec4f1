// A wrapping grid of small pictures. `content` is one whole value: {pixels: uint8 (n, h, w), captions, names}.

// 256 colours from theme tokens at equal distances, as packed RGBA.
function ramp(tokens) {
  const style = getComputedStyle(document.documentElement);
  const pen = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const stops = tokens.map((token) => {
    pen.fillStyle = style.getPropertyValue(token).trim();
    pen.fillRect(0, 0, 1, 1);
    return pen.getImageData(0, 0, 1, 1).data;
  });
  const colours = new Uint8ClampedArray(256 * 4);
  for (let i = 0; i < 256; i++) {
    const position = (i / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(position), stops.length - 2);
    for (let c = 0; c < 4; c++) {
      colours[4 * i + c] = stops[low][c] + (stops[low + 1][c] - stops[low][c]) * (position - low);
    }
  }
  return new Uint32Array(colours.buffer);
}

const SCALES = {
  ink: ["--surface-2", "--text"],
  diverging: ["--negative", "--zero", "--positive"],
};

const STYLE = `
  .grid {display: flex; flex-wrap: wrap; gap: var(--space-2); margin: 0; padding: 2px}
  .tile {display: flex; flex-direction: column; align-items: center; gap: 2px; padding: 3px; margin: 0;
         border: 1px solid transparent; border-radius: 6px; background: none; color: var(--text);
         font: var(--fs-s)/1.25 var(--font); font-variant-numeric: tabular-nums}
  button.tile {cursor: pointer}
  button.tile:hover {border-color: var(--line); background: var(--surface-2)}
  button.tile:focus-visible {outline: 2px solid var(--accent); outline-offset: 1px}
  button.tile[aria-pressed="true"] {border-color: var(--accent)}
  canvas {display: block; image-rendering: pixelated; border-radius: 3px}
  .caption {color: var(--muted); white-space: nowrap}
  .caption:empty {display: none}
`;

export function render({model, el}) {
  const style = document.createElement("style");
  style.textContent = STYLE;
  const grid = document.createElement("div");
  grid.className = "grid";
  grid.setAttribute("role", "group");
  const columns = () => {
    const tiles = [...grid.children];
    return tiles.filter((tile) => tile.offsetTop === tiles[0].offsetTop).length;
  };
  const settle = rove(grid, columns);
  let colours;

  const tile = () => {
    const node = document.createElement(model.pickable ? "button" : "div");
    node.className = "tile";
    if (model.pickable) {
      node.type = "button";
      node.tabIndex = -1;
      node.addEventListener("click", () => {
        model.picked = [[...grid.children].indexOf(node), (model.picked[1] ?? 0) + 1];
      });
    } else {
      node.setAttribute("role", "img");
    }
    node.append(document.createElement("canvas"), document.createElement("span"));
    node.lastChild.className = "caption";
    return node;
  };

  const draw = () => {
    const {pixels, captions = [], names = []} = model.content;
    const [count, height, width] = pixels?.shape ?? [0, 0, 0];
    while (grid.children.length > count) grid.lastChild.remove();
    while (grid.children.length < count) grid.append(tile());
    for (let i = 0; i < count; i++) {
      const node = grid.children[i];
      const canvas = node.firstChild;
      if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, {width, height});
      canvas.style.width = `${model.size}px`;
      canvas.style.height = `${(model.size * height) / width}px`;
      const image = new ImageData(width, height);
      const out = new Uint32Array(image.data.buffer);
      for (let p = 0, q = i * width * height; p < out.length; p++, q++) out[p] = colours[pixels[q]];
      canvas.getContext("2d").putImageData(image, 0, 0);
      const caption = captions[i] ?? "";
      if (node.lastChild.textContent !== caption) node.lastChild.textContent = caption;
      node.setAttribute("aria-label", names[i] ?? caption);
      if (model.pickable) node.title = names[i] ?? caption;
    }
    settle();
    press();
  };
  // Only a grid with a chosen tile is a set of toggles to a screen reader; else its buttons are actions.
  const press = () => {
    [...grid.children].forEach((node, i) => {
      if (model.pressed < 0) node.removeAttribute("aria-pressed");
      else node.setAttribute("aria-pressed", String(i === model.pressed));
    });
  };
  const recolour = () => {
    colours = ramp(SCALES[model.scale]);
    draw();
  };
  const name = () => grid.setAttribute("aria-label", model.label);

  model.on("content", draw);
  model.on("pressed", press);
  model.on("label", name);
  document.documentElement.addEventListener("themechange", recolour);
  model.on("remove", () => document.documentElement.removeEventListener("themechange", recolour));
  name();
  recolour();
  el.append(style, grid);
}
