// Fetches pages of a grid before its end is seen, in both directions, and jumps to a place of the list.
//
// A page ends with links to what is older and what is newer; both work without this script.
import { fetchPart } from "../parts.js";

const ahead = "1600px 0px"; // how near the end may come before more is fetched

export class Pages {
  constructor(grid, rows) {
    this.grid = grid;
    this.rows = rows;
    this.path = grid.dataset.address ?? location.pathname; // later a picture may lie over it
    this.watcher = new IntersectionObserver(
      (all) => all.forEach((one) => one.isIntersecting && this.load(one.target)),
      { rootMargin: ahead },
    );
    this.watch();
    grid.addEventListener("click", (event) => this.clicked(event));
  }

  stop() {
    this.watcher.disconnect();
  }

  get older() {
    return this.grid.querySelector(":scope > .older");
  }

  get newer() {
    return this.grid.querySelector(":scope > .newer");
  }

  // The address of the list without a place in it.
  address(place = "") {
    return `${this.path}?${this.grid.dataset.query ?? ""}${place}`;
  }

  watch() {
    for (const link of [this.older, this.newer]) if (link) this.watcher.observe(link);
  }

  clicked(event) {
    const link = event.target.closest(".older, .newer");
    if (!link || link.parentElement !== this.grid) return;
    event.preventDefault();
    this.load(link);
  }

  // Loads what a link leads to, in its place. Resolves when it is there, or could not be had.
  load(link) {
    if (!link) return Promise.resolve();
    link.loading ??= this.bring(link).finally(() => (link.loading = null));
    return link.loading;
  }

  async bring(link) {
    const page = await part(link.href);
    if (!page || !link.isConnected) return;
    const nodes = [...page.children];
    if (link.matches(".newer")) this.before(link, page);
    else link.replaceWith(page);
    this.arrived(nodes);
  }

  // What is newer goes in above what is seen, which does not move.
  before(link, page) {
    const day = this.grid.querySelector(":scope > .day");
    const first = this.rows.blocks[0];
    const last = [...page.querySelectorAll(".rows")].at(-1);
    page.querySelector(".older")?.remove();
    this.rows.steady(() => {
      link.replaceWith(page);
      if (!last || !first || last.dataset.day !== first.dataset.day) return;
      if (day && day.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING) day.remove();
      this.rows.fit(last);
    });
  }

  // Tiles of what is still to become a picture have buttons for htmx; those of pictures have none.
  arrived(nodes) {
    this.rows.adopt();
    const active = nodes.filter((node) => node.querySelector("[hx-get], [hx-post]"));
    for (const node of active) htmx.process(node);
    if (active.length) htmx.trigger(this.grid, "htmx:load");
    this.watch();
  }

  // Shows the list from a place on: a month, a day, or the id of a picture. False: it cannot be had.
  async jump(place) {
    this.asked?.abort();
    const asked = (this.asked = new AbortController());
    const page = await part(this.address(place ? `at=${place}` : ""), asked.signal);
    if (!page || asked.signal.aborted || !page.querySelector(".rows")) return false;
    this.rows.clear();
    const nodes = [...page.children];
    this.grid.replaceChildren(page);
    this.arrived(nodes);
    if (this.newer) this.grid.querySelector(".day, .rows").scrollIntoView({ behavior: "instant" });
    else scrollTo({ top: 0, behavior: "instant" });
    return true;
  }
}

// A page of the list as a fragment, null where it cannot be had.
export async function part(url, signal) {
  const html = await fetchPart(url, signal).catch(() => null);
  if (html === null) return null;
  const template = document.createElement("template");
  template.innerHTML = html;
  const whole = template.content.querySelector("picture-grid");
  if (!whole) return template.content;
  const page = new DocumentFragment();
  page.append(...whole.childNodes);
  return page;
}
