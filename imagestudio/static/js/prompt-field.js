// The prompt: grows with its text, sends by Ctrl+Enter, brings back the last prompt by the up
// arrow, and offers the sources after an @.
class PromptField extends HTMLElement {
  connectedCallback() {
    this.field = this.querySelector("textarea");
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.grow();
  }

  get form() {
    return this.field.form;
  }

  typed() {
    this.grow();
    const before = this.field.value.slice(0, this.field.selectionStart);
    if (/(^|\s)@$/.test(before)) this.offer();
    else this.close();
  }

  // Browsers that do not know `field-sizing` are told the height.
  grow() {
    if (CSS.supports("field-sizing", "content")) return;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  key(event) {
    if (event.isComposing) return;
    if (this.menu) return this.choose(event);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit();
    } else if (event.key === "ArrowUp" && !this.field.value) {
      event.preventDefault();
      this.dispatchEvent(new CustomEvent("recall", { bubbles: true }));
    }
  }

  offer() {
    const items = [...document.querySelectorAll("#sources [data-image]")];
    this.close();
    if (!items.length) return;
    this.menu = document.createElement("div");
    this.menu.className = "mentions";
    this.menu.setAttribute("role", "listbox");
    this.menu.setAttribute("aria-label", "Sources");
    this.menu.append(...items.map((item, index) => this.option(item, index + 1)));
    this.append(this.menu);
    this.mark(0);
  }

  option(item, number) {
    const button = document.createElement("button");
    button.type = "button";
    button.tabIndex = -1;
    button.setAttribute("role", "option");
    const image = item.querySelector("img")?.cloneNode() ?? "";
    button.append(image, `image ${number}`);
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => this.insert(number));
    return button;
  }

  mark(index) {
    const options = [...this.menu.children];
    this.index = (index + options.length) % options.length;
    options.forEach((one, at) => one.setAttribute("aria-selected", at === this.index));
    options[this.index].scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  choose(event) {
    if (event.key === "ArrowRight" || event.key === "ArrowDown") this.mark(this.index + 1);
    else if (event.key === "ArrowLeft" || event.key === "ArrowUp") this.mark(this.index - 1);
    else if (event.key === "Enter" || event.key === "Tab") this.insert(this.index + 1);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
  }

  insert(number) {
    const at = this.field.selectionStart;
    this.field.setRangeText(`image ${number} `, at - 1, at, "end");
    this.close();
    this.field.focus();
    this.field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  close() {
    this.menu?.remove();
    this.menu = null;
  }
}

customElements.define("prompt-field", PromptField);
