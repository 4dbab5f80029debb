// The sources of a request: added from files and from the library, moved, removed, counted.
// Every change is told by an event `sources`, on which price and draft depend.
import { fetchPart } from "./parts.js";
import { orderByDragging } from "./source-order.js";
import { busy, upload, words } from "./upload.js";

class SourceList extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    this.input = this.querySelector("input[type=file]");
    this.input.addEventListener("change", () => this.take([...this.input.files]));
    this.list.addEventListener("click", (event) => this.click(event));
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("change", () => this.changed());
    document.addEventListener("library-changed", ({ detail }) => this.look(detail));
    document.addEventListener("picked", ({ detail }) => this.add([[detail.image, ""]]));
    document.querySelector("[data-choose-files]")?.addEventListener("click", () => this.choose());
    orderByDragging(this.list, () => this.changed());
    this.number();
    if (this.input.files.length) this.take([...this.input.files]); // chosen before this was here
  }

  get items() {
    return [...this.list.querySelectorAll("[data-image]")];
  }

  get chosen() {
    return this.items.map((item) => [item.dataset.image, item.querySelector("select").value]);
  }

  get room() {
    return Number(this.dataset.most) - this.list.querySelectorAll("[data-image], .source-busy").length;
  }

  choose() {
    document.getElementById("add-menu")?.hidePopover();
    this.input.click();
  }

  // Uploads at once, two at a time, and shows each where it will stand.
  async take(files) {
    this.input.value = ""; // what is uploaded need not be sent again with the form
    const fitting = files.slice(0, Math.max(0, this.room));
    if (fitting.length < files.length) {
      this.list.append(words(`Only ${this.dataset.most} sources fit into one request.`));
    }
    const most = Number(this.dataset.mostBytes);
    const heavy = fitting.filter((file) => file.size > most);
    this.list.append(...heavy.map(({ name }) => words(`${name} has more than ${most / 1e6} MB.`)));
    const light = fitting.filter((file) => file.size <= most);
    const waiting = light.map((file) => [file, busy(file.name || "pasted picture")]);
    this.list.append(...waiting.map(([, item]) => item));
    const lane = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) await this.send(...next);
    };
    await Promise.all([lane(), lane()]);
  }

  async send(file, item) {
    const bar = item.querySelector("progress");
    const drawn = await upload(this.dataset.url, file, (part) => (bar.value = part));
    item.replaceWith(drawn);
    this.changed();
  }

  // Adds images of the library, each as [id, role].
  async add(images) {
    const fitting = images.slice(0, Math.max(0, this.room));
    if (fitting.length < images.length) {
      this.list.append(words(`Only ${this.dataset.most} sources fit into one request.`));
    }
    if (!fitting.length) return;
    const drawn = await this.drawn(fitting);
    if (!drawn.length) return;
    this.list.append(...drawn);
    drawn.forEach((item) => htmx.process(item));
    this.changed();
  }

  // What the server draws for images, each as [id, role]; nothing where it cannot be had.
  async drawn(images) {
    const query = new URLSearchParams(images.flatMap(([image, role]) => [["source", image], ["role", role]]));
    const html = await fetchPart(`${this.dataset.url}?${query}`).catch(() => null);
    const page = new DOMParser().parseFromString(html ?? "", "text/html");
    return [...page.querySelectorAll("body > li")].map((item) => document.importNode(item, true));
  }

  // A source that was put into the trash says so, and one that came back is seen again.
  async look({ ids = [] }) {
    for (const item of this.items.filter(({ dataset }) => ids.includes(dataset.image))) {
      const [now] = await this.drawn([[item.dataset.image, item.querySelector("select").value]]);
      if (!now || !item.isConnected) continue;
      const had = item.contains(document.activeElement);
      item.replaceWith(now);
      htmx.process(now);
      if (had) now.focus();
    }
    this.number();
  }

  clear() {
    this.list.replaceChildren();
    this.changed();
  }

  click({ target }) {
    const item = target.closest(".source-remove")?.closest("li");
    if (item) this.remove_(item);
  }

  remove_(item) {
    (item.nextElementSibling ?? item.previousElementSibling ?? document.getElementById("id_prompt")).focus();
    item.remove();
    this.changed();
  }

  key(event) {
    const item = event.target.closest("li");
    if (event.target !== item) return;
    if (event.key === "Delete" || event.key === "Backspace") this.remove_(item);
    else if (event.key === "ArrowLeft") item.previousElementSibling?.before(item);
    else if (event.key === "ArrowRight") item.nextElementSibling?.after(item);
    else return;
    event.preventDefault();
    item.isConnected && item.focus();
    this.changed();
  }

  changed() {
    this.number();
    this.dispatchEvent(new CustomEvent("sources", { bubbles: true }));
  }

  number() {
    this.items.forEach((item, index) => {
      item.querySelector(".source-number").textContent = index + 1;
      item.querySelector(".source-role span").textContent = `Role of image ${index + 1}`;
      for (const named of [item, ...item.querySelectorAll(".source-remove, .source-why a")]) {
        const label = named.getAttribute("aria-label").replace(/(image) \d+/i, `$1 ${index + 1}`);
        named.setAttribute("aria-label", label);
      }
    });
    const count = this.items.length;
    this.querySelector(".sources-count").textContent = count > 1 ? `${count} / ${this.dataset.most}` : "";
  }
}

customElements.define("source-list", SourceList);
