// How the style sheet breaks tiles into rows: the same sums, for what is not in the document.
const least = 0.78; // of the usual height of rows
const most = 1.28;
const steps = 25;
const tallest = 1.8; // of a sealed block's rows, as the style sheet says

function ratioOf(tile) {
  return Number(/\br-(\d{3})\b/.exec(tile.className)?.[1] ?? 100) / 100;
}

// The sums of width ÷ height of each row, with how many tiles it has.
function broken(ratios, { width, row, gap }) {
  const lines = [];
  let taken = Infinity;
  for (const ratio of ratios) {
    if (taken + gap + ratio * row > width) {
      lines.push({ sum: 0, count: 0 });
      taken = -gap;
    }
    taken += gap + ratio * row;
    lines.at(-1).sum += ratio;
    lines.at(-1).count += 1;
  }
  return lines;
}

// The height of rows, in pixels, at which the last row of these tiles is nearly full.
export function fitting(tiles, measures) {
  const ratios = tiles.map(ratioOf);
  let best = { row: measures.row, worth: -Infinity };
  for (let step = 0; step < steps; step += 1) {
    const factor = least + ((most - least) * step) / (steps - 1);
    const row = measures.row * factor;
    const last = broken(ratios, { ...measures, row }).at(-1);
    const fill = last ? (last.sum * row + measures.gap * (last.count - 1)) / measures.width : 1;
    const worth = Math.min(fill, 0.94) * 3 - Math.abs(factor - 1);
    if (worth > best.worth) best = { row, worth };
  }
  return best.row;
}

// How high a block of these tiles is, in pixels.
export function heightOf(tiles, measures) {
  const { width, row, gap, isSealed } = measures;
  const lines = broken(tiles.map(ratioOf), measures);
  const heights = lines.map(({ sum, count }, index) => {
    if (!isSealed && index === lines.length - 1) return row;
    const full = (width - gap * (count - 1)) / sum;
    return isSealed ? Math.min(full, row * tallest) : full;
  });
  return heights.reduce((total, height) => total + height, 0) + gap * Math.max(0, lines.length - 1);
}
