// Two pictures in one frame (a slider, or one after the other) or in two, which zoom together.
import { PanZoom, follow } from "./pan-zoom.js";

const modes = ["slider", "beside", "flicker"];
const remembered = "compare-mode";
const beat = 800; // milliseconds for which a flickering picture is shown
const near = 32; // screen pixels beside the slider's line that still take hold of it
const most = 8; // screen pixels of one picture pixel

class PictureCompare extends HTMLElement {
  connectedCallback() {
    this.stage = this.querySelector(".compare-stage");
    this.slider = this.querySelector(".compare-slider");
    this.pause = this.querySelector(".compare-pause");
    this.output = this.querySelector(".zoom");
    this.keys = (event) => this.key(event);
    document.addEventListener("keydown", this.keys, true); // before the keys of all pages
    this.addEventListener("click", (event) => this.click(event));
    this.slider.addEventListener("input", () => this.split(Number(this.slider.value)));
    this.stage.addEventListener("pointerdown", (event) => this.grab(event));
    this.stage.addEventListener("dblclick", (event) => this.toggle(event));
    this.view = new PanZoom(this.stage, "figure", {
      most: () => Math.max(1, most / this.natural),
      shown: (view) => this.show(view),
    });
    this.split(50);
    const alike = this.dataset.alike === "yes" ? "slider" : "beside";
    this.turn(localStorage.getItem(remembered) ?? alike);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.keys, true);
    clearInterval(this.clock);
  }

  // How large a pixel of the first picture is on the screen when the whole picture fits.
  get natural() {
    const image = this.stage.querySelector("img");
    const box = image.parentElement.getBoundingClientRect();
    const [width, height] = ["width", "height"].map((name) => Number(image.getAttribute(name)));
    return Math.min(box.width / width, box.height / height) || 1;
  }

  turn(mode) {
    this.dataset.mode = modes.includes(mode) ? mode : "beside";
    for (const button of this.querySelectorAll("button[data-mode]")) {
      button.setAttribute("aria-pressed", button.dataset.mode === this.dataset.mode);
    }
    this.view.reset();
    if (mode === "flicker") this.showOnly(0);
    this.flicker(mode === "flicker" && !matchMedia("(prefers-reduced-motion: reduce)").matches);
  }

  choose(mode) {
    localStorage.setItem(remembered, mode);
    this.turn(mode);
  }

  flicker(runs) {
    clearInterval(this.clock);
    this.pause.setAttribute("aria-pressed", !runs);
    if (runs) this.clock = setInterval(() => this.showOnly(1 - Number(this.stage.dataset.shown)), beat);
  }

  showOnly(which) {
    this.stage.dataset.shown = which;
  }

  // Shows one picture alone until something else is asked for.
  hold(which) {
    if (this.dataset.mode !== "flicker") this.turn("flicker");
    this.flicker(false);
    this.showOnly(which);
  }

  split(percent) {
    this.at = Math.min(100, Math.max(0, percent));
    this.slider.value = this.at;
    this.stage.style.setProperty("--split", `${this.at}%`);
  }

  show({ scale, x, y, isZoomed }) {
    this.stage.toggleAttribute("data-zoomed", isZoomed);
    for (const image of this.stage.querySelectorAll("img")) {
      image.style.transform = isZoomed ? `translate(${x}px, ${y}px) scale(${scale})` : "";
    }
    this.output.textContent = isZoomed ? `${Math.round(scale * this.natural * 100)} %` : "";
  }

  toggle(event) {
    if (this.view.isZoomed) this.view.reset();
    else this.view.zoom(Math.max(2, 1 / this.natural), event);
  }

  grab(event) {
    if (event.button !== 0 || event.target.closest("a")) return;
    const box = this.stage.getBoundingClientRect();
    const line = box.left + (box.width * this.at) / 100;
    const isLine = !this.view.isZoomed || Math.abs(event.clientX - line) < near;
    if (this.dataset.mode === "slider" && isLine) {
      const moved = ({ clientX }) => this.split(((clientX - box.left) / box.width) * 100);
      follow(this.stage, event, moved);
      if (!this.view.isZoomed) moved(event);
    } else if (this.view.isZoomed) this.view.grab(event);
  }

  click(event) {
    const mode = event.target.closest("button[data-mode]")?.dataset.mode;
    if (mode) this.choose(mode);
    if (event.target.closest(".compare-pause")) this.flicker(this.pause.ariaPressed === "true");
    if (event.target.closest("[data-swap]")) this.swap(event);
  }

  // Puts each picture, and what is said of it, in the place of the other; the address too.
  swap(event) {
    event.preventDefault();
    for (const pair of this.querySelectorAll("[data-swaps]")) {
      const [one, other] = [...pair.children].slice(-2);
      one.before(other);
    }
    for (const pair of this.querySelectorAll(".compare-stage, .compare-texts")) {
      pair.querySelectorAll("[data-number]").forEach((number, index) => (number.textContent = index + 1));
    }
    const link = this.querySelector("[data-swap]");
    history.replaceState(null, "", link.href);
    const asked = new URL(link.href).searchParams;
    link.href = `?a=${asked.get("b")}&b=${asked.get("a")}`;
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector(":popover-open")) return;
    if (event.target.closest("input, a, button") && [" ", "Enter"].includes(event.key)) return;
    if (event.target === this.slider && event.key.startsWith("Arrow")) return;
    if (!this.does(event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  does({ key, shiftKey }) {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[key];
    if (key === "m") this.choose(modes[(modes.indexOf(this.dataset.mode) + 1) % modes.length]);
    else if (key === "c") this.querySelector("[data-swap]").click();
    else if (key === "1" || key === "2") this.hold(Number(key) - 1);
    else if (key === " " && this.dataset.mode === "flicker") this.flicker(this.pause.ariaPressed === "true");
    else if (step && this.dataset.mode === "slider") this.split(this.at + step * (shiftKey ? 10 : 2));
    else if (step && !this.view.isZoomed) this.hold(step < 0 ? 0 : 1);
    else return this.view.key(key);
    return true;
  }
}

customElements.define("picture-compare", PictureCompare);
