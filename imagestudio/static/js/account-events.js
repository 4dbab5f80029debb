// Follows what happens in an account, and brings the parts of the page up to date.
//
// One stream for all tabs of an account: the tab that holds the lock reads it and tells the
// others. Whoever takes over goes on behind the last event that was told, so nothing is missed.
import { LiveParts } from "./live-parts.js";

const kinds = ["queued", "sent", "answered", "completed", "failed", "refused", "unknown", "cancelling", "cancelled", "dismissed"];
const budgets = ["warning", "exhausted", "changed", "asked", "answered"];
const types = [
  ...kinds.map((kind) => `generation.${kind}`),
  ...budgets.map((kind) => `budget.${kind}`),
  ...["joined", "left", "role_changed"].map((kind) => `member.${kind}`),
  "image.created",
  "library.changed",
  "reset",
];
const patience = 2500; // milliseconds until a lost line is spoken of
const pause = 5000; // milliseconds until a refused stream is tried again

class AccountEvents extends HTMLElement {
  connectedCallback() {
    this.name = `events:${this.dataset.account}`;
    this.last = this.dataset.last;
    this.parts = new LiveParts(this.dataset.tile);
    this.channel = new BroadcastChannel(this.name);
    this.channel.addEventListener("message", ({ data }) => this.hear(data));
    this.leave = new AbortController();
    // Only secure addresses have locks; without them each tab reads for itself.
    if (navigator.locks) this.queue();
    else this.read(() => {});
  }

  disconnectedCallback() {
    this.leave.abort();
    this.source?.close();
    this.channel.close();
  }

  queue() {
    const holding = () => new Promise((release) => this.read(release));
    navigator.locks.request(this.name, { signal: this.leave.signal }, holding).catch(() => {});
  }

  read(release) {
    if (this.leave.signal.aborted) return release();
    this.leave.signal.addEventListener("abort", release);
    const after = this.last ? `&after=${this.last}` : "";
    this.source = new EventSource(this.dataset.url + after);
    this.source.addEventListener("open", () => this.tell({ lost: false }));
    this.source.addEventListener("error", () => this.failed(release));
    for (const type of types) {
      this.source.addEventListener(type, ({ data, lastEventId }) =>
        this.tell({ type, data: JSON.parse(data), id: lastEventId }),
      );
    }
  }

  failed(release) {
    this.tell({ lost: true });
    if (this.source.readyState !== EventSource.CLOSED) return; // it comes back by itself
    this.source.close();
    setTimeout(() => this.read(release), pause);
  }

  tell(message) {
    if (navigator.locks) this.channel.postMessage(message);
    this.hear(message);
  }

  hear({ type, data, id, lost }) {
    if (lost !== undefined) return this.showLine(lost);
    if (id) this.last = id;
    this.parts.happened(type, data);
    document.dispatchEvent(new CustomEvent("account-event", { detail: { type, data } }));
  }

  showLine(lost) {
    const state = lost ? "lost" : "open";
    if (this.dataset.line === state) return; // every try to come back fails anew
    this.dataset.line = state;
    clearTimeout(this.waiting);
    const line = this.querySelector(".stream-lost");
    if (lost) this.waiting = setTimeout(() => (line.hidden = false), patience);
    else line.hidden = true;
  }
}

customElements.define("account-events", AccountEvents);
