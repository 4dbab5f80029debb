// A grid of tiles: arrow keys move between them, and rows far away leave the document.
//
// The rows themselves are laid out by the style sheet. When a page continues a day, its rows take
// over the last, unfinished row of those before them, which are then sealed: they never change
// again, so that they can be put aside and brought back without anything moving.
const far = "200% 0px"; // beyond two viewports

class PictureGrid extends HTMLElement {
  connectedCallback() {
    this.aside = new WeakMap();
    this.watcher = new IntersectionObserver((all) => all.forEach((one) => this.keep(one)), {
      rootMargin: far,
    });
    this.arrivals = new MutationObserver(() => this.adopt());
    this.arrivals.observe(this, { childList: true });
    this.addEventListener("keydown", (event) => this.move(event));
    this.adopt();
  }

  disconnectedCallback() {
    this.watcher.disconnect();
    this.arrivals.disconnect();
  }

  adopt() {
    for (const rows of this.querySelectorAll(".rows:not([data-seen])")) {
      rows.dataset.seen = "";
      if ("goesOn" in rows.dataset) this.join(rows.previousElementSibling, rows);
      this.watcher.observe(rows);
    }
  }

  join(before, rows) {
    if (!before?.matches(".rows")) return;
    const top = before.lastElementChild?.offsetTop;
    const last = [...before.children].filter((tile) => tile.offsetTop === top);
    if (last.length < before.children.length) rows.prepend(...last);
    before.dataset.sealed = "";
  }

  keep({ target, isIntersecting }) {
    if (!("sealed" in target.dataset)) return;
    if (isIntersecting && this.aside.has(target)) {
      target.append(this.aside.get(target));
      this.aside.delete(target);
      target.style.height = "";
    } else if (!isIntersecting && !this.aside.has(target)) {
      target.style.height = `${target.getBoundingClientRect().height}px`;
      const tiles = new DocumentFragment();
      tiles.append(...target.children);
      this.aside.set(target, tiles);
    }
  }

  move(event) {
    const link = event.target.closest(".tile-link");
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!link || !step) return;
    const links = [...this.querySelectorAll(".tile-link")];
    const next = typeof step === "number" ? links[links.indexOf(link) + step] : nearest(link, links, step);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

// The link in the next row up or down whose middle is closest.
function nearest(link, links, way) {
  const here = link.getBoundingClientRect();
  const middle = here.left + here.width / 2;
  const boxes = links.map((one) => [one, one.getBoundingClientRect()]);
  const beyond = boxes.filter(([, box]) => (way === "up" ? box.bottom <= here.top : box.top >= here.bottom));
  if (!beyond.length) return null;
  const tops = beyond.map(([, box]) => box.top);
  const row = way === "up" ? Math.max(...tops) : Math.min(...tops);
  const inRow = beyond.filter(([, box]) => Math.abs(box.top - row) < 2);
  const distance = ([, box]) => Math.abs(box.left + box.width / 2 - middle);
  return inRow.sort((a, b) => distance(a) - distance(b))[0][0];
}

customElements.define("picture-grid", PictureGrid);
