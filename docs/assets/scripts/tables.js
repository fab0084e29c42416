/** Tables, code and drawings that scroll sideways; and what paper needs. Without this file all can still be read. */
"use strict";
(() => {
  /** Lets a keyboard reach regions that scroll sideways, and only those. */
  const markScrollable = () => {
    const regions = [...document.querySelectorAll(".table-wrap, .diagram__drawing, pre > code")];
    // All is read before anything is written, so that the page is laid out once.
    const wide = regions.map((region) => region.scrollWidth > region.clientWidth + 1);
    regions.forEach((region, index) => {
      if (wide[index]) region.setAttribute("tabindex", "0");
      else region.removeAttribute("tabindex");
    });
  };

  /** A table that is shown as cards stays a table for a screen reader, in browsers that forget it too. */
  const keepTables = () => {
    /** @type {Record<string, string>} */
    const roles = { table: "table", thead: "rowgroup", tbody: "rowgroup", tr: "row", td: "cell" };
    for (const table of document.querySelectorAll("table.data")) {
      for (const part of [table, ...table.querySelectorAll("thead, tbody, tr, td")]) {
        part.setAttribute("role", roles[part.localName]);
      }
      for (const head of table.querySelectorAll("th")) {
        head.setAttribute("role", head.scope === "row" ? "rowheader" : "columnheader");
      }
    }
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

  keepTables();
  // Measured when the page has been laid out anyway; asking for the fonts any earlier would lay it out once more.
  requestAnimationFrame(() => setTimeout(() => {
    markScrollable();
    document.fonts?.ready.then(markScrollable);
  }));
  addEventListener("resize", markScrollable, { passive: true });
  addEventListener("beforeprint", openForPrint);
  addEventListener("afterprint", closeAfterPrint);
  // What is laid out only when it comes near (reference.css) has its width from then on.
  document.addEventListener("contentvisibilityautostatechange", markScrollable);
})();
