/**
 * Closes the menu where a reader expects it: by Escape, by a click or a focus elsewhere, and when the browser brings
 * the page back. The menu itself is a <details>, which opens and closes without this file.
 */
"use strict";
(() => {
  const drawer = document.querySelector("details.drawer");
  if (!(drawer instanceof HTMLDetailsElement)) return;
  const close = () => {
    drawer.open = false;
  };
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !drawer.open) return;
    const inside = drawer.contains(document.activeElement);
    close();
    if (inside) drawer.querySelector("summary")?.focus();
  });
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !drawer.contains(event.target)) close();
  });
  drawer.addEventListener("focusout", (event) => {
    if (event.relatedTarget instanceof Node && !drawer.contains(event.relatedTarget)) close();
  });
  addEventListener("pageshow", close);
  // A link to a place on the same page loads nothing.
  addEventListener("hashchange", close);
})();
