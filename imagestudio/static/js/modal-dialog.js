// A dialog that is filled by htmx when a button with `data-dialog` of its id is pressed.
class ModalDialog extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.body = this.querySelector("[data-body]");
    this.body.addEventListener("htmx:afterSettle", (event) => this.filled(event)); // now it listens
    this.dialog.addEventListener("click", (event) => this.clicked(event));
    document.addEventListener("click", (event) => this.begin(event));
  }

  begin({ target }) {
    const button = target.closest(`[data-dialog="${this.id}"]`);
    if (!button) return;
    button.closest("[popover]")?.matches(":popover-open") && button.closest("[popover]").hidePopover();
    this.isAskedFor = true;
  }

  filled() {
    if (!this.isAskedFor || this.dialog.open) return;
    this.isAskedFor = false;
    this.dialog.showModal();
  }

  clicked({ target }) {
    if (target === this.dialog) this.dialog.close(); // the backdrop
    const picked = target.closest("[data-pick]");
    if (!picked) return;
    picked.setAttribute("aria-pressed", "true");
    this.dispatchEvent(
      new CustomEvent("picked", { bubbles: true, detail: { image: picked.dataset.pick } }),
    );
  }
}

customElements.define("modal-dialog", ModalDialog);
