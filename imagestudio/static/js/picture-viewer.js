// One picture: the wheel, `+` and `-` zoom, a double click shows it at 100 % and back, dragging
// moves it.
import { PanZoom } from "./pan-zoom.js";

const most = 8; // screen pixels of one picture pixel

class PictureViewer extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector(".stage");
    this.image = this.querySelector("img");
    this.output = this.querySelector(".zoom");
    this.view = new PanZoom(this.stage, ".stage", {
      most: () => Math.max(1, most / this.natural),
      shown: (view) => this.show(view),
    });
    this.stage.addEventListener("dblclick", (event) => this.toggle(event));
    this.stage.addEventListener("keydown", (event) => this.view.key(event.key) && event.preventDefault());
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.leave = new AbortController();
    const { signal } = this.leave;
    addEventListener("resize", () => this.view.reset(), { signal });
    // After a reload the grid below is gone, but Back still leads to its address within this document.
    const own = location.pathname;
    const back = () => location.pathname !== own && location.reload();
    if (!this.closest("picture-overlay")) addEventListener("popstate", back, { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  // How large one picture pixel is on the screen when the whole picture fits.
  get natural() {
    return this.image.offsetWidth / Number(this.image.getAttribute("width")) || 1;
  }

  // Until the picture is there, nobody knows how large it is shown.
  toggle(event) {
    if (!this.image.complete) this.image.addEventListener("load", () => this.toggle(event), { once: true });
    else if (this.view.isZoomed) this.view.reset();
    else this.view.zoom(1 / this.natural, event);
  }

  grab(event) {
    if (this.view.isZoomed && event.button === 0) this.view.grab(event);
  }

  show({ scale, x, y, isZoomed }) {
    this.stage.toggleAttribute("data-zoomed", isZoomed);
    this.image.style.transform = isZoomed ? `translate(${x}px, ${y}px) scale(${scale})` : "";
    this.output.textContent = isZoomed ? `${Math.round(scale * this.natural * 100)} %` : "";
  }
}

customElements.define("picture-viewer", PictureViewer);
