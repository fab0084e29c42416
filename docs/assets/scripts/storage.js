/**
 * What the theme keeps in the browser's storage: the choice of colours. The theme's own code, moved out of the
 * page for the sake of a strict content security policy. It runs before everything else, so it is no module.
 */
"use strict";
(() => {
  const base = document.currentScript.dataset.base;
  const scope = new URL(base, location.href);
  window.__md_scope = scope;
  window.__md_hash = (text) => [...text].reduce((hash, c) => (hash << 5) - hash + c.charCodeAt(0), 0);
  window.__md_get = (key, storage = localStorage, at = scope) => JSON.parse(storage.getItem(`${at.pathname}.${key}`));
  window.__md_set = (key, value, storage = localStorage, at = scope) => {
    try {
      storage.setItem(`${at.pathname}.${key}`, JSON.stringify(value));
    } catch {
      // Storage may be full or forbidden; the choice then lasts for this page only.
    }
  };
})();
