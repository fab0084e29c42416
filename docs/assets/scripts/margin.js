/**
 * Sets the notes of a page beside the text, each at the height of its first mark or below the note before it, where
 * the style sheet has left them a column. The one that was asked for, by its address or by a mark, stands at that mark.
 * Without this file, and on narrower screens, they are folded below the text.
 */
"use strict";
(() => {
  const fold = document.querySelector(".frame--notes details.sources");
  const article = fold?.closest("article");
  if (!(fold instanceof HTMLDetailsElement) || !article || !("ResizeObserver" in window)) return;
  /** @type {NodeListOf<HTMLElement>} */
  const notes = fold.querySelectorAll(".footnote > ol > li");
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const found = article.querySelectorAll("a.footnote-ref");
  const marks = [...found];
  const wide = matchMedia("screen and (min-width: 76.25em)");

  /** @type {Map<string, HTMLAnchorElement>} A note and the mark that it stands at. */
  const first = new Map();
  /** @type {HTMLAnchorElement | undefined} The mark of the note that was asked for. */
  let asked;
  /** Whether to lead there: the browser led to where the note stood before, and what is laid out late moves it. */
  let leads = false;

  // Runs when all has just been laid out; all is read before anything is written, so that nothing is laid out for it.
  const place = () => {
    if (!wide.matches) return;
    const { top, height: own } = article.getBoundingClientRect();
    const wanted = [...notes].flatMap((note) => {
      const mark = first.get(note.id);
      if (!mark) return [];
      const at = mark.getBoundingClientRect().top - top;
      const block = (mark.closest("tr, p, li, dd") ?? mark).getBoundingClientRect().top;
      return [{ note, mark, at, block, height: note.offsetHeight + 10 }];
    });
    // In the order of the blocks; of one block, in the order of their numbers.
    wanted.sort((a, b) => a.block - b.block);
    const chosen = wanted.find(({ mark }) => mark === asked);
    // The others make room for it.
    const start = chosen?.at ?? 0;
    const end = chosen ? start + chosen.height : 0;
    let free = 0;
    let last = end;
    for (const { note, at, height } of wanted) {
      let y = Math.max(at, free);
      if (note === chosen?.note) y = start;
      else {
        if (y < end && y + height > start) y = end;
        free = y + height;
      }
      note.style.top = `${y}px`;
      last = Math.max(last, free);
    }
    // Not its height, which is watched.
    article.style.marginBottom = `${Math.max(0, last - own)}px`;
    if (!leads) return;
    chosen?.note.scrollIntoView();
    setTimeout(() => {
      leads = false;
    }, 500);
  };
  // What unfolds, and letters that come late, move the marks.
  const watcher = new ResizeObserver(place);

  /** What is folded brings its notes, and its figures in a note, when it is opened. */
  const choose = () => {
    const open = marks.filter((mark) => !mark.closest("details:not([open])"));
    first.clear();
    for (const mark of [...open].reverse()) first.set(mark.hash.slice(1), mark);
    if (asked && open.includes(asked)) first.set(asked.hash.slice(1), asked);
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
  const named = () => marks.find((mark) => mark.hash === location.hash);
  /** @param {HTMLAnchorElement | undefined} mark */
  const ask = (mark) => {
    asked = mark;
    leads = !!mark;
    if (mark) fold.open = true;
    mark?.closest("details")?.setAttribute("open", "");
    choose();
  };
  asked = named();
  leads = !!asked;
  asked?.closest("details")?.setAttribute("open", "");
  fit();
  addEventListener("hashchange", () => {
    if (asked?.hash !== location.hash) ask(named());
  });
  // After notes.js, which keeps a first tap to itself.
  addEventListener("click", (event) => {
    const mark = marks.find((one) => one === event.target);
    if (mark && !event.defaultPrevented) ask(mark);
  });
  wide.addEventListener("change", fit);
  article.addEventListener("toggle", choose, true);
})();
