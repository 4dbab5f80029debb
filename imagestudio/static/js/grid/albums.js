// The albums of the account, asked for when somebody first needs them, and again after they changed.
let known = null;

export function albums() {
  known ??= fetchAlbums().catch(() => {
    known = null;
    return [];
  });
  return known;
}

async function fetchAlbums() {
  const { url } = document.getElementById("selection").dataset;
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(String(answer.status));
  const { items } = await answer.json();
  return items;
}

document.addEventListener("library-changed", () => (known = null));
