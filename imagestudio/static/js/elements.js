// Loads each custom element when a page first shows it, so that a page carries only what it uses.
const elements = {
  "account-events": () => import("./account-events.js"),
  "album-order": () => import("./album-order.js"),
  "bulk-desk": () => import("./moderation/bulk-desk.js"),
  "case-desk": () => import("./moderation/case-desk.js"),
  "case-queue": () => import("./moderation/case-queue.js"),
  "copy-button": () => import("./copy-button.js"),
  "density-switch": () => import("./density-switch.js"),
  "drop-zone": () => import("./drop-zone.js"),
  "lineage-graph": () => import("./lineage-graph.js"),
  "filter-panel": () => import("./filter-panel.js"),
  "look-desk": () => import("./moderation/look-desk.js"),
  "modal-dialog": () => import("./modal-dialog.js"),
  "month-scrubber": () => import("./month-scrubber.js"),
  "notice-list": () => import("./notice-list.js"),
  "passkey-form": () => import("./passkey-form.js"),
  "picture-compare": () => import("./picture-compare.js"),
  "picture-grid": () => import("./picture-grid.js"),
  "picture-overlay": () => import("./picture-overlay.js"),
  "picture-viewer": () => import("./picture-viewer.js"),
  "prompt-composer": () => import("./prompt-composer.js"),
  "prompt-field": () => import("./prompt-field.js"),
  "selection-bar": () => import("./selection-bar.js"),
  "source-list": () => import("./source-list.js"),
  "theme-switch": () => import("./theme-switch.js"),
  "tile-clock": () => import("./tile-clock.js"),
  "waiting-line": () => import("./waiting-line.js"),
};

function load() {
  for (const [name, module] of Object.entries(elements)) {
    if (!document.querySelector(name)) continue;
    delete elements[name];
    module().catch(() => (elements[name] = module)); // the server is away: the next part tries again
  }
}

load();
document.addEventListener("htmx:load", load);
