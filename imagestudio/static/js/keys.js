// Keys that work on every page, and listen before any element does: `c` goes to the composer, `/` and Ctrl-K to the search, `?` shows all keys; links
// and buttons name theirs by `data-key`. Switched off while somebody types, but for Ctrl-K.
const typing = "input:not([type=checkbox]), textarea, select, [contenteditable]";
const search = "#search";

function pressed(event) {
  if (event.key === "k" && (event.ctrlKey || event.metaKey) && !event.altKey) return toSearch(event);
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.target.closest(typing) || document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "c") return toComposer(event);
  if (event.key === "/") return toSearch(event);
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

// The field of the library's search is found by its name; elsewhere it is one page away.
function toSearch(event) {
  const field = document.querySelector("main input[name=q]");
  const link = document.querySelector('.nav a[title="Library"]');
  if (!field && !link) return;
  event.preventDefault();
  if (!field) return location.assign(link.href + search);
  field.focus();
  field.select();
}

document.addEventListener("keydown", pressed);
if (location.hash === search) document.querySelector("main input[name=q]")?.focus();
