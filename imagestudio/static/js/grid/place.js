// Keeps the place in the list in the address, so that Back, reload and a copied link come to it again.
//
// `at` is the picture that stands first in the window; how far its row is scrolled is kept beside the
// address. The server begins the page there, so nothing jumps when it comes back.
import { idOf } from "./chosen.js";

const calm = 200; // milliseconds after the last movement

export class Place {
  constructor(grid, rows) {
    this.grid = grid;
    this.rows = rows;
    this.leave = new AbortController();
    addEventListener("scroll", () => this.moved(), { signal: this.leave.signal, passive: true });
    this.restore();
  }

  stop() {
    this.leave.abort();
    clearTimeout(this.timer);
  }

  moved() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), calm);
  }

  // Not while a picture lies over the grid: then the address is the picture's.
  keep() {
    const address = new URL(location.href);
    if (address.pathname !== this.grid.dataset.address) return;
    const seen = this.rows.anchor();
    const isTop = scrollY < innerHeight / 2 && !this.grid.querySelector(":scope > .newer");
    for (const name of ["at", "cursor", "newer"]) address.searchParams.delete(name);
    if (!isTop && seen && idOf(seen.tile)) address.searchParams.set("at", idOf(seen.tile));
    const offset = isTop ? undefined : Math.round(seen?.top ?? 0);
    history.replaceState({ ...history.state, offset }, "", address);
  }

  restore() {
    const place = new URLSearchParams(location.search).get("at");
    const offset = history.state?.offset;
    if (!place) return;
    history.scrollRestoration = "manual";
    const tile = this.rows.tiles.find((one) => idOf(one) === place) ?? this.rows.tiles[0];
    if (!tile) return;
    if (offset === undefined) this.grid.querySelector(".day").scrollIntoView({ behavior: "instant" });
    else scrollTo({ top: tile.getBoundingClientRect().top + scrollY - offset, behavior: "instant" });
  }
}
