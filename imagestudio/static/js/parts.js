// Fetches parts of a page that the server drew, and puts them in place of what they replace.
const pause = 2000; // milliseconds until a fetch that did not reach the server is tried again
const atWork = new Map(); // id of a part → its update under way

export async function fetchPart(url, signal) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, signal });
  return answer.ok ? answer.text() : null;
}

// Brings one part up to date. If something happens to it meanwhile, it is fetched once more.
export function swapIn(id) {
  const update = atWork.get(id) ?? { again: false };
  if (atWork.has(id)) update.again = true;
  else {
    atWork.set(id, update);
    update.done = bringUpToDate(id, update).finally(() => atWork.delete(id));
  }
  return update.done;
}

async function bringUpToDate(id, update) {
  do {
    update.again = false;
    try {
      await fetchAndSwap(id);
    } catch {
      await new Promise((resume) => setTimeout(resume, pause));
      update.again = true;
    }
  } while (update.again);
}

async function fetchAndSwap(id) {
  const url = document.getElementById(id)?.dataset.url;
  const html = url ? await fetchPart(url) : null;
  const part = document.getElementById(id);
  if (part && html !== null) htmx.swap(part, html, { swapStyle: "outerHTML" });
}
