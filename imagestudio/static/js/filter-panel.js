// What the library can be filtered by: asked for when the panel opens, and again while it is open
// and the pictures change.
class FilterPanel extends HTMLElement {
  connectedCallback() {
    this.details = this.querySelector("details");
    this.refresh = () => this.details.open && htmx.trigger(this.querySelector("[data-part]"), "refresh");
    this.settle = () => this.keepWords();
    this.close = (event) => this.closeFor(event);
    this.details.addEventListener("toggle", this.refresh);
    for (const news of ["library-filtered", "library-changed"]) document.body.addEventListener(news, this.refresh);
    document.body.addEventListener("library-filtered", this.settle);
    document.addEventListener("click", this.close);
    this.addEventListener("keydown", this.close);
    this.refresh(); // somebody may have opened it before this was here
  }

  disconnectedCallback() {
    for (const news of ["library-filtered", "library-changed"]) document.body.removeEventListener(news, this.refresh);
    document.body.removeEventListener("library-filtered", this.settle);
    document.removeEventListener("click", this.close);
  }

  // What was typed as an operator has become a filter, with a chip: only the words stay in the field.
  keepWords() {
    const { words } = document.querySelector("#results .applied")?.dataset ?? {};
    if (words !== undefined) document.getElementById("library-q").value = words;
  }

  closeFor(event) {
    if (!this.details.open) return;
    if (event.type === "keydown" && event.key === "Escape") {
      event.stopPropagation();
      this.details.open = false;
      this.querySelector("summary").focus();
    } else if (event.type === "click" && event.isTrusted && !event.composedPath().includes(this)) this.details.open = false;
  }
}

customElements.define("filter-panel", FilterPanel);
