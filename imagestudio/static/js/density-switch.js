// Switches between larger and smaller pictures. A cookie remembers it for the next page.
const year = 31536000; // seconds

class DensitySwitch extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.choose(!this.isCompact));
  }

  get isCompact() {
    return this.button.getAttribute("aria-pressed") === "true";
  }

  choose(compact) {
    this.button.setAttribute("aria-pressed", compact);
    for (const grid of document.querySelectorAll("picture-grid")) {
      if (compact) grid.dataset.density = "compact";
      else delete grid.dataset.density;
    }
    document.cookie = `density=compact; path=/; max-age=${compact ? year : 0}; samesite=lax`;
  }
}

customElements.define("density-switch", DensitySwitch);
