/**
 * Applies the chosen colours before the page is painted, so that it does not flash. The theme's own code, moved out
 * of the page for the sake of a strict content security policy.
 */
"use strict";
(() => {
  const palette = window.__md_get("__palette");
  if (!palette?.color) return;
  const { color } = palette;
  if (color.media === "(prefers-color-scheme)") {
    const scheme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
    const input = document.querySelector(`[data-md-color-media='(prefers-color-scheme: ${scheme})']`);
    for (const key of ["media", "scheme", "primary", "accent"]) color[key] = input.getAttribute(`data-md-color-${key}`);
  }
  for (const [key, value] of Object.entries(color)) document.body.setAttribute(`data-md-color-${key}`, value);
})();
