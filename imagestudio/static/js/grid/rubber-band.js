// A rubber band: drawn from empty ground with the mouse, it selects every tile that it touches.
import { chosen, idOf } from "./chosen.js";

const begin = 5; // pixels until a press becomes a band
const edge = 60; // pixels from the window's edge at which it begins to scroll
const fastest = 24; // pixels of a frame

export class RubberBand {
  constructor(grid, rows) {
    this.grid = grid;
    this.rows = rows;
    this.leave = new AbortController();
    const ground = grid.closest("main") ?? grid;
    ground.addEventListener("pointerdown", (event) => this.press(event), { signal: this.leave.signal });
    ground.addEventListener("mousedown", (event) => this.isGround(event) && event.preventDefault(), {
      signal: this.leave.signal, // no text is selected meanwhile
    });
  }

  stop() {
    this.leave.abort();
    this.end?.abort();
  }

  // Between the tiles and beside the grid, but on nothing that is there for something else.
  isGround({ target, button }) {
    if (button !== 0) return false;
    return target === this.grid || target === this.grid.closest("main") || target.matches?.(".rows, .day, .day *");
  }

  press(event) {
    if (event.pointerType !== "mouse" || !this.isGround(event)) return;
    this.end = new AbortController();
    const { signal } = this.end;
    this.from = this.at(event);
    this.pointer = event;
    this.kept = event.shiftKey || event.ctrlKey || event.metaKey ? new Set(chosen.ids) : new Set();
    this.touched = new Set();
    addEventListener("pointermove", (moved) => this.move(moved), { signal });
    addEventListener("scroll", () => this.band && this.draw(), { signal, passive: true });
    addEventListener("pointerup", () => this.finish(), { signal });
    addEventListener("pointercancel", () => this.finish(), { signal });
  }

  // A point of the pointer within the grid, which stays where it is when the page scrolls.
  at({ clientX, clientY }) {
    const box = this.grid.getBoundingClientRect();
    return { x: clientX - box.left, y: clientY - box.top };
  }

  move(event) {
    this.pointer = event;
    if (this.band) return;
    const to = this.at(event);
    if (Math.hypot(to.x - this.from.x, to.y - this.from.y) < begin) return;
    this.band = Object.assign(document.createElement("div"), { className: "band" });
    this.grid.append(this.band);
    this.grid.dataset.banding = "";
    this.frame();
  }

  frame() {
    if (!this.band) return;
    const { clientY } = this.pointer;
    const over = clientY < edge ? clientY - edge : Math.max(0, clientY - (innerHeight - edge));
    if (over) scrollBy({ top: Math.max(-fastest, Math.min(fastest, over / 2)), behavior: "instant" });
    this.draw();
    requestAnimationFrame(() => this.frame());
  }

  draw() {
    const to = this.at(this.pointer);
    const box = {
      left: Math.min(this.from.x, to.x),
      top: Math.min(this.from.y, to.y),
      right: Math.max(this.from.x, to.x),
      bottom: Math.max(this.from.y, to.y),
    };
    const shape = JSON.stringify(box);
    if (this.shape === shape) return;
    this.shape = shape;
    this.touch(box);
    Object.assign(this.band.style, {
      transform: `translate(${box.left}px, ${box.top}px)`,
      width: `${box.right - box.left}px`,
      height: `${box.bottom - box.top}px`,
    });
  }

  // What is not in the document is out of reach of the band's edge, and stays as it was.
  touch(box) {
    const ground = this.grid.getBoundingClientRect();
    const before = this.touched.size;
    let isOther = false;
    for (const tile of this.rows.present) {
      const id = idOf(tile);
      if (!id) continue;
      const { left, top, right, bottom } = tile.getBoundingClientRect();
      const isIn =
        left - ground.left < box.right &&
        right - ground.left > box.left &&
        top - ground.top < box.bottom &&
        bottom - ground.top > box.top;
      if (isIn === this.touched.has(id)) continue;
      isOther = true;
      if (isIn) this.touched.add(id);
      else this.touched.delete(id);
    }
    if (isOther || before !== this.touched.size) chosen.replace([...this.kept, ...this.touched]);
  }

  finish() {
    this.end.abort();
    this.band?.remove();
    delete this.grid.dataset.banding;
    this.band = this.shape = null;
  }
}
