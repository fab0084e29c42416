/**
 * Shows a footnote, the definition of a term or the conditions of a figure in a chart beside its mark: on hover, on
 * focus and on a tap, until Escape, for as long as the pointer is on either (WCAG 1.4.13). A note that stands in the
 * margin is lit there instead. Without this file the marks lead to the notes.
 */
"use strict";
(() => {
  const MARK = "a.footnote-ref, a.term, a.chart__mark";
  /** @type {HTMLElement | null} */
  let note = null;
  /** @type {Element | null} */
  let owner = null;
  /** @type {Element | null} */
  let lit = null;
  let timer = 0;
  /** Whether the pointer is on a mark or its note: what the focus opened does not close because the pointer moves elsewhere. */
  let pointed = false;
  // Whether the last press was inside the note: then the mark has lost the focus to it, and it stays.
  let inside = false;
  /** What the last press was upon: by a finger, and whether its note was there already. */
  let touched = false;
  let shown = false;

  const stay = () => clearTimeout(timer);
  const close = () => {
    stay();
    note?.remove();
    lit?.classList.remove("lit");
    owner?.removeAttribute("aria-describedby");
    note = owner = lit = null;
  };
  const closeSoon = () => {
    stay();
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
    stay();
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

  /** The mark that an event happened on. @param {Event} event @returns {HTMLElement | null} */
  const markOf = (event) => {
    const mark = event.target instanceof Element ? event.target.closest(MARK) : null;
    if (!(mark instanceof HTMLElement)) return null;
    if (mark.title && mark.matches(".term")) {
      // The browser's own tip would lie upon ours.
      mark.dataset.title = mark.title;
      mark.removeAttribute("title");
    }
    return mark;
  };
  // One listener for all marks: a page may have hundreds.
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const mark = markOf(event);
    const onNote = event.target instanceof Node && !!note?.contains(event.target);
    if (mark || onNote) stay();
    else if (pointed) closeSoon();
    pointed = !!mark || onNote;
    if (mark) timer = setTimeout(open, 150, mark);
  });
  document.documentElement.addEventListener("pointerleave", () => {
    if (pointed) closeSoon();
    pointed = false;
  });
  document.addEventListener("focusin", (event) => {
    const mark = markOf(event);
    if (mark) open(mark);
  });
  document.addEventListener("focusout", (event) => {
    if (markOf(event) && !inside) closeSoon();
  });
  document.addEventListener("pointerdown", (event) => {
    const { target } = event;
    inside = target instanceof Node && !!note?.contains(target);
    const mark = markOf(event);
    touched = event.pointerType === "touch";
    shown = !!mark && owner === mark;
    if (!inside && !shown) close();
  });
  // A tap shows the note and leaves the reader where they are; a second one follows the link.
  document.addEventListener("click", (event) => {
    const mark = markOf(event);
    if (!mark || !touched || shown) return;
    event.preventDefault();
    open(mark);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  addEventListener("hashchange", close);
  addEventListener("pageshow", close);
})();
