// A grid of tiles: put together from what lays out its rows, fetches them, selects, moves and drags.
import { chosen } from "./grid/chosen.js";
import { Changes } from "./grid/changes.js";
import { Drag } from "./grid/drag.js";
import { Keys } from "./grid/keys.js";
import { News } from "./grid/news.js";
import { Pages } from "./grid/pages.js";
import { Place } from "./grid/place.js";
import { Rows } from "./grid/rows.js";
import { RubberBand } from "./grid/rubber-band.js";
import { Selection } from "./grid/selection.js";
import { TileMenu } from "./grid/tile-menu.js";

class PictureGrid extends HTMLElement {
  connectedCallback() {
    const waiting = [];
    if (chosen.all) chosen.replace(chosen.ids); // everything that matched was of another list
    this.rows = new Rows(this, (block) => (this.keys ? this.adopt(block) : waiting.push(block)));
    this.pages = new Pages(this, this.rows);
    this.selection = new Selection(this, this.rows);
    this.keys = new Keys(this, this);
    const { rows, pages } = this;
    this.parts = [rows, pages, this.selection, this.keys, new RubberBand(this, rows), new Drag(this)];
    const changes = new Changes(this, rows, pages);
    this.parts.push(changes, new TileMenu(this));
    if (this.dataset.address) this.parts.push(new Place(this, rows), new News(this, rows, pages, changes));
    waiting.forEach((block) => this.adopt(block));
    if (!chosen.isEmpty) chosen.dispatchEvent(new Event("change")); // how many of them are here is known now
  }

  disconnectedCallback() {
    this.parts.forEach((part) => part.stop());
    this.keys = null;
  }

  adopt(block) {
    this.keys.adopt(block);
    this.selection.show(this.rows.of(block));
  }

  // Shows the pictures of a month (`2026-10`): the list is left as it is where they are loaded.
  async show(month) {
    const block = this.rows.blocks.find((one) => one.dataset.day.startsWith(month));
    const head = block?.previousElementSibling;
    const isStart = head?.matches(".day") && (head.previousElementSibling?.matches(".rows") || !this.pages.newer);
    if (!isStart) return this.pages.jump(month);
    this.rows.bringBack(block);
    head.scrollIntoView({ behavior: "instant" });
    return true;
  }

  // The picture before (-1) or after (1) another in the list, its page fetched where it is not loaded.
  async beside(id, step) {
    const find = () => {
      const { tiles } = this.rows;
      const index = tiles.findIndex((tile) => tile.querySelector(".tile-link")?.dataset.image === id);
      const rest = step > 0 ? tiles.slice(index + 1) : tiles.slice(0, Math.max(0, index)).reverse();
      return index < 0 ? null : rest.find((tile) => tile.querySelector(".tile-link"));
    };
    const found = find();
    if (found) return found;
    await this.pages.load(step > 0 ? this.pages.older : this.pages.newer);
    return find();
  }
}

customElements.define("picture-grid", PictureGrid);
