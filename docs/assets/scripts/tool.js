/**
 * Brings the scripts of a page's tool, which its head names (`tool:` in its front matter), when the text has been
 * painted. Where a tool should stand and its script did not come, it says so. Without scripts at all nothing is said:
 * then the page offers no tools.
 */
"use strict";
(() => {
  const say = () => {
    for (const place of document.querySelectorAll("[data-interactive][id]")) {
      if (place.childNodes.length || place.localName === "button") continue;
      const sentence = document.createElement("p");
      sentence.className = "tool-missing";
      sentence.textContent = "The tool that belongs here could not be loaded; everything else on this page is complete. Reload to try again.";
      place.append(sentence);
    }
  };
  const bring = async () => {
    const named = document.querySelector("meta[name=tool]");
    try {
      for (const name of named?.getAttribute("content")?.split(" ") ?? []) await /** @type {any} */ (window).siteLoad(name);
    } catch {
      // What is missing is said below.
    }
    say();
    // Where the browser does not keep in place what is being read.
    if (named && !CSS.supports("overflow-anchor", "auto")) document.getElementById(location.hash.slice(1))?.scrollIntoView();
  };
  // By then every other script of the page has run, or has not come; and the page has been painted, or will be.
  const begin = () => {
    if (!window.PerformanceObserver?.supportedEntryTypes.includes("paint")) return void bring();
    const watcher = new PerformanceObserver(() => {
      watcher.disconnect();
      void bring();
    });
    watcher.observe({ type: "paint", buffered: true });
  };
  if (document.readyState === "complete") begin();
  else addEventListener("load", begin);
})();
