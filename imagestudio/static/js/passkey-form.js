// A form that a passkey fills in: the browser asks its person, and the form carries the answer.
//
// What to ask stands in the page (`data-from`, the id of its element), or at an address
// (`data-at`). `data-make` makes a new passkey instead of showing one.
class PasskeyForm extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.words = this.querySelector("[data-words]");
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.ask();
    });
    if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) return;
    for (const button of this.form.querySelectorAll("button")) button.disabled = true;
    this.say("This browser has no passkeys, or is too old for them.");
  }

  async ask() {
    this.say("");
    try {
      const answer = await this.answer(await this.options());
      this.form.elements.credential.value = JSON.stringify(answer.toJSON());
    } catch (error) {
      this.say(
        error.name === "InvalidStateError"
          ? "This device has a passkey for you already."
          : "Nothing was confirmed. Try again, or choose another way.",
      );
      return;
    }
    this.form.submit();
  }

  async options() {
    const { from, at } = this.dataset;
    if (from) return JSON.parse(document.getElementById(from).textContent);
    const answer = await fetch(at, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return answer.json();
  }

  answer({ creation_options: make, request_options: show }) {
    if (!make) {
      const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(show.publicKey);
      return navigator.credentials.get({ publicKey });
    }
    const wanted = { ...make.publicKey };
    // One that the device can find by itself is enough to sign in with, where there is room.
    wanted.authenticatorSelection = {
      ...wanted.authenticatorSelection,
      residentKey: "preferred",
      requireResidentKey: false,
    };
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(wanted);
    return navigator.credentials.create({ publicKey });
  }

  say(words) {
    this.words.textContent = words;
    this.words.hidden = !words;
  }
}

customElements.define("passkey-form", PasskeyForm);
