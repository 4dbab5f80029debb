// The icons of a tile that act on its picture, and the menu of what else can be done with it.
import { chosen, idOf } from "./chosen.js";
import { deed } from "./deeds.js";

const none = "00000000-0000-0000-0000-000000000000"; // stands in addresses where a picture's id belongs

// Where an entry of the menu leads for a picture.
export function addressFor(link, id) {
  return link.dataset.href.replace(none, id);
}

export class TileMenu {
  constructor(grid) {
    this.grid = grid;
    this.leave = new AbortController();
    const { signal } = this.leave;
    grid.addEventListener("click", (event) => this.clicked(event), { signal });
    this.menu?.addEventListener("click", (event) => this.picked(event), { signal });
  }

  stop() {
    this.leave.abort();
  }

  get menu() {
    return document.getElementById("tile-menu");
  }

  clicked({ target }) {
    const button = target.closest(".tile-actions button");
    const tile = button?.closest(".tile");
    if (!tile) return;
    if (button.dataset.deed === "favourite") {
      deed(button.ariaPressed === "true" ? "unfavourite" : "favourite", { ids: [idOf(tile)] });
    } else this.open(tile, button);
  }

  open(tile, button) {
    const { menu } = this;
    if (!menu) return;
    this.id = idOf(tile);
    this.button = button;
    for (const link of menu.querySelectorAll("[data-href]")) {
      link.href = addressFor(link, this.id);
    }
    const reuse = menu.querySelector("[data-reuse]");
    if (reuse) reuse.hidden = !tile.querySelector(".tile-link").hasAttribute("data-reuse");
    menu.showPopover();
    const box = button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = menu;
    menu.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
    menu.style.top = `${box.bottom + height + 8 > innerHeight ? Math.max(8, box.top - height - 4) : box.bottom + 4}px`;
    menu.querySelector("a, button")?.focus();
  }

  picked({ target }) {
    const item = target.closest("[data-do]");
    if (!item || !this.id) return;
    const ids = [this.id];
    this.menu.hidePopover();
    const bar = document.querySelector("selection-bar");
    if (item.dataset.do === "trash") deed("trash", { ids });
    else if (item.dataset.do === "album") bar?.ask("album", ids, this.button);
    else if (item.dataset.do === "tag") bar?.ask("tag", ids, this.button);
    else if (item.dataset.do === "compare") {
      chosen.replace([...ids, ...[...chosen.ids].slice(0, 1)]);
      bar?.say("Choose another picture to compare it with.");
    }
  }
}
