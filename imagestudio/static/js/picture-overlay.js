// Shows a picture of the grid over it, under the address of the picture's own page: reload shows that
// page, Back and Escape lead to the grid as it was. The arrows follow the order of the grid.
import { chosen } from "./grid/chosen.js";
import { fetchPart } from "./parts.js";

const kept = 6; // pictures whose page is held ready

class PictureOverlay extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.ready = new Map(); // address → the part of the page, or its promise
    document.addEventListener("click", (event) => this.clicked(event), { signal });
    // Before htmx: what lies under the picture is still there and must not be fetched anew.
    addEventListener("popstate", (event) => this.popped(event), { signal, capture: true });
    document.addEventListener("library-changed", ({ detail }) => this.changed(detail), { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  get grid() {
    return document.querySelector("picture-grid");
  }

  clicked(event) {
    if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest?.("a[href]");
    if (!link || link.target) return;
    if (link.matches("picture-grid .tile-link[data-image]")) {
      event.preventDefault();
      this.open(link);
    } else if (this.isOpen && this.contains(link)) this.within(event, link);
  }

  get isOpen() {
    return !this.hidden;
  }

  within(event, link) {
    const step = { prev: -1, next: 1 }[link.rel];
    if (!step && link.dataset.key !== "Escape") return; // leads elsewhere
    event.preventDefault();
    if (step) this.walk(step);
    else history.back();
  }

  open(link) {
    this.from = document.activeElement;
    this.under = { address: location.href, title: document.title };
    history.pushState({ overlay: link.dataset.image }, "", link.href);
    this.hidden = false;
    this.style.setProperty("--scrollbar", `${innerWidth - document.documentElement.clientWidth}px`);
    for (const one of this.others) one.inert = true;
    this.show(link);
  }

  // All that lies under the picture, but not the notices above it.
  get others() {
    return [...document.body.children].filter((one) => one !== this && !one.matches("notice-list, #announcer, script, .emulator"));
  }

  async show(link) {
    this.id = link.dataset.image;
    const { href } = link;
    this.preview(link);
    const [html] = await Promise.all([this.page(href), this.styles()]);
    if (!this.isOpen || this.id !== link.dataset.image) return;
    if (html === null) return location.replace(href); // its own page says what is wrong
    htmx.swap(this, html, { swapStyle: "innerHTML" });
    this.scrollTop = 0;
    this.backdrop(link);
    document.title = `${this.querySelector("h1")?.textContent ?? ""} · Image Studio`;
    this.querySelector(".stage")?.focus({ preventScroll: true });
    await this.guide();
  }

  // Until the page is there, the small picture stands where the large one will.
  preview(link) {
    const small = link.querySelector("img");
    if (!small) return;
    const image = this.querySelector(".stage img");
    if (!image) {
      const viewer = Object.assign(document.createElement("div"), { className: "picture-page" });
      viewer.innerHTML = '<div class="viewer"><div class="stage" tabindex="-1"><img alt=""></div></div><div class="panel"></div>';
      this.replaceChildren(viewer);
    }
    const stand = this.querySelector(".stage img");
    stand.src = small.currentSrc || small.src;
    for (const name of ["width", "height"]) stand.setAttribute(name, small.getAttribute(name));
  }

  backdrop(link) {
    const small = link.querySelector("img");
    const image = this.querySelector(".stage img");
    if (!small || !image || image.complete || image.matches(".see-through")) return;
    image.style.background = `center / 100% 100% url("${small.currentSrc || small.src}")`;
    image.addEventListener("load", () => (image.style.background = ""), { once: true });
  }

  styles() {
    const { css } = this.dataset;
    if (!css || document.querySelector(`link[href="${css}"]`)) return this.styled;
    const sheet = Object.assign(document.createElement("link"), { rel: "stylesheet", href: css });
    this.styled = new Promise((resolve) => (sheet.onload = sheet.onerror = resolve));
    document.head.append(sheet);
    return this.styled;
  }

  page(href) {
    const found = this.ready.get(href) ?? fetchPart(href).catch(() => null);
    this.ready.set(href, found);
    while (this.ready.size > kept) this.ready.delete(this.ready.keys().next().value);
    return found;
  }

  // The arrows lead to the grid's neighbours, whose pages are fetched meanwhile.
  async guide() {
    const { id, grid } = this;
    this.neighbours = {};
    for (const [rel, step] of [["next", 1], ["prev", -1]]) {
      const tile = await grid?.beside(id, step);
      if (this.id !== id || !this.isOpen) return;
      const link = tile?.querySelector(".tile-link");
      this.neighbours[step] = link;
      const arrow = this.querySelector(`.viewer-nav [rel=${rel}]`);
      if (arrow) arrow.hidden = !link;
      if (link && arrow) arrow.href = link.href;
      if (link) this.page(link.href);
    }
  }

  async walk(step) {
    const link = this.neighbours?.[step] ?? (await this.grid?.beside(this.id, step))?.querySelector(".tile-link");
    if (!link) return;
    history.replaceState({ overlay: link.dataset.image }, "", link.href);
    await this.show(link);
  }

  popped(event) {
    if (!this.isOpen) {
      // Forward to a picture that was closed: its own page.
      if (event.state?.overlay) location.reload();
      return;
    }
    event.stopImmediatePropagation();
    this.close();
  }

  close() {
    this.hidden = true;
    for (const one of this.others) one.inert = false;
    this.replaceChildren();
    this.ready.clear();
    document.title = this.under.title;
    chosen.keep(); // what was chosen meanwhile belongs to the grid's entry
    const { grid } = this;
    const tile = grid?.rows.tiles.find((one) => one.querySelector(".tile-link")?.dataset.image === this.id);
    if (!tile) return this.from?.focus?.({ preventScroll: true });
    if (tile.contains(this.from)) return this.from.focus({ preventScroll: true });
    grid.keys.focus(tile);
  }

  // A picture that was put into the trash makes way for the next one.
  changed({ deed, ids = [] }) {
    this.ready.clear();
    if (!this.isOpen || deed !== "trash" || !ids.includes(this.id)) return;
    const next = this.neighbours?.[1] ?? this.neighbours?.[-1];
    if (!next) return history.back();
    history.replaceState({ overlay: next.dataset.image }, "", next.href);
    this.show(next);
  }
}

customElements.define("picture-overlay", PictureOverlay);
