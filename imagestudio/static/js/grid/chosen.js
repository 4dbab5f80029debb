// Which pictures are selected: by id, so that it outlasts scrolling, other filters, and the rows themselves.
//
// `all` stands for everything that matches the list, what is not loaded included. What is chosen one by one
// is kept with the entry of the history too, so that a reload and Back find it again.
const calm = 300; // milliseconds after the last change: browsers refuse to note too many

class Chosen extends EventTarget {
  ids = new Set(history.state?.chosen);
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
    this.keep();
  }

  // Not while a picture lies over the grid: then the entry is the picture's.
  keep() {
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => {
      if (!document.querySelector("picture-grid") || history.state?.overlay) return;
      history.replaceState({ ...history.state, chosen: this.all ? [] : [...this.ids] }, "");
    }, calm);
  }

  clear() {
    if (!this.isEmpty) this.replace([]);
  }
}

export const chosen = new Chosen();

// Another address of the list has an entry of its own.
for (const type of ["htmx:pushedIntoHistory", "htmx:replacedInHistory"]) addEventListener(type, () => chosen.keep());

export function idOf(tile) {
  return tile.querySelector(".tile-link")?.dataset.image;
}
