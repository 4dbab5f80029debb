// The keys of the panel, which come before those of every page: `?` and `c` mean something else here. A control
// names its key by `data-key`; nothing happens while somebody types.
const typing = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const own = "button, summary, input"; // they know themselves what Space means

export const order = "cases"; // under which the tab remembers the list, for walking from case to case

// `deeds` are functions by key, asked first.
export function listen(root, deeds, signal) {
  const pressed = (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && deeds.submit) return run(event, deeds.submit);
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest?.(typing) || document.querySelector("dialog[open], :popover-open")) return;
    if (event.key === " " && event.target.closest?.(own)) return;
    if (event.key === "?") return run(event, () => document.getElementById("panel-keys")?.showPopover());
    if (deeds[event.key]) return run(event, deeds[event.key]);
    const control = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key)}"]`)].at(-1);
    if (control) run(event, () => control.click());
    else if (event.key === "c") event.preventDefault(); // it would lead to the composer
  };
  document.addEventListener("keydown", pressed, { capture: true, signal });
}

// What takes something from a person needs words: the field for them is next.
export function choose(root, key) {
  const choice = root.querySelector(`input[data-key=${key}]`);
  if (!choice) return;
  choice.click();
  const reason = root.querySelector("#id_reason");
  const field = reason && !reason.value ? reason : root.querySelector("#id_facts");
  field?.focus();
}

function run(event, deed) {
  event.preventDefault();
  event.stopPropagation();
  deed();
}
