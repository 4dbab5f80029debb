// Sends a deed on pictures, and passes on what the server answers: a notice, and what has changed.
//
// The form of the selection names the address; deeds that need an album or a tag carry it.
import { chosen } from "./chosen.js";

export async function deed(name, { ids = null, ...fields } = {}) {
  const form = document.getElementById("selection");
  if (!form) return;
  const sent = new FormData();
  sent.append("deed", name);
  for (const [field, value] of Object.entries(fields)) sent.append(field, value);
  if (ids) ids.forEach((id) => sent.append("id", id));
  else addSelection(sent, form);
  await post(form.getAttribute("action"), sent, sent.getAll("id"));
}

// Adds what is selected to a form's data: ids, or everything that matches up to a moment.
export function addSelection(data, form) {
  data.delete("id");
  if (chosen.all) {
    data.set("all", "1");
    data.set("matching", document.querySelector("picture-grid")?.dataset.query ?? "");
    data.set("until", form.dataset.until ?? "");
  } else chosen.ids.forEach((id) => data.append("id", id));
}

// A header holds few ids; of many pictures that were named one by one we know them ourselves.
async function post(url, body, ids) {
  const notices = document.getElementById("notices");
  const headers = { "HX-Request": "true", ...JSON.parse(document.body.getAttribute("hx-headers")) };
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, headers });
  } catch {
    return notices.say("The studio cannot be reached. Nothing was changed.");
  }
  const html = await answer.text();
  const isPart = !/<html/i.test(html);
  if (html.trim() && isPart) htmx.swap(notices, html, { swapStyle: "beforeend" });
  else if (!answer.ok) notices.say(`The studio answered with an error (${answer.status}). Nothing was changed.`);
  const header = answer.ok && answer.headers.get("HX-Trigger");
  if (!header?.startsWith("{")) return;
  for (const [type, detail] of Object.entries(JSON.parse(header))) {
    const isCut = detail.ids?.length < detail.count && ids.length >= detail.count;
    const told = isCut ? { ...detail, ids } : detail;
    document.body.dispatchEvent(new CustomEvent(type, { bubbles: true, detail: told }));
  }
}
