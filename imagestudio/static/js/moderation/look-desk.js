// A look into a library: keys to walk through its pictures, on the page of all and on that of one.
import { listen } from "./keys.js";

const order = "looked-at"; // under which the tab remembers the pictures of the page that was read last

class LookDesk extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    listen(this, { j: () => this.walk(1), k: () => this.walk(-1) }, this.leave.signal);
    const ids = this.links.map((link) => link.dataset.image);
    if (ids.length) sessionStorage.setItem(order, JSON.stringify(ids));
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  get links() {
    return [...this.querySelectorAll(".look-tile")];
  }

  walk(step) {
    const { image } = this.dataset;
    if (image) return this.turn(image, step);
    const { links } = this;
    const here = links.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
    links[next]?.focus();
  }

  turn(image, step) {
    const ids = JSON.parse(sessionStorage.getItem(order) ?? "[]");
    const next = ids[ids.indexOf(image) + step];
    if (next && ids.includes(image)) location.assign(location.pathname.replace(image, next));
  }
}

customElements.define("look-desk", LookDesk);
