// Takes pictures that are pasted or dropped anywhere on the page, for the element `for` names.
class DropZone extends HTMLElement {
  connectedCallback() {
    this.overlay = this.querySelector(".drop-overlay");
    this.depth = 0; // dragenter and dragleave come for every child
    this.leave = new AbortController();
    const { signal } = this.leave;
    document.addEventListener("paste", (event) => this.paste(event), { signal });
    document.addEventListener("dragenter", (event) => this.drag(event, 1), { signal });
    document.addEventListener("dragleave", (event) => this.drag(event, -1), { signal });
    document.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault(), { signal });
    document.addEventListener("drop", (event) => this.drop(event), { signal });
  }

  disconnectedCallback() {
    this.leave.abort();
  }

  paste(event) {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    this.hand(files);
  }

  drag(event, way) {
    if (!holdsFiles(event)) return;
    this.depth = Math.max(0, this.depth + way);
    this.overlay.hidden = this.depth === 0;
  }

  drop(event) {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    this.depth = 0;
    this.overlay.hidden = true;
    this.hand([...event.dataTransfer.files]);
  }

  hand(files) {
    document.getElementById(this.getAttribute("for"))?.take(files);
  }
}

function holdsFiles({ dataTransfer }) {
  return dataTransfer?.types.includes("Files");
}

customElements.define("drop-zone", DropZone);
