// The keys of a grid. One tile at a time can be reached with Tab; arrows, Home and End move on from it,
// through rows that were put aside and through pages that are not loaded yet.
import { chosen, idOf } from "./chosen.js";
import { deed } from "./deeds.js";
import { nearest } from "./nearest.js";
import { addressFor } from "./tile-menu.js";

const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const within = ".tile-link, .tick input, .tile-actions *";
const open = "dialog[open], :popover-open, .filters[open], .overlay:not([hidden])";
const arrows = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

export class Keys {
  constructor(grid, { rows, pages, selection }) {
    Object.assign(this, { grid, rows, pages, selection });
    this.leave = new AbortController();
    const { signal } = this.leave;
    grid.addEventListener("focusin", ({ target }) => this.rove(target.closest(".tile")), { signal });
    grid.addEventListener("keydown", (event) => this.pressed(event), { signal });
    document.addEventListener("keydown", (event) => this.pressedAnywhere(event), { signal });
  }

  stop() {
    this.leave.abort();
  }

  // New tiles are passed over by Tab, but for the first of all.
  adopt(block) {
    for (const tile of this.rows.of(block)) {
      if (!idOf(tile)) continue;
      const isFirst = !this.current?.isConnected && !tile.contains(document.activeElement);
      if (isFirst) this.rove(tile);
      else if (tile !== this.current) reachable(tile, false);
    }
  }

  rove(tile) {
    if (!tile || tile === this.current) return;
    if (this.current) reachable(this.current, false);
    reachable(tile, true);
    this.current = tile;
  }

  async pressed(event) {
    const tile = event.target.closest(".tile");
    if (!tile || event.altKey || event.target.matches(typing)) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: "up", ArrowDown: "down", Home: "first", End: "last" }[event.key];
    const onLink = event.target.matches(".tile-link");
    if (step && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      await this.go(tile, step, event.shiftKey);
    } else if (event.key === " " && onLink) {
      event.preventDefault();
      this.selection.toggle(tile);
    }
  }

  async go(tile, step, extends_) {
    const next = await this.next(tile, step);
    if (!next) return;
    if (extends_) {
      this.selection.last ??= idOf(tile);
      if (chosen.isEmpty) this.selection.last = idOf(tile);
      this.selection.range(next);
    }
    this.focus(next);
  }

  focus(tile) {
    this.rows.around(tile);
    const link = tile.querySelector(".tile-link, a, button");
    link?.focus({ preventScroll: true });
    tile.scrollIntoView({ block: "nearest", behavior: "instant" });
  }

  async next(tile, step) {
    if (step === "first" && this.pages.newer) await this.pages.jump("");
    if (step === "first") return this.rows.tiles[0];
    if (step === "last") return this.rows.tiles.at(-1);
    this.rows.around(tile);
    const found = this.beside(tile, step);
    if (found) return found;
    const isBack = step === -1 || step === "up";
    await this.pages.load(isBack ? this.pages.newer : this.pages.older);
    this.rows.around(tile);
    return this.beside(tile, step);
  }

  beside(tile, step) {
    if (typeof step === "string") return nearest(tile, this.rows.present, step);
    const { tiles } = this.rows;
    return tiles[tiles.indexOf(tile) + step];
  }

  // Keys that mean the selection, or the tile in focus; not while somebody types or a dialog is open.
  pressedAnywhere(event) {
    if (event.defaultPrevented || event.altKey || event.target.closest?.(typing)) return;
    if (document.querySelector(open)) return;
    const tile = document.activeElement?.closest?.(".tile");
    if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return chosen.replace(this.selection.loaded);
    }
    if (event.ctrlKey || event.metaKey) return;
    const id = tile && this.grid.contains(tile) ? idOf(tile) : null;
    const first = arrows.includes(event.key) && isNowhere() && this.inSight();
    if (first) this.focus(first);
    else if (event.key === "Escape" && !chosen.isEmpty) chosen.clear();
    else if (event.key === "Delete" || event.key === "Backspace") this.act("trash", id);
    else if (event.key === ".") this.act(this.isFavourite(tile) ? "unfavourite" : "favourite", id);
    else if (event.key === "e" && id) this.edit(id);
    else return;
    event.preventDefault();
  }

  // Where a walk begins: at the tile where one was, or the first that is seen whole, or in part.
  inSight() {
    const top = document.querySelector(".emulator")?.getBoundingClientRect().bottom ?? 0;
    const boxes = this.rows.present.filter(idOf).map((tile) => [tile, tile.getBoundingClientRect()]);
    const whole = boxes.filter(([, box]) => box.top >= top && box.bottom <= innerHeight);
    const part = boxes.find(([, box]) => box.bottom > top && box.top < innerHeight);
    return (whole.find(([tile]) => tile === this.current) ?? whole[0] ?? part)?.[0];
  }

  // On what is selected, or on one tile outside of it.
  act(name, id) {
    const isOne = id && !chosen.has(id);
    if (!isOne && chosen.isEmpty) return;
    deed(name, isOne ? { ids: [id] } : {});
  }

  edit(id) {
    const link = document.querySelector("#tile-menu [data-edit]");
    if (link) location.assign(addressFor(link, id));
  }

  isFavourite(tile) {
    return tile?.querySelector("[data-deed=favourite]")?.ariaPressed === "true";
  }
}

// Nothing that a key could be meant for has the focus.
function isNowhere() {
  const { activeElement } = document;
  return !activeElement || activeElement === document.body || activeElement.localName === "main";
}

function reachable(tile, isOne) {
  for (const control of tile.querySelectorAll(within)) {
    if (control.matches("a, button, input")) control.tabIndex = isOne ? 0 : -1;
  }
}
