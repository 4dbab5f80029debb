// Keys that work on every page: `c` goes to the composer, `?` shows all keys; links and buttons name theirs by
// `data-key`. Switched off while somebody types.
const typing = "input, textarea, select, [contenteditable]";

function pressed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest(typing) || document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "c") return toComposer(event);
  if (event.key === "?") return document.getElementById("keys")?.showPopover();
  const near = event.target.closest(".tile") ?? document.querySelector(".picture-page");
  const target = near?.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  target.click();
}

function toComposer(event) {
  const field = document.getElementById("id_prompt");
  const link = document.querySelector('.nav a[title="Create"]');
  event.preventDefault();
  if (field) field.focus();
  else link?.click();
}

document.addEventListener("keydown", pressed);
