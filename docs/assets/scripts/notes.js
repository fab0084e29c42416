/**
 * Shows a footnote, the definition of a term or the conditions of a figure in a chart beside its mark: on hover, on
 * focus and on a tap, until Escape, for as long as the pointer is on either (WCAG 1.4.13). A note that stands in the
 * margin is lit there instead. Without this file the marks lead to the notes.
 */
"use strict";
(() => {
  /** @type {HTMLElement | null} */
  let note = null;
  /** @type {Element | null} */
  let owner = null;
  /** @type {Element | null} */
  let lit = null;
  let timer = 0;
  // Whether the last press was inside the note: then the mark has lost the focus to it, and it stays.
  let inside = false;

  const close = () => {
    clearTimeout(timer);
    note?.remove();
    lit?.classList.remove("lit");
    owner?.removeAttribute("aria-describedby");
    note = owner = lit = null;
  };
  const closeSoon = () => {
    clearTimeout(timer);
    timer = setTimeout(close, 250);
  };

  /** @param {HTMLElement} mark */
  const targetOf = (mark) =>
    document.getElementById(decodeURIComponent(new URL(/** @type {HTMLAnchorElement} */ (mark).href).hash.slice(1)));

  /** @param {HTMLElement} mark @param {HTMLElement} copy leaves, of a note about many figures, what is said of this one */
  const narrow = (mark, copy) => {
    const figure = mark.closest("sup")?.previousElementSibling;
    if (!figure?.matches(".claim")) return;
    const said = ` ${figure.textContent} `;
    const entries = [...copy.querySelectorAll("li")];
    const about = entries.filter((li) => [...li.querySelectorAll("strong")].some((s) => ` ${s.textContent} `.includes(said)));
    if (about.length) entries.filter((li) => !about.includes(li)).forEach((li) => li.remove());
  };

  /** @param {HTMLElement} mark @returns {Node[]} what the note says */
  const content = (mark) => {
    const title = mark.dataset.title;
    if (title) return [document.createTextNode(title)];
    const target = targetOf(mark);
    if (!target) return [];
    const copy = /** @type {HTMLElement} */ (target.cloneNode(true));
    copy.querySelectorAll(".footnote-backref").forEach((link) => link.remove());
    copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    narrow(mark, copy);
    return [...copy.childNodes];
  };

  /** @param {HTMLElement} mark */
  const open = (mark) => {
    clearTimeout(timer);
    if (owner === mark) return;
    close();
    const beside = mark.dataset.title ? null : targetOf(mark)?.closest(".beside li");
    const box = beside?.getBoundingClientRect();
    if (beside && box && box.top >= 0 && box.bottom <= innerHeight && !beside.querySelector("li")) {
      [owner, lit] = [mark, beside];
      lit.classList.add("lit");
      return;
    }
    const said = content(mark);
    if (!said.length) return;
    note = document.createElement("div");
    note.className = "note md-typeset";
    note.id = "note";
    note.setAttribute("role", "tooltip");
    note.append(...said);
    // The definition is all text, so it can be the mark's description; links in a footnote are reached by its mark.
    owner = mark;
    mark.setAttribute("aria-describedby", "note");
    note.addEventListener("pointerenter", () => clearTimeout(timer));
    note.addEventListener("pointerleave", (event) => {
      if (event.pointerType !== "touch") closeSoon();
    });
    document.body.append(note);
    // Below the mark, above it where there is no room, and always within the screen.
    const at = mark.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = note;
    const room = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left, room - width - 8));
    const below = at.bottom + 4 + height <= innerHeight || at.top - 4 - height < 0;
    note.style.left = `${left + scrollX}px`;
    note.style.top = `${(below ? at.bottom + 4 : at.top - 4 - height) + scrollY}px`;
  };

  for (const mark of document.querySelectorAll("a.footnote-ref, a.term[title], a.chart__mark")) {
    if (!(mark instanceof HTMLElement)) continue;
    if (mark.title && mark.matches(".term")) {
      // The browser's own tip would lie upon ours.
      mark.dataset.title = mark.title;
      mark.removeAttribute("title");
    }
    mark.addEventListener("pointerenter", (event) => {
      if (event.pointerType === "touch") return;
      clearTimeout(timer);
      timer = setTimeout(() => open(mark), 150);
    });
    mark.addEventListener("pointerleave", closeSoon);
    mark.addEventListener("focus", () => open(mark));
    mark.addEventListener("blur", () => {
      if (!inside) closeSoon();
    });
    // A tap shows the note and leaves the reader where they are; a second one follows the link.
    let shown = false;
    let touched = false;
    mark.addEventListener("pointerdown", (event) => {
      touched = event.pointerType === "touch";
      shown = owner === mark;
    });
    mark.addEventListener("click", (event) => {
      if (!touched || shown) return;
      event.preventDefault();
      open(mark);
    });
  }
  addEventListener("pointerdown", ({ target }) => {
    inside = target instanceof Node && Boolean(note?.contains(target));
    if (!inside && target instanceof Node && !owner?.contains(target)) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  addEventListener("hashchange", close);
  addEventListener("pageshow", close);
})();
