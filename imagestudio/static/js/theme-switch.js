// Switches between the system's theme, light and dark. A cookie remembers it, so that the server
// draws the page in it from the first byte.
const themes = ["system", "light", "dark"];
const year = 31536000; // seconds

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.choose(this.next));
    this.name(this.chosen);
  }

  get chosen() {
    return document.documentElement.dataset.theme ?? "system";
  }

  get next() {
    return themes[(themes.indexOf(this.chosen) + 1) % themes.length];
  }

  choose(theme) {
    if (theme === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    const age = theme === "system" ? 0 : year;
    document.cookie = `theme=${theme}; path=/; max-age=${age}; samesite=lax`;
    this.name(theme);
  }

  name(theme) {
    this.button.setAttribute("aria-label", `Theme: ${theme}`);
    this.button.title = `Theme: ${theme}`;
  }
}

customElements.define("theme-switch", ThemeSwitch);
