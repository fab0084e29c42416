/**
 * Sets the notes of a page beside the text, each at the height of its first mark or below the note before it, where
 * the style sheet has left them a column. Without this file, and on narrower screens, they are folded below the text.
 */
"use strict";
(() => {
  const fold = document.querySelector(".frame--notes details.sources");
  const article = fold?.closest("article");
  if (!(fold instanceof HTMLDetailsElement) || !article) return;
  /** @type {NodeListOf<HTMLElement>} */
  const notes = fold.querySelectorAll(".footnote > ol > li");
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const marks = article.querySelectorAll("a.footnote-ref");
  const wide = matchMedia("screen and (min-width: 76.25em)");

  /** @type {Map<string, HTMLAnchorElement>} A note and its first mark. */
  const first = new Map();
  /** A mark of the note that the address names: the browser led to where that stood below the text. */
  let asked = [...marks].find((mark) => mark.hash === location.hash);

  // Runs when all has just been laid out; all is read before anything is written, so that nothing is laid out for it.
  const place = () => {
    if (!wide.matches) return;
    const { top, height: own } = article.getBoundingClientRect();
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
      free = y + height + 10;
    }
    // Not its height, which is watched.
    article.style.marginBottom = `${Math.max(0, free - own)}px`;
    if (asked) document.getElementById(asked.hash.slice(1))?.scrollIntoView();
    asked = undefined;
  };
  // What unfolds, and letters that come late, move the marks.
  const watcher = new ResizeObserver(place);

  /** What is folded brings its notes, and its figures in a note, when it is opened. */
  const choose = () => {
    const open = [...marks].filter((mark) => !mark.closest("details:not([open])"));
    first.clear();
    for (const mark of [...open].reverse()) first.set(mark.hash.slice(1), mark);
    const figures = open.map((mark) => ` ${mark.closest("sup")?.previousElementSibling?.textContent} `);
    for (const entry of fold.querySelectorAll("li li")) {
      const named = [...entry.querySelectorAll("strong")].map((strong) => ` ${strong.textContent} `);
      entry.classList.toggle("away", !figures.some((figure) => named.some((name) => name.includes(figure))));
    }
    for (const note of notes) note.classList.toggle("away", !first.has(note.id));
    // What is observed anew is told of after the next layout.
    watcher.disconnect();
    watcher.observe(article);
  };

  const fit = () => {
    fold.classList.toggle("beside", wide.matches);
    fold.open = wide.matches || !!asked;
    article.style.marginBottom = "";
    choose();
  };
  asked?.closest("details")?.setAttribute("open", "");
  fit();
  wide.addEventListener("change", fit);
  article.addEventListener("toggle", choose, true);
})();
