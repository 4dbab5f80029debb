// The parts of a page that show a generation: fetched anew when something happened to it.
import { fetchPart, swapIn } from "./parts.js";

const going = ["generation.cancelled", "generation.dismissed"];
const together = 300; // milliseconds within which events change the counts once
const ends = ["completed", "failed", "refused", "unknown"];

export class LiveParts {
  constructor(tile) {
    this.tile = tile;
    this.missed = new Map(); // part → what was told last of it, before it was here
    this.ended = 0;
    this.title = document.title;
    document.addEventListener("htmx:afterSettle", () => this.settled());
    document.addEventListener("tiles-back", () => this.settled()); // they missed what happened while they were aside
    document.addEventListener("visibilitychange", () => this.seen());
  }

  happened(type, { generation }) {
    if (type === "reset" || type.startsWith("budget.")) swapIn("budget-notice");
    if (type === "reset" || type.startsWith("member.")) swapIn("members-list");
    if (["budget", "member", "library"].includes(type.split(".")[0])) return;
    this.count();
    if (type === "reset") return document.querySelectorAll("[data-generation]").forEach((part) => swapIn(part.id));
    if (!generation) return;
    const part = document.getElementById(idOf(generation));
    if (part) this.change(part, type);
    else if (type === "generation.queued") this.add(generation);
    else this.missed.set(idOf(generation), type);
  }

  // Many events at once are counted once.
  count() {
    this.counting ??= setTimeout(() => {
      this.counting = null;
      swapIn("work");
    }, together);
  }

  async change(part, type) {
    if (going.includes(type) && part.matches(".tile")) return part.remove();
    await swapIn(part.id);
    const kind = type.split(".")[1];
    if (ends.includes(kind)) this.tell(part.id, kind);
  }

  // Something was asked for elsewhere: in another tab, by somebody else, by a program.
  async add(generation) {
    const tiles = document.getElementById("tiles");
    if (!tiles || document.querySelector("#composer.htmx-request")) return;
    const html = await fetchPart(this.tile.replace("{id}", generation));
    if (html) htmx.swap(tiles, html, { swapStyle: "afterbegin" });
    this.settled();
  }

  // The answer to our own request and the event about it may both have brought the same tile.
  settled() {
    const known = new Set();
    for (const part of document.querySelectorAll("[data-generation]")) {
      if (known.has(part.id)) part.remove();
      known.add(part.id);
      const type = this.missed.get(part.id);
      if (this.missed.delete(part.id)) this.change(part, type);
    }
    if (known.size) document.querySelector(".empty-create")?.remove();
  }

  tell(id, kind) {
    const part = document.getElementById(id);
    const words = part?.querySelector(".tile-sentence, .act-sentence")?.textContent.trim();
    const picture = part?.querySelector("img")?.alt;
    const prompt = picture || part?.querySelector(".tile-prompt, .act-prompt")?.textContent;
    document.getElementById("announcer").textContent =
      kind === "completed" ? `The picture is ready: ${prompt}` : `${words ?? kind}: ${prompt}`;
    if (!document.hidden) return;
    this.ended += 1;
    document.title = `(${this.ended}) ${this.title}`;
  }

  seen() {
    if (document.hidden) return;
    this.ended = 0;
    document.title = this.title;
  }
}

function idOf(generation) {
  return `generation-${generation}`;
}
