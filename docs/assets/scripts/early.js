/**
 * Applies a stored choice of colours before the page is painted, so that it does not flash. Without a choice, or
 * without storage, the style sheet follows the system. It runs before everything else, so it is short.
 */
"use strict";
try {
  const scheme = localStorage.getItem("docker-vs-vm.scheme");
  if (scheme === "light" || scheme === "dark") document.documentElement.dataset.scheme = scheme;
} catch {
  // Storage may be forbidden or absent.
}
