/**
 * Says so where a tool should stand and its script did not come. Without scripts at all nothing is said: then the page
 * offers no tools.
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
  // By then every script of the page has run, or has not come.
  if (document.readyState === "complete") say();
  else addEventListener("load", say);
})();
