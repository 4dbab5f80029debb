// Puts the items of a list into another order by dragging them.

export function orderByDragging(list, done) {
  let dragged = null;

  list.addEventListener("dragstart", (event) => {
    dragged = event.target.closest("[data-image]");
    if (!dragged) return;
    dragged.dataset.dragged = "";
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });

  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("[data-image]");
    if (!dragged || !over || over === dragged) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.clientX < box.left + box.width / 2) over.before(dragged);
    else over.after(dragged);
  });

  list.addEventListener("drop", (event) => dragged && event.preventDefault());

  list.addEventListener("dragend", () => {
    if (!dragged) return;
    const item = dragged;
    delete item.dataset.dragged;
    dragged = null;
    done(item);
  });
}
