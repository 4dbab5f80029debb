// Which pictures are selected: by id, so that it outlasts scrolling, other filters, and the rows themselves.
//
// `all` stands for everything that matches the list, what is not loaded included.
class Chosen extends EventTarget {
  ids = new Set();
  all = false;

  get isEmpty() {
    return !this.all && this.ids.size === 0;
  }

  has(id) {
    return this.all || this.ids.has(id);
  }

  replace(ids, { all = false } = {}) {
    this.ids = new Set(ids);
    this.all = all;
    this.dispatchEvent(new Event("change"));
  }

  clear() {
    if (!this.isEmpty) this.replace([]);
  }
}

export const chosen = new Chosen();

export function idOf(tile) {
  return tile.querySelector(".tile-link")?.dataset.image;
}
