// The list of cases: keys to walk through it, and a look now and then at what has changed.
import { fetchPart } from "../parts.js";
import { listen, order } from "./keys.js";
import { Ticks } from "./ticks.js";

const often = 30_000; // milliseconds between two looks

class CaseQueue extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    this.ticks = new Ticks(this, this.leave.signal);
    listen(this, this.deeds, this.leave.signal);
    this.timer = setInterval(() => this.look(), often);
    document.addEventListener("visibilitychange", () => this.look(), { signal: this.leave.signal });
    this.addEventListener("htmx:afterSettle", () => this.remember());
    this.remember();
    this.ticks.note();
    // On a phone the parts are a row that scrolls: the one that is shown is in sight.
    this.querySelector(".filters [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }

  disconnectedCallback() {
    this.leave.abort();
    clearInterval(this.timer);
  }

  get links() {
    return [...this.querySelectorAll(".case-link")];
  }

  get deeds() {
    const here = () => document.activeElement;
    return {
      j: () => this.walk(1),
      k: () => this.walk(-1),
      J: () => this.extend(1),
      K: () => this.extend(-1),
      A: () => this.ticks.all(true),
      " ": () => this.ticks.set(here()),
      g: () => this.group(here()),
    };
  }

  // Below the row that names its group stand the others of it.
  group(element) {
    let row = element?.closest(".case-row");
    while (row?.matches(".case-twin")) row = row.previousElementSibling;
    row?.querySelector(".twins")?.click();
  }

  extend(step) {
    this.ticks.set(document.activeElement, true);
    this.walk(step);
    this.ticks.set(document.activeElement, true);
  }

  walk(step) {
    const { links } = this;
    const here = links.indexOf(document.activeElement);
    const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
    links[next]?.focus();
  }

  remember() {
    const ids = this.links.map((link) => link.dataset.case);
    sessionStorage.setItem(order, JSON.stringify(ids));
  }

  // Of a list that was read on, only the counts are brought up to date: it must not jump.
  async look() {
    const list = this.querySelector("#queue");
    if (document.hidden || !list) return;
    const html = await fetchPart(list.dataset.url).catch(() => null);
    if (!html) return;
    const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("queue");
    if (!fresh) return;
    const focused = this.contains(document.activeElement) ? document.activeElement.id : "";
    if (this.links.length > fresh.querySelectorAll(".case-link").length) {
      this.querySelector(".filters").replaceWith(fresh.querySelector(".filters"));
      return;
    }
    list.replaceWith(fresh);
    htmx.process(fresh);
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    this.remember();
    this.ticks.restore();
  }
}

customElements.define("case-queue", CaseQueue);
