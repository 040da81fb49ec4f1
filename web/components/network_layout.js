// Where the parts of the network's picture stand, in CSS pixels.

const HEADING = 20; // room above for the names of the columns
const SMALLEST = 30; // a tile's edge with its gap: what a finger still hits
const LARGEST = 84;
const PERCENT = 54; // room for a figure behind a bar

/** @typedef {{x: number, y: number, size: number, alpha?: number}} Box */
/** @typedef {{pitch: number, columns: number, rows: number, shown: number, width: number, height: number}} Grid */
/**
 * @typedef {object} Layout
 * @property {Box} input
 * @property {{grid: Grid & {x: number, y: number}, tiles: (Box | null)[]}[]} stages tiles as the stage's units; null: no room
 * @property {{x: number, y: number, radius: number}[]} outputs
 * @property {{x: number, width: number}} bars
 */

/** @type {(low: number, value: number, high: number) => number} */
export const between = (low, value, high) => Math.max(low, Math.min(value, high));

/**
 * Rows and columns for `count` tiles in a box; where it is too small, fewer tiles, the best ones.
 * @type {(count: number, width: number, height: number) => Grid}
 */
function gridOf(count, width, height) {
  let pitch = Math.min(LARGEST, width);
  const fits = () => Math.floor(width / pitch) * Math.floor(height / pitch);
  while (pitch > SMALLEST && fits() < count) pitch -= 1;
  const shown = Math.min(count, Math.max(1, fits()));
  const most = Math.max(1, Math.floor(height / pitch));
  const columns = Math.ceil(shown / Math.min(most, shown));
  const rows = Math.ceil(shown / columns);
  return {pitch, columns, rows, shown, width: columns * pitch, height: rows * pitch};
}

/**
 * @param {number} width
 * @param {number} height
 * @param {{units: number[], order: number[]}[]} stages units, best first, and each one's place from the top
 * @param {number} classes
 * @returns {Layout}
 */
export function arrange(width, height, stages, classes) {
  const narrow = width < 480;
  const side = narrow ? 38 : between(40, width * 0.11, 104);
  const radius = between(8, (height - HEADING) / (2.7 * classes), 13);
  const barWidth = between(22, width * 0.11, 130) + PERCENT;
  const gapIn = between(10, width * 0.045, 44);
  const gapOut = narrow ? 26 : between(30, width * 0.12, 140);
  const gapBetween = narrow ? 9 : between(24, width * 0.05, 80);
  const inner = height - HEADING;
  const room = width - side - gapIn - gapOut - 2 * radius - barWidth - (stages.length - 1) * gapBetween;
  const grids = stages.map(({units}) => gridOf(units.length, room / stages.length, inner));
  const spare = (room - grids.reduce((sum, grid) => sum + grid.width, 0)) / (stages.length + 1);
  let x = side + gapIn + Math.max(0, spare);
  const placed = stages.map(({units, order}, stage) => {
    const grid = {...grids[stage], x, y: HEADING + (inner - grids[stage].height) / 2};
    // The best units stand in the picture, in the order from top to bottom that was asked for.
    const ranks = [...order.slice(0, grid.shown)].sort((a, b) => a - b);
    const tiles = units.map((_, i) => {
      if (i >= grid.shown) return null;
      const at = ranks.indexOf(order[i]);
      const gap = Math.max(4, grid.pitch * 0.09);
      return {
        x: x + (at % grid.columns) * grid.pitch + gap / 2,
        y: grid.y + Math.floor(at / grid.columns) * grid.pitch + gap / 2,
        size: grid.pitch - gap,
      };
    });
    x += grid.width + gapBetween + Math.max(0, spare);
    return {grid, tiles};
  });
  const step = inner / classes;
  const outputs = Array.from({length: classes}, (_, k) => (
    {x: width - barWidth - radius, y: HEADING + (k + 0.5) * step, radius: Math.min(radius, step * 0.44)}));
  return {
    input: {x: 0, y: HEADING + (inner - side) / 2, size: side},
    stages: placed,
    outputs,
    bars: {x: width - barWidth + 8, width: barWidth - 8 - PERCENT},
  };
}
