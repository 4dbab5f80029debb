// A graph that is larger than its frame: begins at the picture that it is about, and can be made smaller and larger.
const step = 1.25;
const least = 0.3;
const most = 2;
const legible = 0.7; // a graph that fits at this scale or more is shown whole at first

class LineageGraph extends HTMLElement {
  connectedCallback() {
    this.frame = this.querySelector(".graph-scroll");
    this.drawing = this.querySelector("svg.graph");
    this.scale = 1;
    this.fit();
    this.querySelector(".graph-deeds").hidden = false;
    this.addEventListener("click", ({ target }) => this.zoom(target.closest("[data-zoom]")?.dataset.zoom));
    this.frame.addEventListener("keydown", (event) => this.key(event));
    this.toPicture();
  }

  fit() {
    const { width, height } = this.drawing.viewBox.baseVal;
    const scale = this.frame.clientWidth / width;
    if (scale >= 1 || scale < legible) return;
    this.scale = scale;
    this.drawing.setAttribute("width", width * scale);
    this.drawing.setAttribute("height", height * scale);
  }

  toPicture() {
    const here = this.querySelector("[data-here]").getBoundingClientRect();
    const frame = this.frame.getBoundingClientRect();
    this.frame.scrollBy(
      here.left + here.width / 2 - frame.left - frame.width / 2,
      here.top + here.height / 2 - frame.top - frame.height / 2,
    );
  }

  key(event) {
    const way = { "+": "in", "=": "in", "-": "out" }[event.key];
    if (!way) return;
    event.preventDefault();
    this.zoom(way);
  }

  // What is in the middle of the frame stays there.
  zoom(way) {
    if (!way) return;
    const before = this.scale;
    this.scale = Math.min(most, Math.max(least, way === "in" ? before * step : before / step));
    const { width, height } = this.drawing.viewBox.baseVal;
    const frame = this.frame;
    const x = (frame.scrollLeft + frame.clientWidth / 2) / before;
    const y = (frame.scrollTop + frame.clientHeight / 2) / before;
    this.drawing.setAttribute("width", width * this.scale);
    this.drawing.setAttribute("height", height * this.scale);
    frame.scrollTo(x * this.scale - frame.clientWidth / 2, y * this.scale - frame.clientHeight / 2);
  }
}

customElements.define("lineage-graph", LineageGraph);
