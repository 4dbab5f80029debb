// Takes notices away after a while, and says so when a part of the page could not be fetched.
const shown = 7000; // milliseconds

class NoticeList extends HTMLElement {
  connectedCallback() {
    this.watcher = new MutationObserver(() => this.adopt());
    this.watcher.observe(this, { childList: true });
    document.addEventListener("htmx:beforeSwap", (event) => this.judge(event));
    document.addEventListener("htmx:sendError", () => this.say("The studio cannot be reached."));
    this.adopt();
  }

  adopt() {
    for (const notice of this.querySelectorAll(".notice:not([data-timed])")) {
      notice.dataset.timed = "";
      setTimeout(() => notice.remove(), Number(notice.dataset.shown ?? shown));
    }
  }

  // An error that names a place for its words is shown there; any other must not replace a tile.
  judge({ detail }) {
    const { status } = detail.xhr;
    if (status < 400 || detail.xhr.getResponseHeader("HX-Retarget")) return;
    detail.shouldSwap = false;
    if (status !== 404) this.say(`The studio answered with an error (${status}).`);
  }

  say(words) {
    const notice = document.createElement("div");
    notice.className = "notice notice-error";
    notice.append(Object.assign(document.createElement("p"), { textContent: words }));
    this.append(notice);
  }
}

customElements.define("notice-list", NoticeList);
