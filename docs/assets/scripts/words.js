/**
 * What counts as a word, and which words count as the same: used for the index, for what a reader types, and for
 * marking what was found. So none of them can disagree with another.
 */
"use strict";
(() => {
  /** A word; `c++` and `c#` keep their signs. Everything else, such as `?`, `/`, `--` and commas, only separates. */
  const WORD = /[\p{L}\p{N}]+(?:\+\+|#(?![\p{L}\p{N}]))?/gu;
  /** Words without meaning of their own; a question made of nothing else is searched for as it is. */
  const STOP = new Set(
    ("a an and are as at be been but by can could do does did for from had has have how i if in into is isn it its " +
      "me my of on or should so than that the their them then there these they this those to us vs was we were what " +
      "when where which while who why will with would you your").split(" "),
  );
  /** Spellings that differ between Britain and America, as endings and as single words. */
  const ENDINGS = /** @type {[RegExp, string][]} */ ([
    [/is(e|ed|er|es|ing|ation|ations)$/, "iz$1"],
    [/ys(e|ed|er|es|ing)$/, "yz$1"],
    [/(..)our(|ed|ing|al|able|ful|ite)$/, "$1or$2"],
    [/(..)tre$/, "$1ter"],
    [/ogue$/, "og"],
    [/ll(ed|ing|er)$/, "l$1"],
    [/(lic|def|off|pret)ence$/, "$1ense"],
  ]);
  const SAME = new Map(Object.entries({ artefact: "artifact", programme: "program", grey: "gray", disc: "disk", tyre: "tire" }));

  /** A word as it is compared: lower case, without accents, singular, in one spelling. @param {string} word */
  const folding = (word) => {
    let folded = word.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    if (/^[a-z]{4,}s$/.test(folded) && !/(ss|us|is)$/.test(folded)) {
      folded = folded.replace(/ies$/, "y").replace(/(ss|x|sh|tch|zz)es$/, "$1").replace(/([^s])s$/, "$1");
    } else if (/^(vm|os|cpu|gpu|id|pod|app)s$/.test(folded)) {
      folded = folded === "os" ? folded : folded.slice(0, -1);
    }
    if (folded.length > 4) for (const [ending, instead] of ENDINGS) folded = folded.replace(ending, instead);
    folded = SAME.get(folded) ?? folded;
    // Forms of one verb: isolate, isolated, isolation; starting, started; store, storing.
    if (folded.length > 6) folded = folded.replace(/(at|iz)(ed|ing|ion|or|er|ation)$/, "$1").replace(/([a-z]{3})(ing|ed)$/, "$1");
    return folded.length > 4 ? folded.replace(/e$/, "").replace(/([bdgmnprt])\1$/, "$1") : folded;
  };

  /** @type {Map<string, string>} Most words come many times. */
  const before = new Map();
  /** @param {string} word */
  const fold = (word) => {
    const done = before.get(word);
    if (done !== undefined) return done;
    const folded = folding(word);
    before.set(word, folded);
    return folded;
  };

  /** The words of a text with their places. @param {string} text */
  const words = (text) => {
    const found = [];
    for (const match of text.matchAll(WORD)) {
      found.push({ word: match[0], term: fold(match[0]), start: match.index, end: match.index + match[0].length });
    }
    return found;
  };

  /**
   * The terms of a text, for the index: its words, and what two of them make together where people write them as
   * one: Hyper-V and HyperV, WSL 2 and WSL2, CI/CD and CICD.
   * @param {string} text
   */
  const terms = (text) => {
    const found = words(text);
    /** @type {string[]} */
    const all = [];
    found.forEach(({ word, term, start }, index) => {
      if (!STOP.has(term)) all.push(term);
      const before = found[index - 1];
      if (before) {
        const between = text.slice(before.end, start);
        if (/^[-‑/_.]$/.test(between) || (between === " " && /^v?\d{1,2}$/.test(term))) all.push(fold(before.word + word));
      }
      const parts = /^([a-z]{2,})\d+$/.exec(term);
      if (parts) all.push(parts[1]);
    });
    return all;
  };

  /**
   * How many letters must be added, left out, changed or swapped to make one word of another; more than `most` is not counted.
   * @param {string} a @param {string} b @param {number} most
   */
  const distance = (a, b, most) => {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    /** @type {number[]} */
    let before = [];
    let row = Array.from({ length: b.length + 1 }, (_, index) => index);
    for (let i = 1; i <= a.length; i += 1) {
      const next = [i];
      for (let j = 1; j <= b.length; j += 1) {
        const changed = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
        next[j] = Math.min(changed, row[j] + 1, next[j - 1] + 1);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], before[j - 2] + 1);
      }
      if (Math.min(...next) > most) return most + 1;
      [before, row] = [row, next];
    }
    return row[b.length];
  };

  /** The known words that a mistyped one may stand for: the nearest. @param {string} term @param {Map<string, number>} known */
  const nearest = (term, known) => {
    let least = term.length < 4 ? 0 : term.length < 6 ? 1 : 2;
    /** @type {string[]} */
    let best = [];
    for (const other of known.keys()) {
      const far = distance(term, other, least);
      if (far > least || far === 0) continue;
      if (far < least) best = [];
      least = far;
      best.push(other);
    }
    // Of several, those that the site speaks of most.
    return best.sort((a, b) => (known.get(b) ?? 0) - (known.get(a) ?? 0)).slice(0, 2);
  };

  /**
   * What a reader asks for: groups of terms, any one of which answers a word of the question, each with its weight.
   * @param {string} text
   * @param {Map<string, number>} known The terms of the index, and how often each occurs.
   * @param {[string, string[]][]} synonyms What is typed (one word or several), and what it is called here.
   * @returns {Map<string, number>[]}
   */
  const ask = (text, known, synonyms) => {
    const found = words(text);
    const meant = found.filter(({ term }) => !STOP.has(term));
    const asked = meant.length ? meant : found;
    const groups = asked.map(({ term }) => new Map([[term, 1]]));
    const add = (/** @type {Map<string, number>} */ group, /** @type {string} */ term, /** @type {number} */ weight) =>
      group.set(term, Math.max(weight, group.get(term) ?? 0));
    const line = asked.map(({ term }) => term);
    /** @type {[string[], string[]][]} */
    const phrases = synonyms.map(([typed, meanings]) => [words(typed).map(({ term }) => term), meanings]);
    // What may have been meant by a mistyped word: one of the index, or one that has a synonym there.
    const typable = new Map([...phrases.filter(([phrase]) => phrase.length === 1).map(([[term]]) => /** @type {[string, number]} */ ([term, 1])), ...known]);
    asked.forEach(({ word, term }, index) => {
      const next = asked[index + 1];
      const together = next ? fold(word + next.word) : "";
      if (next && known.has(together)) {
        add(groups[index], together, 1);
        add(groups[index + 1], together, 1);
      }
      const parts = /^([a-z]{2,})\d+$/.exec(term);
      if (parts && known.has(parts[1])) add(groups[index], parts[1], 0.6);
      if (known.has(term) || typable.has(term)) return;
      const near = nearest(term, typable);
      for (const one of near) if (known.has(one)) add(groups[index], one, 0.9);
      line[index] = near[0] ?? term;
    });
    for (const [phrase, meanings] of phrases) {
      for (let at = 0; at + phrase.length <= line.length; at += 1) {
        if (!phrase.every((term, offset) => line[at + offset] === term)) continue;
        for (const meaning of meanings.flatMap(terms)) {
          phrase.forEach((_, offset) => add(groups[at + offset], meaning, 0.8));
        }
      }
    }
    return groups;
  };

  /** The text with whole words marked whose term is wanted. @param {string} text @param {Set<string>} wanted @returns {Node[]} */
  const marked = (text, wanted) => {
    const nodes = [];
    let done = 0;
    for (const { term, start, end } of words(text)) {
      if (!wanted.has(term)) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end);
      nodes.push(document.createTextNode(text.slice(done, start)), mark);
      done = end;
    }
    nodes.push(document.createTextNode(text.slice(done)));
    return nodes;
  };

  /** Marks the words of an element; at most a thousand, because more help nobody. @param {Element} root @param {Set<string>} wanted */
  const mark = (root, wanted) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    /** @type {Text[]} */
    const texts = [];
    while (walker.nextNode()) {
      const text = /** @type {Text} */ (walker.currentNode);
      if (!text.parentElement?.closest("svg, script, style, button, select, .footnote")) texts.push(text);
    }
    let left = 1000;
    for (const text of texts) {
      const nodes = marked(text.data, wanted);
      if (nodes.length === 1) continue;
      left -= (nodes.length - 1) / 2;
      if (left < 0) return;
      text.replaceWith(...nodes);
    }
  };

  /** @type {any} */ (window).siteWords = { fold, words, terms, ask, marked, mark };
})();
