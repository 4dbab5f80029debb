// The months of the library at the window's right edge: a slider that jumps to any of them.
import { Axis, name } from "./grid/months.js";

const pause = 120; // milliseconds without a movement until a month is shown

class MonthScrubber extends HTMLElement {
  async connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    const answer = await fetch(this.dataset.url, { signal }).catch(() => null);
    const months = answer?.ok ? await answer.json() : [];
    if (signal.aborted || !months.length) return;
    this.axis = new Axis(months);
    if (this.axis.total && this.grid) this.grid.dataset.total ??= this.axis.total;
    if (months.length < 2) return;
    this.build();
    for (const type of ["pointerdown", "pointermove", "pointerleave"]) {
      this.track.addEventListener(type, (event) => this[type](event), { signal });
    }
    this.track.addEventListener("keydown", (event) => this.key(event), { signal });
    addEventListener("scroll", () => this.follow(), { signal, passive: true });
    addEventListener("resize", () => this.label(), { signal });
    this.index = 0;
    this.label();
    this.follow();
  }

  disconnectedCallback() {
    this.leave.abort();
    clearTimeout(this.timer);
  }

  get grid() {
    return document.querySelector("picture-grid");
  }

  build() {
    this.track = element("div", "scrubber");
    this.labels = element("div", "scrubber-labels");
    this.handle = element("div", "scrubber-handle");
    this.bubble = element("div", "scrubber-bubble");
    this.labels.ariaHidden = this.bubble.ariaHidden = "true";
    this.track.append(this.labels, this.handle, this.bubble);
    const wanted = {
      role: "slider",
      tabindex: "0",
      "aria-label": "Month",
      "aria-orientation": "vertical",
      "aria-valuemin": "0",
      "aria-valuemax": String(this.axis.months.length - 1),
    };
    for (const [key, value] of Object.entries(wanted)) this.track.setAttribute(key, value);
    this.replaceChildren(this.track);
  }

  // Years where there is room for them, and a dot for each month that has some.
  label() {
    this.height = this.track.clientHeight;
    this.labels.replaceChildren(
      ...this.axis.labels(this.height).map(({ text, at }) => {
        const label = element("span", text ? "scrubber-year" : "scrubber-dot", text);
        label.style.top = `${at * 100}%`;
        return label;
      }),
    );
  }

  // The handle stands where the first picture in the window does.
  follow() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.isHeld || this.timer || !this.isConnected) return;
      const block = this.grid?.rows?.first();
      const at = block && this.axis.indexOf(block.dataset.day.slice(0, 7));
      if (block) this.put(at, this.axis.at(block.dataset.day));
    });
  }

  put(index, at) {
    this.index = index;
    const { month, count } = this.axis.months[index];
    this.track.setAttribute("aria-valuenow", String(index));
    this.track.setAttribute("aria-valuetext", name(month) + (count ? `, ${count.toLocaleString("en")} pictures` : ""));
    this.handle.style.transform = `translateY(${at * this.height}px)`;
  }

  point(event) {
    const box = this.track.getBoundingClientRect();
    const at = Math.min(1, Math.max(0, (event.clientY - box.top) / box.height));
    const index = this.axis.under(at);
    this.bubble.textContent = name(this.axis.months[index].month);
    this.bubble.style.transform = `translateY(${at * this.height}px)`;
    return { index, at };
  }

  pointerdown(event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.track.setPointerCapture(event.pointerId);
    this.track.focus({ preventScroll: true });
    this.isHeld = true;
    this.track.dataset.held = "";
    const end = () => {
      this.isHeld = false;
      delete this.track.dataset.held;
      this.go(this.index, 0);
    };
    this.track.addEventListener("pointerup", end, { once: true });
    this.drag(event);
  }

  pointermove(event) {
    this.track.dataset.hovered = "";
    if (this.isHeld) this.drag(event);
    else this.point(event);
  }

  pointerleave() {
    delete this.track.dataset.hovered;
  }

  drag(event) {
    const { index, at } = this.point(event);
    const isOther = index !== this.index || !this.shown;
    this.put(index, at);
    if (isOther) this.go(index, pause);
  }

  key(event) {
    const last = this.axis.months.length - 1;
    const step = { ArrowUp: -1, ArrowDown: 1, ArrowLeft: -1, ArrowRight: 1, PageUp: -12, PageDown: 12, Home: -last, End: last };
    if (!(event.key in step) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const index = Math.min(last, Math.max(0, this.index + step[event.key]));
    this.put(index, this.axis.start(index));
    this.go(index, pause);
  }

  // Shows a month once nobody moves on for a moment; what was being fetched before is given up.
  go(index, wait) {
    clearTimeout(this.timer);
    const { month } = this.axis.months[index];
    this.timer = setTimeout(async () => {
      if (this.shown !== month || !this.isHeld) await this.grid?.show(month);
      this.shown = month;
      this.timer = null;
      this.follow();
    }, wait);
  }
}

function element(tag, className, textContent = "") {
  return Object.assign(document.createElement(tag), { className, textContent });
}

customElements.define("month-scrubber", MonthScrubber);
