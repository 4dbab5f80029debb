// Drags a tile, or the selection that it belongs to, onto an album: `[data-album]` anywhere on the page.
//
// While something is dragged, a strip of albums stands at the window's edge.
import { albums } from "./albums.js";
import { chosen, idOf } from "./chosen.js";
import { deed } from "./deeds.js";

export class Drag {
  constructor(grid) {
    this.grid = grid;
    this.leave = new AbortController();
    const { signal } = this.leave;
    grid.addEventListener("dragstart", (event) => this.start(event), { signal });
    for (const type of ["dragenter", "dragover"]) document.addEventListener(type, (event) => this.over(event), { signal });
    document.addEventListener("drop", (event) => this.drop(event), { signal });
    document.addEventListener("dragend", () => this.end(), { signal });
  }

  stop() {
    this.leave.abort();
    this.end();
  }

  start(event) {
    const tile = event.target.closest?.(".tile");
    const id = tile && idOf(tile);
    if (!id || !document.getElementById("selection")) return;
    this.ids = chosen.has(id) ? null : [id]; // null: the selection, however large it is
    const count = this.ids ? 1 : (chosen.all ? Number(this.grid.dataset.total) : chosen.ids.size);
    event.dataTransfer.effectAllowed = "copy";
    event.dataTransfer.setData("text/plain", `${count} pictures`);
    this.isOn = true;
    this.badge = picture(tile, count);
    event.dataTransfer.setDragImage(this.badge, 24, 24);
    setTimeout(() => this.showStrip()); // a page that changes at once ends the dragging
  }

  async showStrip() {
    const strip = document.querySelector(".album-strip");
    if (!strip || !this.isOn) return;
    strip.hidden = false;
    const list = strip.querySelector("ul");
    list.replaceChildren(...(await albums()).map(({ id, name }) => target(name, id)), target("New album", "new"));
  }

  over(event) {
    const album = this.isOn && event.target.closest?.("[data-album]");
    if (this.on && this.on !== album) this.on.removeAttribute("data-over");
    this.on = album || null;
    if (!album) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    album.dataset.over = "";
  }

  drop(event) {
    const album = this.isOn && event.target.closest?.("[data-album]")?.dataset.album;
    if (!album) return;
    event.preventDefault();
    const ids = this.ids;
    this.end();
    if (album !== "new") return deed("add_to_album", { ids, album });
    document.querySelector("selection-bar")?.newAlbum(ids);
  }

  end() {
    this.isOn = false;
    this.on?.removeAttribute("data-over");
    this.badge?.remove();
    const strip = document.querySelector(".album-strip");
    if (strip) strip.hidden = true;
  }
}

function target(name, album) {
  const item = document.createElement("li");
  item.dataset.album = album;
  item.textContent = name;
  return item;
}

// What hangs at the pointer: the picture, with how many there are.
function picture(tile, count) {
  const badge = Object.assign(document.createElement("div"), { className: "drag-image" });
  const image = tile.querySelector("img")?.cloneNode();
  if (image) badge.append(image);
  if (count > 1) badge.append(Object.assign(document.createElement("span"), { textContent: count.toLocaleString("en") }));
  document.body.append(badge);
  return badge;
}
