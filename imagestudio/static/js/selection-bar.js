// What can be done with the selected pictures. Its form is sent by script, with the selection as it is
// now: what is selected may be far away, or not loaded at all.
import { albums } from "./grid/albums.js";
import { chosen, idOf } from "./grid/chosen.js";
import { addSelection, deed } from "./grid/deeds.js";
import { tellHeight } from "./floats.js";

class SelectionBar extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.ids = null; // whose album or tag is asked for: null means the selection
    this.leave = new AbortController();
    const { signal } = this.leave;
    this.watcher = tellHeight(this.form, "--selection");
    chosen.addEventListener("change", () => this.show(), { signal });
    document.addEventListener("htmx:afterSettle", () => this.show(), { signal });
    this.form.addEventListener("submit", (event) => this.send(event), { signal });
    this.form.addEventListener("formdata", ({ formData }) => addSelection(formData, this.form), { signal });
    this.addEventListener("click", (event) => this.clicked(event), { signal });
    this.addEventListener("keydown", (event) => this.pressed(event), { signal });
    this.addEventListener("toggle", (event) => this.toggled(event), { signal, capture: true });
    this.show();
  }

  disconnectedCallback() {
    this.leave.abort();
    this.watcher.disconnect();
  }

  get grid() {
    return document.querySelector("picture-grid");
  }

  show() {
    const count = this.count;
    const had = this.toggleAttribute("data-empty", chosen.isEmpty);
    const words = had ? "" : this.words(count);
    const output = this.querySelector(".selection-count");
    if (output.textContent !== words) output.textContent = words;
    this.announce(words);
    const total = this.grid?.dataset.total ?? "";
    const all = this.querySelector("[data-all]");
    all.hidden = chosen.all || !total || Number(total) <= count;
    all.textContent = `Select all ${number(total)} matching`;
    const two = this.querySelector("[data-compare]");
    if (two) {
      const [a, b] = chosen.ids;
      two.hidden = chosen.all || chosen.ids.size !== 2;
      if (!two.hidden) two.href = `${two.dataset.compare}?a=${a}&b=${b}`;
    }
  }

  get count() {
    return chosen.all ? Number(this.grid?.dataset.total ?? 0) : chosen.ids.size;
  }

  words(count) {
    if (chosen.all) return `All ${number(count)} matching selected`;
    const here = new Set(this.grid?.rows?.tiles.map(idOf));
    const away = [...chosen.ids].filter((id) => !here.has(id)).length;
    return `${number(count)} selected${away ? `, ${number(away)} of them not shown here` : ""}`;
  }

  // Only once things are quiet: a band selects many, one after another.
  announce(words) {
    clearTimeout(this.saying);
    if (!words && !this.said) return;
    this.saying = setTimeout(() => this.say(words || "Nothing is selected"), 500);
    this.said = words;
  }

  say(words) {
    document.getElementById("announcer").textContent = words;
  }

  clicked({ target }) {
    if (target.closest("[data-clear]")) chosen.clear();
    else if (target.closest("[data-all]")) chosen.replace(this.grid.selection.loaded, { all: true });
    const album = target.closest("[data-pick-album]");
    if (album) this.done("add_to_album", { album: album.dataset.pickAlbum });
  }

  // Enter in a field means the button beside it, not the first one of the form.
  pressed(event) {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    event.target.parentElement.querySelector("button").click();
  }

  send(event) {
    const { submitter } = event;
    if (submitter?.hasAttribute("formaction")) return; // a download: the browser's own
    event.preventDefault();
    const name = submitter?.value;
    const value = (field) => this.form.elements[field].value.trim();
    if (name === "tag") return value("tag") && this.done(name, { tag: value("tag") });
    if (name === "add_to_album") return value("new_album") && this.done(name, { new_album: value("new_album") });
    if (name) this.done(name, { ...submitter.dataset });
  }

  done(name, fields = {}) {
    for (const open of this.querySelectorAll(":popover-open")) open.hidePopover();
    for (const field of ["tag", "new_album"]) if (this.form.elements[field]) this.form.elements[field].value = "";
    const { ids } = this;
    this.ids = null;
    deed(name, { ids, ...fields });
  }

  // Asks for an album or a tag for these pictures instead of the selection.
  ask(what, ids) {
    this.ids = ids;
    this.querySelector(`#${what}-menu`)?.showPopover();
  }

  newAlbum(ids) {
    this.ask("album", ids);
    this.form.elements.new_album?.focus();
  }

  async toggled({ target, newState }) {
    if (newState === "closed") return setTimeout(() => this.querySelector(":popover-open") ?? (this.ids = null));
    target.querySelector("input")?.focus();
    if (target.id !== "album-menu") return;
    const list = target.querySelector("ul");
    list.replaceChildren(...(await albums()).map(choice));
  }
}

function choice({ id, name }) {
  const item = document.createElement("li");
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: name });
  button.dataset.pickAlbum = id;
  item.append(button);
  return item;
}

function number(count) {
  return Number(count).toLocaleString("en");
}

customElements.define("selection-bar", SelectionBar);
