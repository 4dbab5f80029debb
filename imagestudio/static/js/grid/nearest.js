// The tile in the next row up or down whose middle is closest.
export function nearest(tile, tiles, way) {
  const here = tile.getBoundingClientRect();
  const middle = here.left + here.width / 2;
  const boxes = tiles.map((one) => [one, one.getBoundingClientRect()]);
  const beyond = boxes.filter(([, box]) => (way === "up" ? box.bottom <= here.top : box.top >= here.bottom));
  if (!beyond.length) return null;
  const tops = beyond.map(([, box]) => box.top);
  const row = way === "up" ? Math.max(...tops) : Math.min(...tops);
  const inRow = beyond.filter(([, box]) => Math.abs(box.top - row) < 2);
  const distance = ([, box]) => Math.abs(box.left + box.width / 2 - middle);
  return inRow.sort((a, b) => distance(a) - distance(b))[0][0];
}
