// Copies the text of the element that `for` names.
const shown = 1600; // milliseconds for which the button says that it is done

class CopyButton extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.label = this.button.getAttribute("aria-label");
    this.button.addEventListener("click", () => this.copy());
  }

  async copy() {
    const text = document.getElementById(this.getAttribute("for")).textContent;
    try {
      await navigator.clipboard.writeText(text);
      this.say("Copied");
    } catch {
      this.select();
      this.say("Selected: copy it with the keyboard");
    }
  }

  // Without a secure connection there is no clipboard; the text is marked instead.
  select() {
    const target = document.getElementById(this.getAttribute("for"));
    getSelection().selectAllChildren(target);
  }

  say(words) {
    this.button.setAttribute("aria-label", words);
    this.button.title = words;
    document.getElementById("announcer").textContent = words;
    setTimeout(() => {
      if (this.label) this.button.setAttribute("aria-label", this.label);
      else this.button.removeAttribute("aria-label");
      this.button.title = this.label ?? "";
    }, shown);
  }
}

customElements.define("copy-button", CopyButton);
