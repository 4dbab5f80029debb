// A clock that runs on from the seconds that the server counted.
class TileClock extends HTMLElement {
  connectedCallback() {
    this.start = performance.now() - Number(this.dataset.seconds) * 1000;
    this.timer = setInterval(() => this.show(), 1000);
    this.show();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  show() {
    const seconds = Math.max(0, Math.round((performance.now() - this.start) / 1000));
    const rest = String(seconds % 60).padStart(2, "0");
    this.textContent = `${Math.floor(seconds / 60)}:${rest}`;
  }
}

customElements.define("tile-clock", TileClock);
