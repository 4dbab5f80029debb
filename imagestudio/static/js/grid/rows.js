// The blocks of rows of a grid (`.rows`): those far away leave the document, and nothing moves.
//
// Rows are laid out by the style sheet. A block is *sealed* when another goes on with its day: its
// last row is then filled like the others. What stands above the window changes its height now and
// then (a newer page, another width of the window): `steady` holds what is seen where it is.
import { fitting, heightOf } from "./justify.js";

const far = "100% 0px"; // beyond one viewport

export class Rows {
  constructor(grid, adopted) {
    this.grid = grid;
    this.adopted = adopted; // called with each block that is new
    this.left = new WeakMap(); // tile that was taken out → where it stood
    this.aside = new Map(); // block → its tiles, out of the document
    this.watcher = new IntersectionObserver((all) => this.keep(all), { rootMargin: far });
    this.resizer = new ResizeObserver(() => this.resized());
    this.arrivals = new MutationObserver(() => this.adopt());
    this.arrivals.observe(grid, { childList: true });
    this.resizer.observe(grid);
    // A part of the page that was brought up to date brings tiles too.
    grid.addEventListener("htmx:afterSettle", ({ target }) => this.changed(target.closest?.(".rows")));
    this.adopt();
  }

  stop() {
    this.watcher.disconnect();
    this.resizer.disconnect();
    this.arrivals.disconnect();
  }

  // Forgets what was put aside: other rows take the place of all that are here.
  clear() {
    this.watcher.disconnect();
    this.aside.clear();
  }

  get blocks() {
    return [...this.grid.querySelectorAll(":scope > .rows")];
  }

  // All tiles in their order, or those of one block, wherever they are.
  get tiles() {
    return this.blocks.flatMap((block) => this.of(block));
  }

  of(block) {
    return [...block.children, ...(this.aside.get(block)?.children ?? [])].filter((one) => one.matches(".tile"));
  }

  // The tiles that a person can see or nearly see.
  get present() {
    return [...this.grid.querySelectorAll(":scope > .rows > .tile")];
  }

  blockOf(tile) {
    return tile.closest(".rows") ?? this.blocks.find((block) => this.aside.get(block)?.contains(tile));
  }

  // Brings the block of a tile into the document, and those beside it.
  around(tile) {
    const { blocks } = this;
    const index = blocks.indexOf(this.blockOf(tile));
    blocks.slice(Math.max(0, index - 1), index + 2).forEach((block) => this.bringBack(block));
  }

  adopt() {
    for (const block of this.grid.querySelectorAll(":scope > .rows:not([data-seen])")) {
      block.dataset.seen = "";
      if ("goesOn" in block.dataset && !("fitted" in block.dataset)) this.join(block);
      this.adopted(block);
      this.watcher.observe(block);
    }
  }

  changed(block) {
    if (!block) return;
    this.adopted(block);
    if ("sealed" in block.dataset && block.dataset.count !== String(this.of(block).length)) this.fit(block);
  }

  // A block that goes on with a day takes over the unfinished row of the one before it.
  join(block) {
    const before = block.previousElementSibling;
    if (!before?.matches(".rows")) return;
    this.bringBack(before);
    const top = before.lastElementChild?.offsetTop;
    const last = [...before.children].filter((tile) => tile.offsetTop === top);
    const { activeElement } = document;
    const isInside = last.some((tile) => tile.contains(activeElement));
    block.prepend(...last);
    if (isInside) activeElement.focus({ preventScroll: true }); // moving it took the focus away
    before.dataset.sealed = "";
    before.dataset.count = before.children.length;
    if (before.children.length || before.id) return;
    this.watcher.unobserve(before);
    before.remove();
  }

  // Seals a block whose followers must not move: its rows become a little higher or lower, all alike.
  fit(block) {
    block.dataset.sealed = block.dataset.fitted = "";
    block.dataset.count = this.of(block).length;
    block.style.setProperty("--row", `${fitting(this.of(block), this.measures)}px`);
  }

  // What the style sheet lays rows out by, in pixels.
  get measures() {
    const row = parseFloat(getComputedStyle(this.grid).getPropertyValue("--row"));
    return { width: this.grid.clientWidth, row, gap: 6 };
  }

  // All heights are read before anything changes: reading one after a change lays everything out again.
  keep(all) {
    const leaving = all.filter(({ target, isIntersecting }) => !isIntersecting && this.mayLeave(target));
    const heights = leaving.map(({ target }) => target.getBoundingClientRect().height);
    for (const { target, isIntersecting } of all) if (isIntersecting) this.bringBack(target);
    leaving.forEach(({ target }, index) => this.putAside(target, heights[index]));
  }

  // A block that may still grow stays, and so does the one in which the focus is.
  mayLeave(block) {
    const isLast = block.nextElementSibling === null || block.nextElementSibling.matches(".older");
    return !isLast && !this.aside.has(block) && !block.contains(document.activeElement);
  }

  putAside(block, height) {
    block.style.height = `${height}px`;
    const tiles = new DocumentFragment();
    tiles.append(...block.children);
    this.aside.set(block, tiles);
    block.dataset.aside = "";
  }

  bringBack(block) {
    if (!this.aside.has(block)) return;
    block.append(this.aside.get(block));
    this.aside.delete(block);
    delete block.dataset.aside;
    block.style.height = "";
    this.grid.dispatchEvent(new CustomEvent("tiles-back", { bubbles: true }));
  }

  // Takes tiles out; a sealed block closes the gap without leaving one at its end.
  remove(tiles) {
    const places = tiles.map((tile) => ({ tile, block: this.blockOf(tile), next: tile.nextElementSibling }));
    for (const place of places) this.left.set(place.tile, place);
    this.steady(() => {
      for (const { tile, block } of places) {
        tile.remove();
        if (!block) continue;
        recount(block, -1);
        if (!this.of(block).length) block.hidden = true;
        else this.reshape(block);
      }
    });
    return places;
  }

  // Puts tiles that were taken out back where they stood.
  putBack(places) {
    this.steady(() => {
      for (const { tile, block, next } of places) {
        if (!block?.isConnected) continue;
        this.bringBack(block);
        block.hidden = false;
        let before = next;
        while (before && before.parentNode !== block) before = this.left.get(before)?.next; // away itself
        block.insertBefore(tile, before ?? null);
        recount(block, 1);
        this.reshape(block);
      }
    });
  }

  reshape(block) {
    if ("sealed" in block.dataset) this.fit(block);
    if (!this.aside.has(block)) return;
    const isSealed = "sealed" in block.dataset;
    const row = parseFloat(block.style.getPropertyValue("--row")) || this.measures.row;
    block.style.height = `${heightOf(this.of(block), { ...this.measures, row, isSealed })}px`;
  }

  resized() {
    const { width, row } = this.measures;
    const shape = `${width} ${row}`;
    const isFirst = this.shape === undefined;
    if (this.shape === shape) return;
    this.shape = shape;
    if (isFirst) return;
    this.steady(() => this.blocks.forEach((block) => this.reshape(block)), this.seen);
  }

  // The block that stands first in the window.
  first() {
    const blocks = this.blocks.filter((one) => !one.hidden);
    let [low, high] = [0, blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (blocks[middle].getBoundingClientRect().bottom > 0) high = middle;
      else low = middle + 1;
    }
    return blocks[low];
  }

  // The tile that stands first in the window, with its distance from the window's top in pixels.
  anchor() {
    const block = this.first();
    if (block) this.bringBack(block);
    const tile = block && [...block.children].find((one) => one.getBoundingClientRect().bottom > 0);
    return tile ? { tile, top: tile.getBoundingClientRect().top } : null;
  }

  // Does something that changes heights; what is seen stays where it is.
  steady(change, seen = this.anchor()) {
    change();
    if (!seen?.tile.isConnected) return;
    const moved = seen.tile.getBoundingClientRect().top - seen.top;
    if (Math.abs(moved) > 0.5) scrollBy({ top: moved, behavior: "instant" });
  }
}

// Keeps the number in a day's heading true, where it is exact.
function recount(block, by) {
  let head = block;
  while (head && !head.matches(".day")) head = head.previousElementSibling;
  const count = head?.querySelector(".day-count");
  if (!count || count.textContent.endsWith("+")) return;
  count.textContent = (Number(count.textContent.replaceAll(",", "")) + by).toLocaleString("en");
}
