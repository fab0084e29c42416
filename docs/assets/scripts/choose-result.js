/**
 * What stands below the heading of the result: its reasons, or the ways out of a conflict. guide.result(data, words, link, box) fills the box by
 * show(now, given, along). link(given) is the address of the guide with those answers; links to it carry data-state, so
 * that choose.js follows them without loading the page again. Loaded with the reasons, when there is something to explain.
 */
"use strict";
/**
 * What explains an answer: what came by itself, and from the page's list of rules why each is there, with its sources.
 * @type {Guide["why"]}
 */
guide.why = (late) => {
  /** @type {Record<string, string>} */
  const titles = {};
  /** @type {Why["reasons"]} */
  const reasons = {};
  for (const row of document.querySelectorAll('[id^="rule-"]')) {
    /** @type {NodeListOf<HTMLAnchorElement>} The sources; a rule leads to more than those. */
    const found = row.querySelectorAll("small a");
    const links = [...found];
    for (const { hash, textContent } of links) titles[hash.slice(1)] = textContent ?? "";
    const reason = row.querySelector("[data-reason]")?.textContent ?? "";
    reasons[row.id.replace("rule-", "")] = [reason, links.map(({ hash }) => hash.slice(1))];
  }
  const sources = Object.fromEntries(
    Object.entries(late.sources).map(([id, text]) => {
      const [url, ...title] = text.split(" ");
      return /** @type {[string, [string, string]]} */ ([id, [title.join(" ") || titles[id], url]]);
    }),
  );
  return { ...late, reasons, sources };
};

guide.result = (data, words, link, box) => {
  const { el } = elements;
  const { fullName, nameOf, saidOf, lowerFirst, list, pointsOf, rules, questions } = words;
  /** @param {string} text */
  const heading = (text) => el("h3", {}, text);
  /**
   * The links of the page to what there is to read about an option.
   * @type {(id: string) => HTMLAnchorElement[]}
   */
  const readingOf = (id) => [...document.querySelectorAll(/** @type {"a"} */ (`a[data-read="${id}"]`))];

  /** @param {string} id */
  const askOf = (id) => questions.get(id)?.ask ?? id;
  const notes = guide.notes(words);
  const sourceLinks = notes.links;
  const sourceList = notes.list;

  /** @type {Answers} */
  let given = {};
  /** @type {(change: Answers, text: string) => HTMLElement} */
  const stateLink = (change, text) => el("a", { href: link({ ...given, ...change }), "data-state": true }, text);

  /** These answers on both sides of the page that compares. */
  const sideBySide = () => {
    const page = document.querySelector(/** @type {"a"} */ ("a[data-sides]"))?.href ?? "";
    const pairs = decide.write(data, given);
    return pairs.length ? `${page}?s=${address.text(pairs)}` : page;
  };

  /* --- What was answered, and what was not ---------------------------------------------------------------- */
  /** @param {Result} now */
  const said = (now) => {
    const ids = data.questions.map(({ id }) => id).filter((id) => !now.assumed.includes(id));
    return ids.length ? `You said: ${ids.map((id) => `${saidOf(id, now.answers[id])}.`).join(" ")}` : "";
  };

  /**
   * "If your hosts are Macs, the answer is …" for each other answer of some questions that would change it.
   * @type {(now: Result, ids: string[]) => HTMLElement[]}
   */
  const ifItems = (now, ids) =>
    now.tipping
      .filter(({ question }) => ids.includes(question))
      .map(({ question, answer, recommendation }) =>
        el(
          "li",
          {},
          stateLink({ [question]: answer }, `If ${lowerFirst(saidOf(question, answer))}`),
          recommendation
            ? [", the answer is ", el("strong", {}, nameOf(recommendation)), "."]
            : ", it contradicts the rest, and nothing is left.",
        ),
      );

  /**
   * The same for many questions, put together by what they lead to.
   * @type {(now: Result, ids: string[]) => HTMLElement[]}
   */
  const outcomes = (now, ids) =>
    words
      .byOutcome(now.tipping.filter(({ question, recommendation }) => ids.includes(question)))
      .map(([id, ways]) =>
        el(
          "li",
          {},
          ways.flatMap(({ question, answer }, index) => [
            index ? ", or if " : "If ",
            stateLink({ [question]: answer }, lowerFirst(saidOf(question, answer))),
          ]),
          id ? [", the answer is ", el("strong", {}, nameOf(id)), "."] : ", the answers contradict each other.",
        ),
      );

  /** @param {Result} now */
  const openQuestions = (now) => {
    const [matter, idle] = words.mattering(now, now.unknown);
    if (!now.unknown.length) return [];
    return [
      heading("Find out first"),
      matter.length
        ? el(
            "ul",
            {},
            matter.map((id) => el("li", {}, askOf(id), el("ul", {}, ifItems(now, [id])))),
          )
        : "",
      idle.length
        ? el(
            "p",
            {},
            `Finding out alone would not change the answer: ${list(idle.map((id) => `“${askOf(id)}”`))}.`,
          )
        : "",
    ];
  };

  /** @param {Result} now */
  const assumptions = (now) => {
    const [matter, idle] = words.mattering(now, now.assumed);
    if (!now.assumed.length) return [];
    return [
      heading("Assumed, please check"),
      matter.length
        ? [
            el("p", {}, `You have not said so: ${matter.map((id) => `${saidOf(id, now.answers[id])}.`).join(" ")}`),
            el("ul", { class: "guide__assumptions" }, outcomes(now, matter)),
          ]
        : "",
      idle.length
        ? el(
            "p",
            { class: "guide__quiet" },
            `Also assumed; none of these alone would change the result: ${idle.map((id) => `${saidOf(id, now.answers[id])}.`).join(" ")}`,
          )
        : "",
    ];
  };

  /* --- Rules --------------------------------------------------------------------------------------------- */
  /**
   * Names of options, without those that the usual answers rule out already: they are no news.
   * @type {(now: Result, ids: string[]) => string[]}
   */
  const news = (now, ids) => {
    const told = words.telling(now);
    /** @param {string} id */
    const stale = (id) => now.fired.some((fired) => !told.includes(fired) && fired.removes.includes(id));
    const fresh = ids.filter((id) => !stale(id));
    return (fresh.length ? fresh : ids).map(nameOf);
  };

  /** @type {(now: Result) => (fired: Fired) => HTMLElement} */
  const ruleItem =
    (now) =>
    ({ rule, removes, because }) => {
      const { title, reason, sources, keeps } = /** @type {Rule} */ (rules.get(rule));
      const answered = list(because.map((key) => lowerFirst(saidOf(key, now.answers[key]))));
      const effect = keeps ? `leaves only ${list(news(now, keeps))}` : `rules out ${list(news(now, removes))}`;
      return el(
        "li",
        {},
        el("strong", {}, `${title}.`),
        ` Because ${answered}, this rule ${effect}. ${reason}`,
        sourceLinks(sources),
      );
    };

  /** @param {Result} now */
  const otherRules = (now) => {
    const others = now.fired.filter((fired) => !words.telling(now).includes(fired));
    return el(
      "details",
      {},
      el("summary", {}, `${others.length} more rules applied, as they do to most workloads`),
      el("ul", {}, others.map(ruleItem(now))),
    );
  };

  /* --- A conflict ---------------------------------------------------------------------------------------- */
  /** @type {(now: Result, conflict: Conflict) => any[]} */
  const conflictParts = (now, { between, relax }) => {
    const involved = now.fired.filter(({ because }) => because.some((key) => between.includes(key)));
    /** @param {string} key */
    const isGiven = (key) => !now.assumed.includes(key);
    /** @param {string[]} keys */
    const items = (keys) => keys.map((key) => el("li", {}, `${saidOf(key, now.answers[key])}.`));
    const usual = between.filter((key) => !isGiven(key));
    /** @param {Way} way */
    const change = ({ change: to }) => list(Object.entries(to).map(([key, id]) => lowerFirst(saidOf(key, id))));
    return [
      el("ul", { class: "guide__between" }, items(between.filter(isGiven))),
      usual.length
        ? [el("p", {}, "You have not said so, but it was assumed, and it takes part:"), el("ul", {}, items(usual))]
        : "",
      el("p", {}, "Together they rule out every option, so any recommendation would be a guess."),
      heading("What to relax"),
      el("p", {}, "Check whether one of these is true instead. Each opens the guide with that answer."),
      el(
        "ul",
        {},
        words
          .byOutcome(relax)
          .map(([id, ways]) =>
            el(
              "li",
              {},
              el("strong", {}, id ? nameOf(id) : "Nothing"),
              ", ",
              ways.flatMap((way, index) => [index ? "; or " : "", stateLink(way.change, `if ${change(way)}`)]),
              ".",
            ),
          ),
      ),
      heading("The rules that collide"),
      el("ul", {}, involved.map(ruleItem(now))),
      heading("Sources"),
      sourceList(),
    ];
  };

  /* --- A recommendation ---------------------------------------------------------------------------------- */
  /** @param {Result} now */
  const contest = (now) => {
    if (!now.runnerUp) {
      const unasked = words.needReason(now);
      return el(
        "p",
        {},
        "There is no runner-up: everything else is ruled out",
        unasked.length ? `, and ${list(unasked.map(nameOf))} would need a reason that you did not name.` : ".",
      );
    }
    return [
      el(
        "p",
        {},
        el("strong", {}, `Runner-up: ${fullName(now.runnerUp)}.`),
        ` Of 100 points for a perfect fit, ${pointsOf(now.ranking[0], " has")} and ${pointsOf(now.ranking[1])}. `,
        words.comparison(now),
      ),
      now.status === "close" || now.status === "tie"
        ? el(
            "p",
            {},
            "The gap is too small to mean much. Take the one that your team knows, or the one whose counter-argument troubles you less.",
          )
        : "",
      el("p", {}, "What weighs most in this choice:"),
      el(
        "ul",
        {},
        words.weightWords(now).map((line) => el("li", {}, line)),
      ),
    ];
  };

  /**
   * Answers that you gave and that would change the result; answers that would leave nothing are no other answer.
   * @param {Result} now
   */
  const tippingItems = (now) => {
    const variants = now.tipping.filter(
      ({ question, recommendation }) =>
        recommendation && !now.assumed.includes(question) && !now.unknown.includes(question),
    );
    return words.byOutcome(variants).map(([id, changes]) =>
      el(
        "li",
        {},
        el("strong", {}, id ? nameOf(id) : "Nothing"),
        ", if ",
        changes.flatMap(({ question, answer }, index) => [
          index ? "; or if " : "",
          stateLink({ [question]: answer }, lowerFirst(saidOf(question, answer))),
        ]),
        ".",
      ),
    );
  };

  /** @type {(now: Result, option: string, along: Along) => any[]} */
  const recommendationParts = (now, option, along) => {
    const limits = words.telling(now);
    const { tier, counter } = now;
    const tipping = tippingItems(now);
    return [
      along.heading,
      el("p", { class: "guide__answers" }, said(now)),
      openQuestions(now),
      assumptions(now),
      heading("Why"),
      limits.length
        ? el("ul", { class: "guide__rules" }, limits.map(ruleItem(now)))
        : el("p", {}, "None of your answers sets off a hard rule, so what fits best wins."),
      contest(now),
      heading("What speaks against it"),
      counter ? el("p", {}, counter.text, sourceLinks(counter.sources)) : "",
      now.advice.flatMap(({ subject, verdict, text, sources }) => [
        heading(data.subjects.find(({ id }) => id === subject)?.title ?? ""),
        el("p", {}, el("strong", {}, `${verdict}.`), ` ${text}`, sourceLinks(sources)),
      ]),
      tier ? heading(`Hardening checklist, tier ${tier.level}: ${lowerFirst(tier.title)}`) : "",
      now.unknown.includes("trust")
        ? el("p", {}, "Who wrote the code is not known, so this is the list for strangers' code.")
        : "",
      el(
        "ul",
        { class: "guide__checks" },
        tier?.checks.map((check) => el("li", {}, `${check.text}.`, sourceLinks(check.sources))),
      ),
      tipping.length ? [heading("What would change the answer"), el("ul", {}, tipping)] : [],
      el("p", { class: "guide__screen" }, el("a", { href: sideBySide() }, "Change an answer and see both side by side"), "."),
      el(
        "div",
        { class: "guide__screen" },
        heading("Read next"),
        el(
          "ul",
          {},
          readingOf(option).map(({ href, textContent }) => el("li", {}, el("a", { href }, textContent))),
        ),
        otherRules(now),
        along.box,
      ),
      heading("Sources"),
      sourceList(),
    ];
  };

  /** @type {(now: Result, given: Answers, along: Along) => void} */
  const show = (now, answersGiven, along) => {
    given = answersGiven;
    notes.clear();
    const parts = now.conflict ? conflictParts(now, now.conflict) : recommendationParts(now, now.recommendation ?? "", along);
    box.replaceChildren(...parts.flat(Infinity).filter(Boolean));
  };
  return { show };
};
