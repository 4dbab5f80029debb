// Sends one file and returns what the server drew for it: a thumbnail, or words.

export function upload(url, file, progress) {
  const form = new FormData();
  form.append("file", file, file.name || "pasted.png");
  const request = new XMLHttpRequest();
  request.open("POST", url);
  for (const [name, value] of Object.entries(JSON.parse(document.body.getAttribute("hx-headers")))) {
    request.setRequestHeader(name, value);
  }
  request.upload.addEventListener("progress", (event) => progress(event.loaded / event.total));
  return new Promise((done) => {
    const lost = "The upload was interrupted. Try again.";
    request.addEventListener("load", () => done(listItem(request.responseText, lost)));
    request.addEventListener("error", () => done(words(lost)));
    request.send(form);
  });
}

function listItem(html, otherwise) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const item = page.querySelector("body > li");
  return item ? document.importNode(item, true) : words(otherwise);
}

export function words(text) {
  const item = document.createElement("li");
  item.className = "source source-wrong";
  item.tabIndex = 0;
  item.append(Object.assign(document.createElement("p"), { textContent: text }));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "source-remove";
  button.setAttribute("aria-label", "Put this message away");
  button.textContent = "×";
  item.append(button);
  return item;
}

export function busy(name) {
  const item = document.createElement("li");
  item.className = "source source-busy";
  const label = Object.assign(document.createElement("span"), { textContent: name });
  const progress = document.createElement("progress");
  progress.setAttribute("aria-label", `Uploading ${name}`);
  item.append(label, progress);
  return item;
}
