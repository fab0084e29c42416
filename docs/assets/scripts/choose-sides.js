/**
 * Side by side: two sets of answers on one page, what they lead to, and why not to the same. guide.contrast(data, left,
 * right) compares; the rest is the page. The address holds both: ?s=life:pet,trust:trusted~hostile means that the left
 * side trusts the code and the right side does not, and all else is said of both.
 */
"use strict";
/** @type {Guide["contrast"]} */
guide.contrast = (data, left, right) => {
  const results = [left, right].map((given) => decide(data, given));
  const [one, other] = results;
  /** @type {(result: Result, id: string) => SideState} */
  const stateOf = ({ excluded, ranking, recommendation }, id) => ({
    out: excluded[id],
    first: recommendation === id,
    row: ranking.find(({ option }) => option === id) ?? null,
  });
  /** @param {SideState} side */
  const verdict = ({ out, first }) => (out.length ? "out" : first ? "first" : "left");
  const answers = data.questions
    .map(({ id }) => ({ question: id, sides: results.map((result) => result.answers[id]) }))
    .filter(({ sides: [a, b] }) => a !== b);
  return {
    results,
    answers,
    // Each difference alone: what the left side would come to, had it only this answer of the right one.
    alone: answers
      .filter(({ question }) => Object.hasOwn(right, question))
      .map(({ question, sides: [, b] }) => ({
        question,
        answer: b,
        recommendation: decide.winner(data, { ...left, [question]: b }),
      })),
    options: data.options.map(({ id }) => {
      const sides = results.map((result) => stateOf(result, id));
      return { option: id, sides, changed: verdict(sides[0]) !== verdict(sides[1]) };
    }),
    weights: one.weights
      .map(({ criterion, weight }, index) => ({ criterion, sides: [weight, other.weights[index].weight] }))
      .filter(({ sides: [a, b] }) => a !== b),
  };
};

(() => {
  const root = document.getElementById("sides");
  const examples = document.getElementById("workload-data");
  if (!root || !examples) return;
  const { el } = elements;
  const data = guideData;
  /** @type {{ title: string, workloads: { title: string, answers: Answers }[] }[]} */
  const groups = JSON.parse(examples.textContent ?? "");
  const workloads = groups.flatMap(({ workloads: rows }) => rows);
  const words = guide.words(data);
  const notes = guide.notes(words);
  const { nameOf, fullName, saidOf, lowerFirst, list, percent } = words;
  /** @param {string} id */
  const criterionOf = (id) => words.criteria.get(id)?.title ?? id;
  const SIDES = ["A", "B"];
  const BETWEEN = "~";
  const guideLink = document.querySelector(/** @type {"a"} */ ("a[data-guide]"));

  /** @type {Answers[]} What was answered on each side. */
  let given = [{}, {}];
  let all = false;
  let explained = false;
  let asked = false;

  /* --- The address --------------------------------------------------------------------------------------- */
  const pairs = () =>
    data.questions.flatMap(({ id }) => {
      const [a = "", b = ""] = given.map((answers) => answers[id]);
      if (!a && !b) return [];
      return [[id, a === b ? a : `${a}${BETWEEN}${b}`]];
    });
  const read = () => {
    const found = address.read();
    /** @type {(nth: number) => Pair[]} */
    const side = (nth) =>
      found.flatMap(([key, value, pair]) => {
        const parts = value.split(BETWEEN);
        if (parts.length !== 2) return [[key, value, pair]];
        return parts[nth] ? [[key, parts[nth], pair]] : [];
      });
    const sides = [0, 1].map((nth) => decide.read(data, side(nth)));
    given = sides.map(({ answers }) => answers);
    const problems = [...new Set(sides.flatMap((one) => one.problems))];
    problem.hidden = problems.length === 0;
    problem.textContent = problems.length
      ? `This address is not quite right: ${problems.join("; ")}. What was damaged counts as not known.`
      : "";
    address.write(pairs(), { step: false });
    show();
  };
  /** @type {(nth: number, answers: Answers) => void} */
  const change = (nth, answers) => {
    given = given.map((before, index) => (index === nth ? answers : before));
    address.write(pairs());
    problem.hidden = true;
    show();
  };

  /* --- The form ------------------------------------------------------------------------------------------ */
  /** @type {(a: Answers, b: Answers) => boolean} */
  const same = (a, b) =>
    Object.keys(a).length === Object.keys(b).length && Object.entries(a).every(([key, id]) => b[key] === id);
  const starts = SIDES.map((name, nth) => {
    const select = el(
      "select",
      { id: `start-${name}` },
      el("option", { value: "" }, "Answers of your own"),
      groups.map(({ title, workloads: rows }) =>
        el(
          "optgroup",
          { label: title },
          rows.map((row) => el("option", { value: String(workloads.indexOf(row)) }, row.title)),
        ),
      ),
    );
    select.addEventListener("change", () => {
      if (select.value) change(nth, { ...workloads[Number(select.value)].answers });
    });
    return select;
  });
  const heads = SIDES.map((name) => el("th", { scope: "col", id: `side-${name}`, role: "columnheader" }, name));
  const rows = data.questions.map((question) => {
    const selects = SIDES.map((name, nth) => {
      const select = el("select", { "aria-labelledby": `side-${name} ask-${question.id}` });
      select.addEventListener("change", () => {
        const { [question.id]: _, ...others } = given[nth];
        change(nth, select.value ? { ...others, [question.id]: select.value } : others);
      });
      return select;
    });
    const row = el(
      "tr",
      { role: "row" },
      el("th", { scope: "row", id: `ask-${question.id}`, role: "rowheader" }, question.ask),
      selects.map((select, nth) => el("td", { role: "cell", "data-label": SIDES[nth] }, select)),
    );
    return { row, selects };
  });
  const problem = el("p", { class: "guide__problem", role: "alert", hidden: true });
  const status = el("p", { class: "guide__status", role: "status" });
  const box = el("div", {});
  /** @type {(text: string, onclick: () => void) => HTMLElement} */
  const button = (text, onclick) => el("button", { type: "button", class: "md-button", onclick }, text);
  const more = button("", () => {
    all = !all;
    show();
  });
  const body = el("tbody", { role: "rowgroup" }, rows.map(({ row }) => row));
  root.append(
    problem,
    el("h2", { id: "two-sets" }, "Two sets of answers"),
    el(
      "div",
      { class: "guide__fields sides__starts" },
      SIDES.map((name, nth) => el("p", {}, el("label", { for: `start-${name}` }, `Start ${name} from`), starts[nth])),
    ),
    el(
      "div",
      { class: "table-wrap" },
      el(
        "table",
        { class: "data sides__answers", role: "table" },
        el("caption", {}, "The answers of both sides"),
        el(
          "thead",
          { role: "rowgroup" },
          el("tr", { role: "row" }, el("th", { scope: "col", role: "columnheader" }, "Question"), heads),
        ),
        body,
      ),
    ),
    el(
      "p",
      { class: "guide__buttons" },
      more,
      button("Change sides", () => {
        given = [given[1], given[0]];
        address.write(pairs());
        show();
      }),
      button("Make B like A", () => change(1, { ...given[0] })),
      button("Start again", () => {
        all = false;
        given = [{}, {}];
        address.write([]);
        read();
      }),
      button("Print", () => window.print()),
    ),
    el(
      "section",
      { class: "guide__result", "aria-labelledby": "what-changes" },
      el("h2", { id: "what-changes" }, "What changes"),
      status,
      box,
    ),
  );

  /** @type {(question: Question, result: Result, select: HTMLSelectElement, nth: number) => void} */
  const fill = (question, result, select, nth) => {
    const assumed = result.assumed.includes(question.id);
    /** @type {(value: string, text: string) => HTMLElement} */
    const option = (value, text) => el("option", { value }, text);
    const usual = assumed ? `Assumed: ${words.labelOf(question.id, result.answers[question.id])}` : "Not answered";
    select.replaceChildren(
      option("", usual),
      ...question.answers.map(({ id, label }) => option(id, label)),
      option(decide.UNKNOWN, "I don't know"),
    );
    select.value = assumed ? "" : given[nth][question.id];
  };

  /* --- What changes -------------------------------------------------------------------------------------- */
  /** @param {string} text */
  const heading = (text) => el("h3", {}, text);
  /** @param {Result} result */
  const winner = ({ recommendation }) => (recommendation ? fullName(recommendation) : "nothing: the answers contradict each other");
  /** @type {(result: Result, question: string) => string} */
  const statement = ({ answers, assumed }, question) =>
    `${saidOf(question, answers[question])}${assumed.includes(question) ? " (assumed)" : ""}`;

  /** @param {Contrast} found */
  const verdicts = ({ results }) =>
    el(
      "dl",
      { class: "sides__verdicts" },
      results.map((result, nth) => {
        const workload = workloads.find(({ answers }) => same(answers, given[nth]));
        const { recommendation } = result;
        const side = (recommendation && words.options.get(recommendation)?.side) || "outdated";
        const href = `${guideLink?.href ?? ""}${decide.write(data, given[nth]).length ? `?s=${address.text(decide.write(data, given[nth]))}` : ""}`;
        return el(
          "div",
          {},
          el("dt", {}, SIDES[nth], workload ? `: ${workload.title}` : ""),
          el("dd", {}, el("strong", { class: `chip chip--${side}` }, winner(result))),
          el("dd", {}, words.headline(result), " ", guideLink ? el("a", { href }, `Open ${SIDES[nth]} in the guide`) : ""),
        );
      }),
    );

  /** @param {string[]} ids */
  const because = (ids) =>
    ids.map((id) => {
      const { title, reason, sources } = /** @type {Rule} */ (words.rules.get(id));
      return [" ", el("strong", {}, `${title}.`), reason ? ` ${reason}` : "", sources ? notes.links(sources) : ""];
    });
  /**
   * Why an option is out on one side, or what moved it.
   * @type {(row: OptionRow, found: Contrast) => any[]}
   */
  const whyOf = ({ sides: [a, b] }, { results, weights }) => {
    if (b.out.length) return ["Out in B.", because(b.out)];
    if (a.out.length) return ["Possible in B. In A it was out:", because(a.out)];
    const moved = weights
      .map(({ criterion, sides: [from, to] }) => {
        const index = data.criteria.findIndex(({ id }) => id === criterion);
        return { criterion, from, to, by: (b.row?.parts[index] ?? 0) - (a.row?.parts[index] ?? 0) };
      })
      .filter(({ by }) => (b.first ? by > 0 : by < 0))
      .sort((x, y) => Math.abs(y.by) - Math.abs(x.by));
    const rise = moved.slice(0, 3).map(({ criterion, from, to }) => `“${criterionOf(criterion)}” counts ${to} instead of ${from}`);
    const ahead = results[1].recommendation;
    const place = b.first || !ahead ? "First in B" : `Behind ${nameOf(ahead)} in B`;
    return [rise.length ? `${place}: ${list(rise)}.` : `${place}, because others are out or came in.`];
  };
  /** @param {SideState} side */
  const stateWords = ({ out, first, row }) =>
    out.length ? "ruled out" : `${first ? "recommended" : "possible"}, fit ${percent(row?.score ?? 0)}`;

  /** @param {Contrast} found */
  const optionsTable = (found) => {
    const changed = found.options.filter((row) => row.changed);
    if (!changed.length) return el("p", {}, "The verdict on no option changes.");
    const columns = ["Option", ...SIDES, "Why"];
    return el(
      "div",
      { class: "table-wrap" },
      el(
        "table",
        { class: "data sides__why", role: "table" },
        el("thead", { role: "rowgroup" }, el("tr", { role: "row" }, columns.map((text) => el("th", { scope: "col", role: "columnheader" }, text)))),
        el(
          "tbody",
          { role: "rowgroup" },
          changed.map((row) =>
            el(
              "tr",
              { role: "row" },
              el("th", { scope: "row", role: "rowheader" }, nameOf(row.option)),
              [stateWords(row.sides[0]), stateWords(row.sides[1]), whyOf(row, found)].map((content, index) =>
                el("td", { role: "cell", "data-label": columns[index + 1] }, content),
              ),
            ),
          ),
        ),
      ),
    );
  };

  /** @param {Contrast} found */
  const unchanged = ({ options }) => {
    const still = options.filter(({ changed }) => !changed);
    const out = still.filter(({ sides }) => sides[0].out.length).map(({ option }) => nameOf(option));
    const left = still.filter(({ sides }) => !sides[0].out.length).map(({ option }) => nameOf(option));
    return [
      left.length ? el("p", { class: "guide__quiet" }, `Possible on both sides as before: ${list(left)}.`) : "",
      out.length ? el("p", { class: "guide__quiet" }, `Out on both sides: ${list(out)}.`) : "",
    ];
  };

  /** @param {Contrast} found */
  const differences = ({ answers, results }) =>
    el(
      "ul",
      {},
      answers.map(({ question }) =>
        el(
          "li",
          {},
          el("strong", {}, words.questions.get(question)?.ask),
          ` A: ${statement(results[0], question)}. B: ${statement(results[1], question)}.`,
        ),
      ),
    );

  /** @param {Contrast} found */
  const deciding = ({ alone, results: [left, right] }) => {
    const from = left.recommendation;
    /** @param {string | null} id */
    const tell = (id) => (id ? nameOf(id) : "nothing");
    if (from === right.recommendation && alone.every(({ recommendation }) => recommendation === from)) return [];
    const flips = alone.filter(({ recommendation }) => recommendation !== from);
    return [
      heading("Which difference decides"),
      flips.length
        ? el(
            "ul",
            {},
            flips.map(({ question, answer, recommendation }) =>
              el("li", {}, `If in A only this were different, that ${lowerFirst(saidOf(question, answer))}: `, el("strong", {}, tell(recommendation)), "."),
            ),
          )
        : el("p", {}, "None alone: only together do the differences change the answer."),
    ];
  };

  /** @param {Contrast} found */
  const weightList = ({ weights }) =>
    weights.length
      ? [
          heading("What counts differently"),
          el(
            "ul",
            {},
            weights.map(({ criterion, sides: [a, b] }) => el("li", {}, `${criterionOf(criterion)}: weight ${a} in A, ${b} in B.`)),
          ),
        ]
      : [];

  /** @param {Contrast} found */
  const explain = (found) => {
    notes.clear();
    const { answers, results } = found;
    /** @type {any[]} */
    const parts = answers.length
      ? [
          heading("Which answers differ"),
          differences(found),
          deciding(found),
          heading("Which options change, and why"),
          optionsTable(found),
          unchanged(found),
          weightList(found),
        ]
      : [el("p", {}, "Both sides have the same answers. Change one of them, or start a side from a workload.")];
    box.replaceChildren(verdicts(found), ...parts.flat(Infinity).filter(Boolean));
    const numbered = box.querySelector("sup");
    if (numbered) box.append(heading("Sources"), notes.list());
    const [a, b] = results.map(winner);
    status.textContent = a === b ? `Both sides: ${a}.` : `A: ${a}. B: ${b}. The answer changes.`;
  };

  /** The reasons and their sources come when there is a difference; without them, the names of the rules stand alone. */
  const getReasons = async () => {
    if (asked) return;
    asked = true;
    try {
      await siteLoad("choose-reasons.js");
    } catch {
      asked = false;
      return;
    }
    decide.join(data, guideReasons);
    explained = true;
    show();
  };

  const show = () => {
    const found = guide.contrast(data, given[0], given[1]);
    for (const question of data.questions) {
      const { row, selects } = rows[data.questions.indexOf(question)];
      const answered = given.some((answers) => Object.hasOwn(answers, question.id));
      const differs = found.answers.some((difference) => difference.question === question.id);
      row.hidden = !(all || question.short || answered || differs);
      row.classList.toggle("sides__differs", differs);
      found.results.forEach((result, nth) => fill(question, result, selects[nth], nth));
    }
    starts.forEach((select, nth) => {
      const match = workloads.findIndex(({ answers }) => same(answers, given[nth]));
      select.value = match < 0 ? "" : String(match);
    });
    more.textContent = all ? "Show fewer questions" : `Show all ${data.questions.length} questions`;
    more.setAttribute("aria-expanded", String(all));
    if (found.answers.length && !explained) void getReasons();
    explain(found);
  };

  address.listen(read);
  read();
})();
