// What a grid does when pictures were changed: in this window, in another one, or by somebody else.
//
// `library-changed` tells what has become of pictures (`{change, deed, ids, count}`); undoing something is
// told as its opposite. Which deeds take a picture out of this list stands on the grid (`data-leaves`): an
// album loses pictures by other ones than the library.
import { chosen, idOf } from "./chosen.js";

const usual = "trash";
export const back = {
  trash: "restore",
  restore: "trash",
  add_to_album: "remove_from_album",
  remove_from_album: "add_to_album",
};

export class Changes {
  constructor(grid, rows, pages) {
    this.grid = grid;
    this.rows = rows;
    this.pages = pages;
    this.gone = new Map(); // id → where its tile stood
    this.leave = new AbortController();
    this.told = new Map(); // change → the ids that it is about, as far as they are known here
    document.addEventListener("library-changed", ({ detail }) => this.changed(detail), {
      signal: this.leave.signal,
    });
  }

  stop() {
    this.leave.abort();
  }

  get leaving() {
    return (this.grid.dataset.leaves ?? usual).split(" ");
  }

  knows(change, deed) {
    return this.last === `${change} ${deed}`;
  }

  // The ids of a large change are not told again when it is undone.
  changed({ change, deed, ids = [], count = ids.length }) {
    if (ids.length >= count) this.told.set(change, ids);
    const known = new Set(ids.length < count ? (this.told.get(change) ?? ids) : ids);
    this.last = `${change} ${deed}`;
    if (deed === "favourite" || deed === "unfavourite") this.favourite(known, deed === "favourite");
    const isFresh = this.leaving.includes(deed);
    const isBack = this.leaving.some((one) => back[one] === deed);
    if (known.size < count && (isFresh || isBack)) this.again();
    else if (isFresh) this.take(known);
    else if (isBack) this.giveBack(known);
    if (!isBack) chosen.clear();
  }

  take(known) {
    const tiles = this.rows.tiles.filter((tile) => known.has(idOf(tile)));
    const focused = tiles.find((tile) => tile.contains(document.activeElement));
    const next = focused && this.after(focused, known);
    for (const place of this.rows.remove(tiles)) this.gone.set(idOf(place.tile), place);
    next?.querySelector(".tile-link").focus();
  }

  // Where the focus goes when its tile leaves: to the next tile that stays, or the one before.
  after(tile, known) {
    const stays = (one) => one === tile || !known.has(idOf(one));
    const tiles = this.rows.tiles.filter(stays);
    const index = tiles.indexOf(tile);
    return tiles[index + 1] ?? tiles[index - 1];
  }

  giveBack(known) {
    const here = new Set(this.rows.tiles.map(idOf));
    const missing = [...known].filter((id) => !here.has(id));
    const places = missing.map((id) => this.gone.get(id)).filter((place) => place?.block?.isConnected);
    if (places.length < missing.length) return this.again();
    this.rows.putBack(places);
    this.grid.selection.show(places.map(({ tile }) => tile));
    missing.forEach((id) => this.gone.delete(id));
  }

  // So much has changed that the list is fetched anew, from where somebody is.
  again() {
    const seen = this.rows.anchor();
    return this.pages.jump(scrollY > innerHeight && seen ? idOf(seen.tile) : "");
  }

  favourite(known, isOne) {
    for (const tile of this.rows.tiles) {
      if (!known.has(idOf(tile))) continue;
      tile.querySelector("[data-deed=favourite]")?.setAttribute("aria-pressed", String(isOne));
      tile.querySelector(".tile-actions")?.toggleAttribute("data-favourite", isOne);
    }
  }
}
