// Selecting in a grid: the tick box, Ctrl, Shift, a long press; and what shows which tiles are selected.
import { chosen, idOf } from "./chosen.js";

const long = 450; // milliseconds of a press that selects
const still = 10; // pixels that a finger may move meanwhile

export class Selection {
  constructor(grid, rows) {
    this.grid = grid;
    this.rows = rows;
    this.last = null; // where a range begins
    this.leave = new AbortController();
    const { signal } = this.leave;
    chosen.addEventListener("change", () => this.show(), { signal });
    grid.addEventListener("click", (event) => this.clicked(event), { signal, capture: true });
    grid.addEventListener("pointerdown", (event) => this.pressed(event), { signal });
    grid.addEventListener("contextmenu", (event) => this.timer === "over" && event.preventDefault(), { signal });
    const ticked = [...grid.querySelectorAll(".tick input:checked")].map(({ value }) => value); // before this was here
    if (ticked.length) chosen.replace([...chosen.ids, ...ticked]);
    else this.show();
  }

  stop() {
    this.leave.abort();
  }

  // The ids of what is loaded, in order.
  get loaded() {
    return this.rows.tiles.map(idOf).filter(Boolean);
  }

  show(tiles = this.rows.tiles) {
    for (const tile of tiles) this.mark(tile);
    this.grid.toggleAttribute("data-selecting", !chosen.isEmpty);
  }

  mark(tile) {
    const id = idOf(tile);
    const isChosen = Boolean(id) && chosen.has(id);
    const tick = tile.querySelector(".tick input");
    if (tick && tick.checked !== isChosen) tick.checked = isChosen;
    if (tile.hasAttribute("data-selected") !== isChosen) tile.toggleAttribute("data-selected", isChosen);
  }

  toggle(tile) {
    const ids = chosen.all ? new Set(this.loaded) : new Set(chosen.ids);
    const id = idOf(tile);
    if (!id) return;
    if (!ids.delete(id)) ids.add(id);
    this.last = id;
    chosen.replace(ids);
  }

  // Selects from where the last one was selected up to a tile; with `more`, besides what is selected.
  range(tile, { more = false } = {}) {
    const { loaded } = this;
    const to = loaded.indexOf(idOf(tile));
    const from = loaded.indexOf(this.last);
    if (to < 0) return;
    if (from < 0) return this.toggle(tile);
    const between = loaded.slice(Math.min(from, to), Math.max(from, to) + 1);
    chosen.replace(more ? [...chosen.ids, ...between] : between);
  }

  clicked(event) {
    const tile = event.target.closest(".tile");
    if (!tile || !idOf(tile)) return;
    const onLink = event.target.closest(".tile-link");
    const onTick = event.target.closest(".tick");
    if (!onLink && !onTick) return;
    const isEnd = this.timer === "over"; // the end of a long press is no click, wherever it comes down
    if (isEnd) this.timer = null;
    else if (onTick?.contains(event.target) && event.target.localName !== "input") return; // its input hears of it too
    else if (event.shiftKey) this.range(tile, { more: true });
    else if (onTick || event.ctrlKey || event.metaKey || (this.isTouch && !chosen.isEmpty)) this.toggle(tile);
    else return;
    event.stopPropagation();
    if (onLink || isEnd) event.preventDefault();
    else this.mark(tile);
  }

  // A long press of a finger begins selecting; from then on a tap selects.
  pressed(event) {
    this.isTouch = event.pointerType === "touch";
    this.timer = null;
    const tile = event.target.closest(".tile");
    if (!this.isTouch || !tile || !event.target.closest(".tile-link")) return;
    const timer = setTimeout(() => {
      stop();
      this.timer = "over";
      this.toggle(tile);
    }, long);
    const moved = ({ clientX, clientY }) =>
      Math.hypot(clientX - event.clientX, clientY - event.clientY) > still && stop();
    const over = new AbortController();
    const stop = () => {
      clearTimeout(timer);
      over.abort();
    };
    addEventListener("pointermove", moved, { signal: over.signal });
    for (const end of ["pointerup", "pointercancel"]) addEventListener(end, stop, { signal: over.signal });
  }
}
