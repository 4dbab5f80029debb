// One picture: the wheel, `+` and `-` zoom, a double click shows it at 100 % and back, dragging
// moves it.
const most = 8; // screen pixels of one picture pixel
const step = 1.25;

class PictureViewer extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector(".stage");
    this.image = this.querySelector("img");
    this.output = this.querySelector(".zoom");
    this.reset();
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.stage.addEventListener("dblclick", (event) => this.toggle(event));
    this.stage.addEventListener("keydown", (event) => this.key(event));
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.leave = new AbortController();
    const { signal } = this.leave;
    addEventListener("resize", () => this.reset(), { signal });
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

  reset() {
    this.scale = 1;
    this.x = this.y = 0;
    this.show();
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? step : 1 / step, event);
  }

  // Until the picture is there, nobody knows how large it is shown.
  toggle(event) {
    if (!this.image.complete) this.image.addEventListener("load", () => this.toggle(event), { once: true });
    else if (this.scale > 1.001) this.reset();
    else this.zoom(1 / this.natural, event);
  }

  key(event) {
    const box = this.stage.getBoundingClientRect();
    const middle = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
    if (event.key === "+" || event.key === "=") this.zoom(step, middle);
    else if (event.key === "-") this.zoom(1 / step, middle);
    else if (event.key === "0") this.reset();
    else if (this.scale > 1 && event.key.startsWith("Arrow")) this.shift(event.key);
    else return;
    event.preventDefault();
  }

  shift(key) {
    this.x += { ArrowLeft: 60, ArrowRight: -60 }[key] ?? 0;
    this.y += { ArrowUp: 60, ArrowDown: -60 }[key] ?? 0;
    this.show();
  }

  // Zooms so that what is under the pointer stays there.
  zoom(factor, { clientX, clientY }) {
    const before = this.scale;
    this.scale = Math.min(most / this.natural, Math.max(1, before * factor));
    if (this.scale === 1) return this.reset();
    const box = this.stage.getBoundingClientRect();
    const dx = clientX - box.left - box.width / 2;
    const dy = clientY - box.top - box.height / 2;
    this.x = dx - ((dx - this.x) * this.scale) / before;
    this.y = dy - ((dy - this.y) * this.scale) / before;
    this.show();
  }

  grab(event) {
    if (this.scale === 1 || event.button !== 0) return;
    event.preventDefault();
    this.stage.setPointerCapture(event.pointerId);
    const start = { x: this.x - event.clientX, y: this.y - event.clientY };
    const drag = ({ clientX, clientY }) => {
      this.x = start.x + clientX;
      this.y = start.y + clientY;
      this.show();
    };
    const drop = () => this.stage.removeEventListener("pointermove", drag);
    this.stage.addEventListener("pointermove", drag);
    this.stage.addEventListener("pointerup", drop, { once: true });
    this.stage.addEventListener("pointercancel", drop, { once: true });
  }

  show() {
    const zoomed = this.scale > 1;
    this.stage.toggleAttribute("data-zoomed", zoomed);
    this.image.style.transform = zoomed ? `translate(${this.x}px, ${this.y}px) scale(${this.scale})` : "";
    this.output.textContent = zoomed ? `${Math.round(this.scale * this.natural * 100)} %` : "";
  }
}

customElements.define("picture-viewer", PictureViewer);
