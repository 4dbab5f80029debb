// Keeps what is said of waiting and running generations true: others' calls move the line too, and
// no event tells of them. Asks once for all that the page shows, while somebody can see it.
import { fetchPart } from "./parts.js";

const often = 10_000; // milliseconds between two looks
const soon = 1500; // milliseconds after something of our own has moved

class WaitingLine extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.timer = setInterval(() => this.look(), often);
    document.addEventListener("visibilitychange", () => this.look(), { signal });
    document.addEventListener("htmx:afterSettle", ({ target }) => this.moved(target), { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
    clearInterval(this.timer);
    clearTimeout(this.waiting);
  }

  moved(part) {
    if (!part.matches?.("[data-generation]")) return;
    this.waiting ??= setTimeout(() => {
      this.waiting = null;
      this.look();
    }, soon);
  }

  async look() {
    const parts = document.querySelectorAll("[data-state=queued], [data-state=running]");
    if (document.hidden || !parts.length) return;
    const ids = [...parts].map((part) => `&id=${part.dataset.generation}`);
    const html = await fetchPart(this.dataset.url + ids.join("")).catch(() => null);
    const told = new DOMParser().parseFromString(html ?? "", "text/html");
    for (const now of told.querySelectorAll(".outlook")) {
      const shown = document.getElementById(now.id);
      if (shown && shown.textContent !== now.textContent) shown.textContent = now.textContent;
    }
  }
}

customElements.define("waiting-line", WaitingLine);
