// What is ticked in the list of cases: one by one, in ranges with Shift, or all that is shown. It stays ticked when
// the list is brought up to date, unless the case has changed since.
export class Ticks {
  constructor(root, signal) {
    this.root = root;
    this.kept = new Set(); // values of boxes: a case and its version
    this.last = null;
    root.addEventListener("click", (event) => this.clicked(event), { signal });
  }

  get boxes() {
    return [...this.root.querySelectorAll(".case-tick input")];
  }

  clicked({ target, shiftKey }) {
    if (target.matches("[data-all]")) return this.all(target.checked);
    if (!target.matches(".case-tick input")) return;
    const { boxes } = this;
    const [from, to] = [boxes.indexOf(this.last), boxes.indexOf(target)].sort((a, b) => a - b);
    if (shiftKey && from >= 0) for (const one of boxes.slice(from, to)) one.checked = target.checked;
    this.last = target;
    this.note();
  }

  // The box of a row, or of the row with the link that has the focus.
  of(element) {
    return element?.closest(".case-row")?.querySelector(".case-tick input");
  }

  set(element, checked) {
    const box = this.of(element);
    if (!box) return;
    box.checked = checked ?? !box.checked;
    this.last = box;
    this.note();
  }

  all(checked) {
    for (const one of this.boxes) one.checked = checked;
    this.note();
  }

  note() {
    this.kept = new Set(this.boxes.filter((one) => one.checked).map((one) => one.value));
    this.tell();
  }

  // The list is another one now.
  restore() {
    for (const one of this.boxes) one.checked = this.kept.has(one.value);
    this.note();
  }

  tell() {
    const bar = this.root.querySelector("#bulk");
    if (!bar) return;
    const { size } = this.kept;
    const count = bar.querySelector("[data-count]");
    count.dataset.hint ??= count.textContent;
    count.textContent = size ? `${size} ticked` : count.dataset.hint;
    bar.querySelector("[data-together]").disabled = !size;
    const all = bar.querySelector("[data-all]");
    all.checked = size > 0 && size === this.boxes.length;
    all.indeterminate = size > 0 && !all.checked;
  }
}
