(() => {
  "use strict";
  const form = document.getElementById("filters");
  const list = document.getElementById("found");
  const count = document.getElementById("count");
  const nothing = document.getElementById("nothing");
  const items = [...list.children].map((li) => ({ li, words: li.textContent.toLowerCase(), name: li.querySelector("h2").textContent, load: li.dataset.load === "" ? Infinity : Number(li.dataset.load) }));
  const has = (li, key, value) => value === "" || (li.dataset[key] || "").split(" ").includes(value);
  const address = () => new URLSearchParams(location.search);

  function show() {
    const asked = new FormData(form);
    const get = (name) => String(asked.get(name) || "");
    const words = get("words").toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { li, words: own, load } of items) {
      const fits = words.every((word) => own.includes(word)) && ["aim", "target", "place", "stage", "irritability"].every((key) => has(li, key, get(key))) && (get("load") === "" || load <= Number(get("load")));
      li.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    const by = { id: (a, b) => a.li.id.localeCompare(b.li.id), load: (a, b) => a.load - b.load || a.li.id.localeCompare(b.li.id), name: (a, b) => a.name.localeCompare(b.name, document.documentElement.lang) }[get("order")];
    list.append(...[...items].sort(by).map((item) => item.li));
    count.textContent = list.dataset.count.replace("#", String(shown));
    nothing.hidden = shown > 0;
    const others = [...address()].filter(([name]) => !form.elements[name]);
    const kept = [...others, ...[...asked].filter(([name, value]) => value !== "" && !(name === "order" && value === "id"))];
    history.replaceState(null, "", (kept.length ? "?" + new URLSearchParams(kept) : location.pathname) + location.hash);
  }

  for (const [name, value] of address()) if (form.elements[name]) form.elements[name].value = value;
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(show));
  form.hidden = false;
  if ([...address()].some(([name]) => form.elements[name])) show();
})();
