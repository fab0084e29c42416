/** Tables, code and drawings that scroll sideways; and what paper needs. Without this file all can still be read. */
"use strict";
(() => {
  /** Lets a keyboard reach regions that scroll sideways, and only those. */
  const mark = () => {
    const regions = [...document.querySelectorAll(".table-wrap, .diagram__drawing, pre > code")];
    // What is folded or far is not laid out for it, and all is read before anything is written.
    const seen = regions.filter((region) => region.checkVisibility?.({ contentVisibilityAuto: true }) !== false);
    const wide = seen.filter((region) => region.scrollWidth > region.clientWidth + 1);
    for (const region of seen) {
      if (wide.includes(region)) region.setAttribute("tabindex", "0");
      else region.removeAttribute("tabindex");
    }
  };

  /** A table that is shown as cards stays a table for a screen reader, in browsers that forget it too. @param {HTMLTableElement} table */
  const keep = (table) => {
    /** @type {Record<string, string>} */
    const roles = { thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
    table.setAttribute("role", "table");
    for (const part of table.querySelectorAll("thead, tbody, tr, td")) part.setAttribute("role", roles[part.localName]);
    for (const head of table.querySelectorAll("th")) {
      head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
    }
  };
  /** As cards they are shown on narrow screens only (site.css). */
  const narrow = matchMedia("(max-width: 37.5em)");
  const keepTables = () => {
    if (!narrow.matches) return;
    narrow.removeEventListener("change", keepTables);
    // Each by itself, so that a reader's touch never waits for all.
    for (const table of document.querySelectorAll("table.data")) setTimeout(keep, 0, table);
  };

  /** Paper has no disclosure triangles: opens what is closed, and closes it again afterwards. */
  const openForPrint = () => {
    for (const details of document.querySelectorAll("article details:not([open])")) {
      details.setAttribute("data-closed", "");
      details.setAttribute("open", "");
    }
  };
  const closeAfterPrint = () => {
    for (const details of document.querySelectorAll("details[data-closed]")) {
      details.removeAttribute("data-closed");
      details.removeAttribute("open");
    }
  };

  // Measured when the page has been laid out anyway; asking for the fonts any earlier would lay it out once more.
  requestAnimationFrame(() => setTimeout(() => {
    mark();
    keepTables();
    document.fonts?.ready.then(mark);
    // What unfolds, or is laid out only when it comes near (reference.css), has its width from then on.
    for (const type of ["toggle", "contentvisibilityautostatechange"]) document.addEventListener(type, mark, true);
  }));
  addEventListener("resize", mark, { passive: true });
  narrow.addEventListener("change", keepTables);
  addEventListener("beforeprint", openForPrint);
  addEventListener("afterprint", closeAfterPrint);
})();
