// Many cases with one verdict: its keys. What would happen comes by itself as soon as something is chosen.
import { choose, listen } from "./keys.js";

class BulkDesk extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const deeds = { submit: () => this.querySelector("[data-key=n]")?.click() };
    for (const key of ["h", "x"]) deeds[key] = () => choose(this, key);
    listen(this, deeds, this.leave.signal);
  }

  disconnectedCallback() {
    this.leave.abort();
  }
}

customElements.define("bulk-desk", BulkDesk);
