// How a picture stands in its frame: so many times larger, moved by so many screen pixels. The
// wheel zooms where the pointer is, dragging moves; keys are the caller's to hand over.
const step = 1.25;
const stride = 60; // screen pixels of an arrow key

export class PanZoom {
  // `frames` is a selector of the stage itself, or of what in it shows the same part each; `most` says how
  // close one may come; `shown` is called with this whenever it has changed.
  constructor(stage, frames, { most, shown }) {
    Object.assign(this, { stage, frames, most, shown });
    stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.reset();
  }

  reset() {
    this.scale = 1;
    this.x = this.y = 0;
    this.shown(this);
  }

  get isZoomed() {
    return this.scale > 1;
  }

  frame(event) {
    const hit = event?.target?.closest?.(this.frames) ?? this.stage.querySelector(this.frames);
    return (hit ?? this.stage).getBoundingClientRect();
  }

  wheel(event) {
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? step : 1 / step, event);
  }

  // Zooms so that what is under the pointer stays there; without one, around the middle.
  zoom(factor, event) {
    const before = this.scale;
    this.scale = Math.min(this.most(), Math.max(1, before * factor));
    if (this.scale === 1) return this.reset();
    const box = this.frame(event);
    const dx = event ? event.clientX - box.left - box.width / 2 : 0;
    const dy = event ? event.clientY - box.top - box.height / 2 : 0;
    this.x = dx - ((dx - this.x) * this.scale) / before;
    this.y = dy - ((dy - this.y) * this.scale) / before;
    this.shown(this);
  }

  // Does what a key asks for, and says whether it asked for anything.
  key(key) {
    if (key === "+" || key === "=") this.zoom(step);
    else if (key === "-") this.zoom(1 / step);
    else if (key === "0") this.reset();
    else if (this.isZoomed && key.startsWith("Arrow")) this.shift(key);
    else return false;
    return true;
  }

  shift(key) {
    this.x += { ArrowLeft: stride, ArrowRight: -stride }[key] ?? 0;
    this.y += { ArrowUp: stride, ArrowDown: -stride }[key] ?? 0;
    this.shown(this);
  }

  // Follows the pointer that went down in this event until it goes up.
  grab(event) {
    const start = { x: this.x - event.clientX, y: this.y - event.clientY };
    follow(this.stage, event, ({ clientX, clientY }) => {
      this.x = start.x + clientX;
      this.y = start.y + clientY;
      this.shown(this);
    });
  }
}

// Calls `moved` with every move of the pointer that went down in this event, until it goes up.
export function follow(element, event, moved) {
  event.preventDefault();
  element.setPointerCapture(event.pointerId);
  const done = () => element.removeEventListener("pointermove", moved);
  element.addEventListener("pointermove", moved);
  element.addEventListener("pointerup", done, { once: true });
  element.addEventListener("pointercancel", done, { once: true });
}
