/**
 * Opens the search. Its parts are loaded when a reader first reaches for it: the engine, the index, the module that
 * asks and shows. Without this file, or when a part does not come, the link leads to the list of all pages.
 */
"use strict";
(() => {
  const link = document.querySelector("a.find");
  /** @type {((name: string) => Promise<void>) | undefined} */
  const load = /** @type {any} */ (window).siteLoad;
  if (!(link instanceof HTMLAnchorElement) || !load || !("HTMLDialogElement" in window)) return;
  const home = new URL(`${link.dataset.home}/`.replace(/\/+$/, "/"), location.href);
  const mac = /Mac|iP(hone|ad)/.test(navigator.platform);
  const keys = mac ? "⌘ K" : "Ctrl K";
  link.setAttribute("role", "button");
  link.setAttribute("aria-haspopup", "dialog");
  link.title = `Search (${keys})`;

  const parts = () => Promise.all(["scripts/words.js", "vendor/minisearch.js", "search.js", "scripts/search.js"].map(load));

  /** @param {string} words What to search for at once. */
  const open = async (words = "") => {
    getReady();
    try {
      await load("scripts/words.js");
      await load("scripts/search.js");
    } catch {
      location.assign(link.href);
      return;
    }
    /** @type {any} */ (window).siteSearch.open({ home, end: link.dataset.end ?? "", pages: link.href, parts, words });
  };
  // Reached for, it is likely to be used.
  const getReady = () => void parts().then(() => /** @type {any} */ (window).siteSearch.prepare(parts)).catch(() => {});
  for (const event of ["pointerenter", "focus"]) link.addEventListener(event, getReady, { once: true });
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void open();
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    void open();
  });
  // A single letter would be typed by accident, or spoken (WCAG 2.1.4).
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    void open();
  });

  /** Marks what was searched for, when a result led here. */
  const found = new URLSearchParams(location.search).get("h");
  if (found) {
    void load("scripts/words.js").then(() => {
      const words = /** @type {any} */ (window).siteWords;
      const article = document.querySelector("article");
      if (article) words.mark(article, new Set(found.split(" ").slice(0, 40)));
    }, () => {});
  }
})();
