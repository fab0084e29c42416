/**
 * On the page for addresses that lead nowhere, where the site's own address is not known: takes it from where this file
 * came from, and mends the links, which count from the host's root. Without this file they lead there.
 */
"use strict";
(() => {
  const file = document.currentScript;
  const root = document.documentElement;
  // Another copy of this file may come from further above, from another site perhaps: the nearest is ours.
  if (!(file instanceof HTMLScriptElement) || root.dataset.home) return;
  const home = new URL("../../", file.src);
  root.dataset.home = home.pathname;
  const mend = () => {
    for (const element of document.querySelectorAll("[href^='/'], [src^='/'], [data-home^='/']")) {
      for (const name of ["href", "src", "data-home"]) {
        const value = element.getAttribute(name);
        if (value?.startsWith("/")) element.setAttribute(name, new URL(value.slice(1), home).pathname);
      }
    }
  };
  addEventListener("readystatechange", mend, { capture: true, once: true });
})();
