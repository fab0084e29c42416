/** Marks, in the table of contents, the section being read. Without this file the table is a plain list of links. */
"use strict";
(() => {
  const toc = document.querySelector("details.toc");
  if (!(toc instanceof HTMLDetailsElement)) return;
  // Beside the text it is always open; then it also says so.
  const wide = matchMedia("(min-width: 60em)");
  const fit = () => {
    toc.open = wide.matches;
  };
  fit();
  wide.addEventListener("change", fit);

  if (!("IntersectionObserver" in window)) return;
  /** @type {Map<Element, Element>} A heading and its link. */
  const links = new Map();
  for (const link of toc.querySelectorAll("a")) {
    const heading = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (heading) links.set(heading, link);
  }
  const mark = () => {
    const line = 120;
    let current;
    for (const heading of links.keys()) {
      if (heading.getBoundingClientRect().top > line) break;
      current = heading;
    }
    for (const [heading, link] of links) {
      if (heading === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
  };
  const observer = new IntersectionObserver(mark, { rootMargin: "-110px 0px 0px 0px" });
  for (const heading of links.keys()) observer.observe(heading);
})();
