/** Tables, code and drawings that scroll sideways; and what paper needs. Without this file all can still be read. */
"use strict";
(() => {
  /**
   * Lets a keyboard reach regions that scroll sideways, and only those. An observer measures when the page has been laid
   * out anyway: at first, when a region unfolds or comes near (reference.css), when its font comes or the window changes.
   */
  const watch = () => {
    if (!("ResizeObserver" in window)) return;
    const observer = new ResizeObserver((changes) => {
      const regions = changes.map(({ target }) => target);
      // All is read before anything is written.
      const wide = regions.filter((region) => region.scrollWidth > region.clientWidth + 1);
      for (const region of regions) {
        if (wide.includes(region)) region.setAttribute("tabindex", "0");
        else region.removeAttribute("tabindex");
      }
    });
    for (const region of document.querySelectorAll(".table-wrap, .diagram__drawing, pre > code")) observer.observe(region);
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

  watch();
  requestAnimationFrame(() => setTimeout(keepTables));
  narrow.addEventListener("change", keepTables);
  addEventListener("beforeprint", openForPrint);
  addEventListener("afterprint", closeAfterPrint);
})();
