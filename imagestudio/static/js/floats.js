// Tells the style sheet how high something is that floats at the window's lower edge, so that notices stand
// above it.
export function tellHeight(element, name) {
  const tell = () => document.documentElement.style.setProperty(name, `${element.offsetHeight}px`);
  const watcher = new ResizeObserver(tell);
  watcher.observe(element);
  return watcher;
}
