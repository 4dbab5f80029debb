// The composer's memory: the draft survives reload and sign-in, the last prompt can be recalled,
// and after sending it is ready for the next picture. What it is made of comes with it, so that it is at
// work as a whole.
import "./drop-zone.js";
import "./prompt-field.js";
import "./source-list.js";
import { tellHeight } from "./floats.js";

const parameters = ["model", "size", "quality", "output_format", "background", "count"];

class PromptComposer extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.place = `draft:${this.dataset.account}`;
    this.last = `prompt:${this.dataset.account}`;
    this.sources = this.querySelector("source-list");
    tellHeight(this.form, "--composer");
    this.form.addEventListener("input", () => this.save());
    this.form.addEventListener("change", () => this.save());
    this.form.addEventListener("sources", () => this.save());
    this.form.addEventListener("htmx:beforeRequest", (event) => this.hold(event));
    this.form.addEventListener("htmx:afterRequest", (event) => this.sent(event));
    this.form.addEventListener("htmx:afterSwap", (event) => this.redrawn(event));
    document.addEventListener("click", ({ target }) => this.take(target.closest("[data-write]")));
    this.addEventListener("recall", () => this.write(localStorage.getItem(this.last) ?? ""));
    this.begin();
  }

  // What the address asked for goes first; otherwise the draft goes on where it was.
  async begin() {
    const { mode } = this.dataset;
    if (mode === "preset") await this.restoreUnderPreset();
    else if (mode !== "replace") await this.restore();
    this.dataset.begun = "";
    this.save();
    if (mode !== "draft") history.replaceState(null, "", location.pathname);
    if (mode !== "draft") this.form.elements.prompt.focus();
  }

  // The server has drawn the preset alone: its text comes to that of the draft, and what it sets stays.
  async restoreUnderPreset() {
    const { prompt } = this.form.elements;
    const text = prompt.value;
    prompt.value = "";
    await this.restore({ keepsParameters: this.dataset.setsParameters === "yes" });
    this.insert(text);
  }

  // Puts a preset's text around what is written, or behind it. Where nothing is, one writes next.
  insert(text) {
    const { prompt } = this.form.elements;
    const written = prompt.value.trim();
    const place = text.indexOf("{prompt}");
    if (place < 0) return this.write([written, text].filter(Boolean).join("\n"));
    this.write(text.replaceAll("{prompt}", () => written));
    prompt.setSelectionRange(place + written.length, place + written.length);
  }

  // Takes over what a button of a dialog offers: a prompt, a preset, or sources.
  async take(button) {
    if (!button) return;
    const { write, prompt, parameters: chosen, sources } = button.dataset;
    button.closest("dialog")?.close();
    if (write === "prompt") this.write(prompt);
    if (write === "preset") this.insert(prompt);
    if (chosen) await this.set(Object.fromEntries(new URLSearchParams(chosen)));
    if (sources) await this.sources.add(pairs(new URLSearchParams(sources)));
    this.form.elements.prompt.focus();
  }

  async set(values) {
    const all = { count: this.form.elements.count.value, ...values };
    await htmx.ajax("GET", this.dataset.parameters, { target: "#parameters", swap: "innerHTML", values: all });
  }

  async restore({ keepsParameters = false } = {}) {
    const draft = JSON.parse(localStorage.getItem(this.place) ?? "null");
    if (!draft) return;
    const added = this.sources.chosen;
    if (!this.form.elements.prompt.value) this.write(draft.prompt ?? "");
    const differs = (name) => draft[name] && draft[name] !== this.form.elements[name].value;
    if (!keepsParameters && parameters.some(differs)) {
      await this.set(Object.fromEntries(parameters.map((name) => [name, draft[name] ?? ""])));
    }
    if (draft.sources?.length) {
      this.sources.clear();
      await this.sources.add([...draft.sources, ...added]);
    }
  }

  // Not before the draft that is kept is back in the form.
  save() {
    if (!("begun" in this.dataset)) return;
    const { elements } = this.form;
    const values = parameters.map((name) => [name, elements[name]?.value]);
    const draft = { prompt: elements.prompt.value, ...Object.fromEntries(values), sources: this.sources.chosen };
    localStorage.setItem(this.place, JSON.stringify(draft));
  }

  write(text) {
    const { prompt } = this.form.elements;
    prompt.value = text;
    prompt.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }

  // A picture that is still on its way would be left out of what is paid for.
  hold(event) {
    if (event.target !== this.form || !this.querySelector(".source-busy")) return;
    event.preventDefault();
    const words = Object.assign(document.createElement("p"), { className: "field-error" });
    words.textContent = "A picture is still being uploaded. Send it when it is there.";
    document.getElementById("composer-errors").replaceChildren(words);
    this.addEventListener("sources", () => words.remove(), { once: true });
  }

  sent({ target, detail }) {
    if (target !== this.form || !(detail.xhr.status < 400) || !detail.xhr.status) return;
    localStorage.setItem(this.last, this.form.elements.prompt.value);
    this.form.elements.parent.value = "";
    this.write("");
    if (this.sources.chosen.length) this.sources.clear();
    scrollTo({ top: 0 });
  }

  // New menus can change the price, and what the model takes.
  redrawn({ target }) {
    if (target.id === "parameters") this.form.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

// The sources of a query as [id, role].
function pairs(query) {
  const roles = query.getAll("role");
  return query.getAll("source").map((image, index) => [image, roles[index]]);
}

customElements.define("prompt-composer", PromptComposer);
