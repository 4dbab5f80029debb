// New pictures come into the list by themselves where somebody looks at its beginning; elsewhere a quiet
// button says how many there are.
import { back } from "./changes.js";
import { idOf } from "./chosen.js";
import { part } from "./pages.js";

const together = 400; // milliseconds within which news is fetched once
const own = 1500; // milliseconds until what this window did is known to it

export class News {
  constructor(grid, rows, pages, changes) {
    this.grid = grid;
    this.rows = rows;
    this.pages = pages;
    this.changes = changes;
    this.leave = new AbortController();
    const { signal } = this.leave;
    document.addEventListener("account-event", ({ detail }) => this.happened(detail), { signal });
    addEventListener("scroll", () => scrollY < 40 && this.button?.click(), { signal, passive: true });
  }

  stop() {
    this.leave.abort();
    clearTimeout(this.timer);
    this.button?.remove();
  }

  happened({ type, data }) {
    if (type === "library.changed") return this.changed(data);
    if (type !== "image.created" && type !== "reset") return;
    this.timer ??= setTimeout(() => this.look(), together);
  }

  // What this window did itself it has been told already, or will be in a moment.
  changed({ change, kind, state, count }) {
    if (!count) return;
    setTimeout(() => {
      const deed = state === "undone" ? back[kind] : kind;
      if (this.leave.signal.aborted || !deed || this.changes.knows(change, deed)) return;
      const detail = { change, deed, ids: [], count };
      document.body.dispatchEvent(new CustomEvent("library-changed", { bubbles: true, detail }));
    }, own);
  }

  // Fetches the beginning of the list and takes what it has before the first picture that is here.
  async look() {
    this.timer = null;
    if (this.grid.dataset.sort || this.pages.newer) return; // its beginning is not here
    const page = await part(this.pages.address());
    if (!page || !this.grid.isConnected) return;
    const here = new Set(this.rows.tiles.map(idOf));
    const blocks = [...page.querySelectorAll(".rows")];
    const tiles = blocks.flatMap((block) => [...block.querySelectorAll(":scope > .tile")]);
    const known = tiles.findIndex((tile) => here.has(idOf(tile)));
    this.fresh = tiles.slice(0, known < 0 ? tiles.length : known);
    if (!this.fresh.length) return;
    if (known < 0 || scrollY < innerHeight / 2) this.show(page, known < 0);
    else this.offer(page);
  }

  show(page, isAllNew) {
    this.button?.remove();
    this.button = null;
    if (isAllNew) return this.pages.jump("");
    const fresh = new Set(this.fresh.map(idOf));
    const head = this.grid.querySelector(":scope > .day");
    const nodes = [];
    for (const block of page.querySelectorAll(".rows")) {
      const new_ = [...block.children].filter((tile) => fresh.has(idOf(tile)));
      if (!new_.length) break;
      const first = this.rows.blocks[0];
      if (block.dataset.day === first?.dataset.day) {
        first.prepend(...new_);
        head?.replaceWith(block.previousElementSibling);
        this.grid.adopt(first);
      } else nodes.push(block.previousElementSibling, block);
      [...block.children].forEach((tile) => fresh.has(idOf(tile)) || tile.remove());
    }
    this.grid.prepend(...nodes.filter(Boolean));
    this.rows.adopt();
  }

  offer(page) {
    const count = this.fresh.length;
    this.button ??= Object.assign(document.createElement("button"), { type: "button", className: "button news" });
    this.button.textContent = count === 1 ? "1 new picture" : `${count} new pictures`;
    this.button.onclick = () => {
      scrollTo({ top: 0, behavior: "instant" });
      this.show(page, false);
    };
    if (!this.button.isConnected) document.body.append(this.button);
  }
}
