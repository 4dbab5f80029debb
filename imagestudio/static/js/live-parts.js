// The parts of a page that show a generation: fetched anew when something happened to it.
const going = ["generation.cancelled", "generation.dismissed"];
const ends = ["completed", "failed", "refused", "unknown"];

export class LiveParts {
  constructor(tile) {
    this.tile = tile;
    this.ended = 0;
    this.title = document.title;
    document.addEventListener("htmx:afterSettle", () => this.keepOneOfEach());
    document.addEventListener("visibilitychange", () => this.seen());
  }

  happened(type, { generation }) {
    refresh(document.getElementById("work"));
    if (type === "reset") return document.querySelectorAll("[data-generation]").forEach(refresh);
    if (!generation) return;
    const part = document.getElementById(`generation-${generation}`);
    if (part) this.change(part, type);
    else if (type === "generation.queued") this.add(generation);
  }

  change(part, type) {
    if (going.includes(type) && part.matches(".tile")) return part.remove();
    const kind = type.split(".")[1];
    if (ends.includes(kind)) part.parentElement.addEventListener("htmx:afterSettle", () => this.tell(part.id, kind), { once: true });
    refresh(part);
  }

  // Something was asked for elsewhere: in another tab, by somebody else, by a program.
  add(generation) {
    const tiles = document.getElementById("tiles");
    if (!tiles || document.querySelector("#composer.htmx-request")) return;
    htmx.ajax("GET", this.tile.replace("{id}", generation), { target: tiles, swap: "afterbegin" });
  }

  // The answer to our own request and the event about it may both have brought the same tile.
  keepOneOfEach() {
    const known = new Set();
    for (const part of document.querySelectorAll("[data-generation]")) {
      if (known.has(part.id)) part.remove();
      known.add(part.id);
    }
    if (known.size) document.querySelector(".empty-create")?.remove();
  }

  tell(id, kind) {
    const part = document.getElementById(id);
    const words = part?.querySelector(".tile-sentence, .act-sentence")?.textContent.trim();
    const picture = part?.querySelector("img")?.alt;
    const prompt = picture ?? part?.querySelector(".tile-prompt, .act-prompt")?.textContent;
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

function refresh(part) {
  if (part) htmx.trigger(part, "refresh");
}
