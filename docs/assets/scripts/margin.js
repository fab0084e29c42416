/**
 * Sets the notes of a page beside the text, each at the height of its first mark or below the note before it, where
 * the style sheet has left them a column. Without this file, and on narrower screens, they are folded below the text.
 */
"use strict";
(() => {
  const fold = document.querySelector(".frame--notes details.sources");
  const article = fold?.closest("article");
  if (!(fold instanceof HTMLDetailsElement) || !article) return;
  const notes = /** @type {NodeListOf<HTMLElement>} */ (fold.querySelectorAll(".footnote > ol > li"));
  const marks = [...article.querySelectorAll("a.footnote-ref")];
  const wide = matchMedia("screen and (min-width: 76.25em)");
  const GAP = 10;

  const place = () => {
    if (!wide.matches) return;
    const open = marks.filter((mark) => !mark.closest("details:not([open])"));
    /** @type {Map<string, Element>} A note and its first mark. */
    const first = new Map();
    for (const mark of [...open].reverse()) first.set(mark.getAttribute("href")?.slice(1) ?? "", mark);
    // What is folded brings its notes, and its figures in a note, when it is opened.
    const figures = open.map((mark) => ` ${mark.closest("sup")?.previousElementSibling?.textContent} `);
    for (const entry of fold.querySelectorAll("li li")) {
      const named = [...entry.querySelectorAll("strong")].map((strong) => ` ${strong.textContent} `);
      entry.classList.toggle("away", !figures.some((figure) => named.some((name) => name.includes(figure))));
    }
    for (const note of notes) note.classList.toggle("away", !first.has(note.id));
    // From here all is read before anything is written, so that the page is laid out once.
    const top = article.getBoundingClientRect().top;
    const wanted = [...notes].flatMap((note) => {
      const mark = first.get(note.id);
      if (!mark) return [];
      const at = mark.getBoundingClientRect().top - top;
      const block = (mark.closest("tr, p, li, dd") ?? mark).getBoundingClientRect().top;
      return [{ note, at, block, height: note.offsetHeight }];
    });
    // In the order of the blocks; of one block, in the order of their numbers.
    wanted.sort((a, b) => a.block - b.block);
    let free = 0;
    for (const { note, at, height } of wanted) {
      const y = Math.max(at, free);
      note.style.top = `${y}px`;
      free = y + height + GAP;
    }
    article.style.minHeight = `${free}px`;
  };

  const fit = () => {
    fold.classList.toggle("beside", wide.matches);
    fold.open = wide.matches;
    if (!wide.matches) article.style.minHeight = "";
    place();
  };
  fit();
  wide.addEventListener("change", fit);
  // What unfolds, and letters that come late, move the marks.
  if ("ResizeObserver" in window) new ResizeObserver(place).observe(article);
})();
