(() => {
  "use strict";
  // Moving figures play when they are asked for.
  for (const button of document.querySelectorAll(".play")) {
    const img = button.parentElement.querySelector("img");
    const still = img.getAttribute("src");
    button.hidden = false;
    button.addEventListener("click", () => {
      const plays = button.getAttribute("aria-pressed") === "true";
      button.setAttribute("aria-pressed", String(!plays));
      img.src = plays ? still : img.dataset.moving;
    });
  }
})();
