/**
 * Lets the areas of the body map tick the list beside it.
 *
 * The list stays the control, for the keyboard and for screen readers; an area is a larger target for the same checkbox and shows whether it
 * is ticked. An area that is drawn from the front and from behind lights up in both pictures. Without this script the list is used.
 */

function connect(map: HTMLElement): void {
  const boxes = new Map<string, HTMLInputElement>();
  const question = map.closest("fieldset") ?? map.parentElement;
  for (const box of question?.querySelectorAll<HTMLInputElement>('input[type="checkbox"]') ?? []) boxes.set(box.value, box);
  const areas = [...map.querySelectorAll<SVGElement>(".bm-area")].filter((area) => boxes.has(idOf(area)));
  if (areas.length === 0) return;

  const show = (): void => {
    for (const area of areas) area.toggleAttribute("data-chosen", boxes.get(idOf(area))?.checked ?? false);
  };
  const near = (id: string | undefined): void => {
    for (const area of areas) area.toggleAttribute("data-near", idOf(area) === id);
  };

  for (const area of areas) {
    const box = boxes.get(idOf(area));
    // A click on the box itself changes it as a person's click does, with the events that other scripts wait for.
    area.addEventListener("click", () => box?.click());
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = box?.closest("label")?.textContent ?? "";
    area.append(title);
  }
  for (const [id, box] of boxes) {
    const row = box.closest("label") ?? box;
    row.addEventListener("pointerenter", () => near(id));
    row.addEventListener("pointerleave", () => near(undefined));
    box.addEventListener("focus", () => near(box.matches(":focus-visible") ? id : undefined));
    box.addEventListener("blur", () => near(undefined));
  }
  question?.addEventListener("change", show);
  // The browser may bring ticks back after this script has run.
  window.addEventListener("pageshow", show);
  show();
  map.toggleAttribute("data-ready", true);
}

function idOf(area: SVGElement): string {
  return area.dataset["area"] ?? "";
}

for (const map of document.querySelectorAll<HTMLElement>("[data-body-map]")) connect(map);
