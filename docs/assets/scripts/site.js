/**
 * Small conveniences. Without this file every page still holds all its content.
 * A classic script, not a module: browsers refuse modules on file://, where the offline edition is read.
 */
"use strict";
(() => {
  /** Lets a keyboard reach regions that scroll sideways, and only those. */
  const markScrollable = () => {
    for (const region of document.querySelectorAll(".table-wrap, .diagram__drawing, .highlight pre > code")) {
      if (region.scrollWidth > region.clientWidth + 1) region.setAttribute("tabindex", "0");
      else region.removeAttribute("tabindex");
    }
  };

  /** A table that is shown as cards stays a table for a screen reader, in browsers that forget it too. */
  const keepTables = () => {
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

  /** The theme makes a landmark of every code block's buttons, without a name to tell one from another. */
  const nameCodeButtons = () => {
    document.querySelectorAll("nav.md-code__nav").forEach((buttons, index) => {
      const name = `Code block ${index + 1}`;
      if (buttons.getAttribute("aria-label") !== name) buttons.setAttribute("aria-label", name);
    });
  };

  /** Opens the tab that the address names. */
  const openNamedTab = () => {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch {
      // Not encoded as an address should be: then it names no tab.
    }
    const target = document.getElementById(name);
    if (target instanceof HTMLInputElement && target.name.startsWith("__tabbed_")) target.checked = true;
  };

  /** Paper has no disclosure triangles: opens what is closed, and closes it again afterwards. */
  const openForPrint = () => {
    for (const details of document.querySelectorAll("details:not([open])")) {
      details.dataset.closed = "";
      details.open = true;
    }
  };
  const closeAfterPrint = () => {
    for (const details of document.querySelectorAll("details[data-closed]")) {
      delete details.dataset.closed;
      details.open = false;
    }
  };

  keepTables();
  nameCodeButtons();
  new MutationObserver(nameCodeButtons).observe(document.querySelector("article") ?? document.body, {
    childList: true,
    subtree: true,
  });
  markScrollable();
  openNamedTab();
  addEventListener("resize", markScrollable, { passive: true });
  addEventListener("hashchange", openNamedTab);
  addEventListener("beforeprint", openForPrint);
  addEventListener("afterprint", closeAfterPrint);
  document.fonts?.ready.then(markScrollable);
})();
