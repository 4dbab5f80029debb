// The pictures of an album, put in order by dragging: each is sent to the place where it is dropped.
//
// Its buttons do the same without this script; with it, Alt and an arrow key move the picture that has the
// focus by one.
import { orderByDragging } from "./source-order.js";

const steps = { ArrowLeft: -1, ArrowRight: 1 };

class AlbumOrder extends HTMLElement {
  connectedCallback() {
    this.list = this.querySelector("ol");
    orderByDragging(this.list, (item) => this.send(item));
    this.list.addEventListener("keydown", (event) => this.pressed(event));
  }

  pressed(event) {
    const item = event.target.closest("[data-image]");
    const step = steps[event.key];
    if (!item || !step || !event.altKey) return;
    event.preventDefault();
    const beside = step < 0 ? item.previousElementSibling : item.nextElementSibling;
    if (!beside?.matches("[data-image]")) return;
    const focused = document.activeElement;
    step < 0 ? beside.before(item) : beside.after(item);
    focused.focus();
    this.send(item);
  }

  async send(item) {
    const before = item.nextElementSibling?.dataset.image ?? ""; // none: the rest is not loaded, or it is last
    const after = item.previousElementSibling?.dataset.image ?? "";
    const body = new URLSearchParams({ image: item.dataset.image, before, after });
    const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
    const answer = await fetch(this.dataset.url, { method: "POST", body, headers }).catch(() => null);
    const words = `Place ${[...this.list.children].indexOf(item) + 1}`;
    if (answer?.ok) document.getElementById("announcer").textContent = words;
    else document.getElementById("notices").say("The picture could not be moved. Load the page again.");
  }
}

customElements.define("album-order", AlbumOrder);
