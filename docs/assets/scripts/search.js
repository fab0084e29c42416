/**
 * The search: a dialog that asks the index, ranks what it finds, and says how much that is. Words are compared by
 * words.js, found by MiniSearch; the index is made at build time (scripts/publish/index.py) and read from a script
 * file, because a page opened from disk may read no other kind. All text is put in as text, never as markup.
 */
"use strict";
(() => {
  /** @typedef {{page: number, anchor: string, title: string, path: string, text: string, weight: number}} Section */
  /** @typedef {{home: URL, end: string, pages: string, parts: () => Promise<unknown>, words: string}} Request */
  const MOST = 20;
  /** So many answers of one page at most; a list of rows, such as the figures, may give more. */
  const MOST_OF_A_PAGE = 3;
  const EXCERPT = 170;

  /** @type {any} */
  let words;
  /** @type {Section[]} */
  let sections = [];
  /** @type {[string, string][]} Address and title of each page. */
  let pages = [];
  /** @type {[string, string[]][]} */
  let synonyms = [];
  /** @type {Map<string, number>} */
  const known = new Map();
  /** @type {any} */
  let engine;
  /** @type {Promise<void> | null} */
  let coming = null;

  /** The anchor that a title gets of itself, as scripts/index.py has it. @param {string} title */
  const named = (title) =>
    title.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").replace(/[^\w\s-]/g, "").trim().toLowerCase().replace(/[-\s]+/g, "-");

  /** Reads the index, in pieces, so that typing is never held up. @param {() => Promise<unknown>} parts */
  const read = async (parts) => {
    await parts();
    const { siteWords, siteIndex, MiniSearch } = /** @type {any} */ (window);
    words = siteWords;
    pages = siteIndex.pages;
    synonyms = siteIndex.synonyms;
    const { page, anchor, title, path, text, weight } = siteIndex.sections;
    sections = page.map((/** @type {number} */ number, /** @type {number} */ at) =>
      ({ page: number, anchor: anchor[at] || named(title[at]), title: title[at], path: path[at], text: text[at], weight: weight[at] }));
    const fresh = new MiniSearch({
      fields: ["title", "path", "text"],
      extractField: (/** @type {any} */ section, /** @type {string} */ field) => section[field],
      tokenize: (/** @type {string} */ text) => {
        const terms = words.terms(text);
        for (const term of terms) known.set(term, (known.get(term) ?? 0) + 1);
        return terms;
      },
      processTerm: (/** @type {string} */ term) => term,
    });
    const documents = sections.map((section, id) => ({
      id,
      title: section.title,
      path: `${pages[section.page][1]} ${section.path}`,
      text: section.text,
    }));
    // A timer would wait four milliseconds for each piece; a message does not.
    const { port1, port2 } = new MessageChannel();
    for (let from = 0; from < documents.length; from += 90) {
      fresh.addAll(documents.slice(from, from + 90));
      await new Promise((done) => {
        port1.onmessage = done;
        port2.postMessage(null);
      });
    }
    port1.close();
    engine = fresh;
  };

  /** Reads the index unless that is done or under way; a failure may be tried again. @param {() => Promise<unknown>} parts */
  const prepare = (parts) => {
    coming ??= read(parts).catch((problem) => {
      coming = null;
      throw problem;
    });
    return coming;
  };

  /**
   * The answers to a question, best first.
   * @param {string} question
   * @returns {{section: Section, terms: Set<string>}[]}
   */
  const answers = (question) => {
    const groups = /** @type {Map<string, number>[]} */ (words.ask(question, known, synonyms));
    if (!groups.length) return [];
    const weights = new Map(groups.flatMap((group) => [...group]));
    const last = [...groups[groups.length - 1].keys()][0];
    // A rare word says more of what is meant than one that every page has, such as VM.
    const rare = groups.map((group) => Math.log(1 + sections.length / Math.max(1, ...[...group.keys()].map((term) => known.get(term) ?? 0))));
    const all = rare.reduce((sum, one) => sum + one, 0);
    const results = engine.search([...weights.keys()].join("\n"), {
      tokenize: (/** @type {string} */ text) => text.split("\n"),
      processTerm: (/** @type {string} */ term) => term,
      combineWith: "OR",
      boost: { title: 4, path: 1.5, text: 1 },
      boostTerm: (/** @type {string} */ term) => weights.get(term) ?? 1,
      boostDocument: (/** @type {number} */ id) => sections[id].weight,
      // The last word may still be half typed.
      prefix: (/** @type {string} */ term) => term.length > 2 && (term === last || !known.has(term)),
      weights: { fuzzy: 0, prefix: 0.3 },
    });
    for (const result of results) {
      const asked = new Set(result.queryTerms);
      const inTitle = new Set();
      for (const [term, fields] of Object.entries(result.match)) if (fields.includes("title")) inTitle.add(term);
      const share = (/** @type {Set<string>} */ met) => groups.reduce((sum, group, index) => sum + ([...group.keys()].some((term) => met.has(term)) ? rare[index] : 0), 0) / all;
      const { title, weight } = sections[result.id];
      const titled = share(inTitle) > 0.999;
      result.score *= share(asked) ** 2 * (titled ? 1.6 : 1);
      // A title typed in full is what is meant, be it a source's.
      if (titled && words.terms(title).every((/** @type {string} */ term) => weights.has(term))) result.score *= groups.length > 2 ? 3 / Math.sqrt(weight) : 2;
    }
    results.sort((/** @type {any} */ a, /** @type {any} */ b) => b.score - a.score || a.id - b.id);
    /** @type {Map<number, number>} */
    const taken = new Map();
    const chosen = [];
    for (const result of results) {
      if (chosen.length === MOST || result.score < results[0].score * 0.02) break;
      const section = sections[result.id];
      const count = taken.get(section.page) ?? 0;
      if (count >= MOST_OF_A_PAGE) continue;
      taken.set(section.page, count + 1);
      chosen.push({ section, terms: new Set(Object.keys(result.match)) });
    }
    return chosen;
  };

  /** The part of a text that holds most of the terms. @param {string} text @param {Set<string>} terms */
  const excerpt = (text, terms) => {
    const hits = words.words(text).filter((/** @type {{term: string}} */ word) => terms.has(word.term));
    let start = 0;
    let most = 0;
    for (const { start: from } of hits) {
      const within = hits.filter((/** @type {{start: number}} */ hit) => hit.start >= from && hit.start < from + EXCERPT);
      const count = new Set(within.map((/** @type {{term: string}} */ hit) => hit.term)).size;
      if (count > most) [start, most] = [from, count];
    }
    start = start < 40 ? 0 : text.indexOf(" ", start - 40) + 1;
    const piece = text.slice(start, start + EXCERPT);
    const cut = start + EXCERPT < text.length ? `${piece.slice(0, piece.lastIndexOf(" "))} …` : piece;
    return start ? `… ${cut}` : cut;
  };

  /** @param {Section} section @param {Set<string>} terms @param {Request} request */
  const address = (section, terms, { home, end }) => {
    const [page] = pages[section.page];
    const url = new URL((page || end) || ".", home);
    url.searchParams.set("h", [...terms].join(" "));
    url.hash = section.anchor;
    return url.href;
  };

  /** @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children */
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  const input = /** @type {HTMLInputElement} */ (
    make("input", { type: "search", "aria-label": "Search", placeholder: "Search", autocomplete: "off", autocapitalize: "off", spellcheck: "false" })
  );
  const status = make("p", { class: "search__status", role: "status" });
  const list = make("ol", { "aria-label": "Results" });
  const closer = make("button", { type: "button" }, "Close");
  const form = make("form", { role: "search" }, input, closer);
  const dialog = /** @type {HTMLDialogElement} */ (make("dialog", { class: "search", "aria-label": "Search" }, form, status, list));

  /** @param {Request} request */
  const show = (request) => {
    const question = input.value.trim();
    list.replaceChildren();
    if (!question) {
      status.replaceChildren("Type a word or a question.");
      return;
    }
    const found = answers(question);
    if (!found.length) {
      const at = (/** @type {string} */ page) => new URL(request.end ? `${page}.html` : `${page}/`, request.home).href;
      status.replaceChildren(
        `Nothing here answers “${question}”. Try another word, or look in: `,
        make("a", { href: at("reference/glossary") }, "the glossary"),
        make("a", { href: at("reference/comparison") }, "the comparison"),
        make("a", { href: request.pages }, "all pages"),
      );
      return;
    }
    status.replaceChildren(found.length === 1 ? "1 answer" : `${found.length} answers`);
    list.append(
      ...found.map(({ section, terms }) => {
        const [, page] = pages[section.page];
        const path = [page, section.path].filter((part) => part && part !== section.title).join(" › ");
        return make(
          "li",
          {},
          make(
            "a",
            { href: address(section, terms, request) },
            make("strong", {}, ...words.marked(section.title, terms)),
            make("small", {}, path),
            make("p", {}, ...words.marked(excerpt(section.text, terms), terms)),
          ),
        );
      }),
    );
    list.scrollTop = 0;
  };

  /** Moves the focus along the field and the results. @param {number} step */
  const move = (step) => {
    const stops = [input, ...list.querySelectorAll("a")];
    const at = stops.indexOf(/** @type {any} */ (document.activeElement));
    stops[Math.max(0, Math.min(stops.length - 1, at + step))].focus();
  };

  /** @type {Request | null} */
  let current = null;
  const close = () => dialog.close();
  input.addEventListener("input", () => {
    if (engine && current) show(current);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    list.querySelector("a")?.click();
  });
  closer.addEventListener("click", close);
  dialog.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    move(event.key === "ArrowDown" ? 1 : -1);
  });
  // A click beside the dialog lands on the dialog itself; a result may lie on this very page.
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || (event.target instanceof Element && event.target.closest("a"))) close();
  });
  addEventListener("pageshow", close);
  document.body.append(dialog);

  /** Opens the dialog. @param {Request} request */
  const open = async (request) => {
    current = request;
    if (request.words) input.value = request.words;
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
    if (engine) {
      show(request);
      return;
    }
    status.replaceChildren("Loading the index …");
    try {
      await prepare(request.parts);
      show(request);
    } catch (problem) {
      console.warn(problem);
      status.replaceChildren("The index could not be loaded, so nothing can be searched. ", make("a", { href: request.pages }, "See the list of all pages"));
    }
  };
  /** @type {any} */ (window).siteSearch = { open, prepare, answers, places: () => sections.map(({ page, anchor, title }) => [pages[page][0], anchor, title]) };
})();
