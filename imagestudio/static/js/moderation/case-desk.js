// One case: its keys, its claim that is renewed while somebody looks, and the picture that can be covered again.
import { choose, listen, order } from "./keys.js";

const beat = 60_000; // milliseconds between two renewals of a claim, which ends after five minutes
const held = "held"; // the case that was given back when this page was left, perhaps only to be loaded anew

class CaseDesk extends HTMLElement {
  connectedCallback() {
    this.leave = new AbortController();
    const { signal } = this.leave;
    const deeds = { j: () => this.walk(1), k: () => this.walk(-1), submit: () => this.submit() };
    for (const key of ["h", "x"]) deeds[key] = () => choose(this, key);
    listen(this, deeds, signal);
    addEventListener("pagehide", () => this.release(), { signal });
    document.addEventListener("visibilitychange", () => this.renew(), { signal });
    this.addEventListener("click", (event) => this.cover(event));
    this.addEventListener("change", (event) => this.ban(event));
    this.addEventListener("htmx:beforeSwap", (event) => this.keep(event));
    this.timer = setInterval(() => this.renew(), beat);
    this.showUndo();
    this.takeUp();
  }

  disconnectedCallback() {
    this.leave.abort();
    clearInterval(this.timer);
  }

  get isMine() {
    return this.querySelector("#holder")?.hasAttribute("data-mine");
  }

  get token() {
    return this.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
  }

  walk(step) {
    const ids = JSON.parse(sessionStorage.getItem(order) ?? "[]");
    const next = ids[ids.indexOf(this.dataset.case) + step];
    if (next && ids.includes(this.dataset.case)) location.assign(location.pathname.replace(this.dataset.case, next));
  }

  submit() {
    this.querySelector("[data-key=n]")?.click();
  }

  // What the law wants to go with its copies is banned unless somebody objects.
  ban({ target }) {
    const bans = this.querySelector(".ban");
    if (target.id !== "id_reason" || target.value !== bans?.dataset.with) return;
    for (const box of bans.querySelectorAll("input[type=checkbox]")) box.checked = true;
  }

  async renew() {
    if (!document.hidden && this.isMine) await this.claim();
  }

  async claim() {
    const answer = await fetch(this.dataset.claim, {
      method: "POST",
      headers: { "HX-Request": "true", "X-CSRFToken": this.token },
    }).catch(() => null);
    const html = answer?.ok ? await answer.text() : "";
    const holder = this.querySelector("#holder");
    if (!html || !holder || !this.isConnected) return;
    const now = new DOMParser().parseFromString(html, "text/html").getElementById("holder");
    if (!now || now.textContent === holder.textContent) return;
    htmx.swap(holder, html, { swapStyle: "outerHTML" });
  }

  // The page goes: the case is free for others at once.
  release() {
    if (!this.isMine) return;
    sessionStorage.setItem(held, this.dataset.case);
    const body = new URLSearchParams({ csrfmiddlewaretoken: this.token });
    fetch(this.dataset.release, { method: "POST", body, keepalive: true }).catch(() => null);
  }

  // The page was only loaded anew, or came back: the case is taken in hand again.
  takeUp() {
    const again = () => {
      if (sessionStorage.getItem(held) !== this.dataset.case) return;
      sessionStorage.removeItem(held);
      this.claim();
    };
    again();
    addEventListener("pageshow", ({ persisted }) => persisted && again(), { signal: this.leave.signal });
  }

  // The picture as it was covered, to be put back.
  keep({ target }) {
    if (target.id === "picture" && target.querySelector(".cover")) this.covered = target.outerHTML;
  }

  cover(event) {
    const link = event.target.closest("[data-cover]");
    if (!link || !this.covered) return;
    event.preventDefault();
    htmx.swap(this.querySelector("#picture"), this.covered, { swapStyle: "outerHTML" });
  }

  showUndo() {
    const notices = document.getElementById("notices");
    notices.querySelector(".undo")?.remove();
    const undo = this.querySelector(".undo");
    if (undo) notices.append(undo);
  }
}

customElements.define("case-desk", CaseDesk);
