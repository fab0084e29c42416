/**
 * Taking the result along: guide.record(data, words, address, renamed) writes the decision record (MADR 4), and makes
 * the fields and buttons for it. What was answered stands apart from what was assumed.
 */
"use strict";
guide.record = (data, words, permalink, renamed) => {
  const { el } = elements;
  const { fullName, nameOf, labelOf, saidOf, lowerFirst, percent, pointsOf, sourceOf, questions } = words;
  /** @param {string} id */
  const ruleOf = (id) => /** @type {Rule} */ (words.rules.get(id));
  /** @param {string} id */
  const criterionOf = (id) => /** @type {Criterion} */ (words.criteria.get(id));

  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
      .map((part) => String(part).padStart(2, "0"))
      .join("-");
  };
  const typedDate = () => (/^\d{4}-\d{2}-\d{2}$/.test(date.value) ? date.value : "");

  /** @param {Result} now */
  const whyChosen = (now) => {
    const [first, second] = now.ranking;
    const unasked = words.needReason(now).map(nameOf);
    const but = unasked.length ? `, except ${words.list(unasked)}, which no answer asks for` : "";
    return now.runnerUp
      ? `it fits best of the ${now.ranking.length} options that are left (of 100 points, ${pointsOf(first, " has")} and ${pointsOf(second)})`
      : `hard rules exclude every other option${but}`;
  };

  /** @type {(now: Result, ids: string[]) => string[]} */
  const answered = (now, ids) => ids.map((id) => `* ${questions.get(id)?.ask} ${labelOf(id, now.answers[id])}`);
  /** @type {(title: string, lines: string[]) => string[]} */
  const section = (title, lines) => (lines.length ? [title, "", ...lines, ""] : []);

  /**
   * What else could come out: one line for each other answer to some questions.
   * @type {(now: Result, ids: string[]) => string[]}
   */
  const otherwise = (now, ids) =>
    now.tipping
      .filter(({ question }) => ids.includes(question))
      .map(
        ({ question, answer, recommendation }) =>
          `  * If ${lowerFirst(saidOf(question, answer))}: ${recommendation ? nameOf(recommendation) : "nothing is left"}`,
      );
  /** @type {(now: Result, ids: string[]) => string[]} */
  const checked = (now, ids) => ids.flatMap((id) => [...answered(now, [id]), ...otherwise(now, [id])]);

  /** @type {(now: Result, chosen: string, given: Answers) => string} */
  const write = (now, chosen, given) => {
    /** @type {Set<string>} */
    const used = new Set();
    /** @param {string[]} [ids] */
    const cite = (ids = []) => {
      ids.forEach((id) => used.add(id));
      return ids.length ? ` (${ids.map((id) => sourceOf(id)[0]).join("; ")})` : "";
    };
    const limits = words.telling(now).map(({ rule }) => ruleOf(rule));
    /** @type {Set<string>} Rules whose reason has been told: once is enough for a record that people read. */
    const told = new Set();
    /** @param {Rule} rule */
    const because = (rule) => {
      const reason = told.has(rule.id) ? "" : ` ${rule.reason}${cite(rule.sources)}`;
      told.add(rule.id);
      return `${rule.title}.${reason}`;
    };
    /** @param {string} id */
    const removedBy = (id) => now.excluded[id].map(ruleOf);
    /** @param {string} id */
    const score = (id) => now.ranking.find(({ option }) => option === id)?.score ?? 0;
    const ids = data.questions.map(({ id }) => id);
    const second = now.runnerUp ? nameOf(now.runnerUp) : "";
    const [matter, idle] = words.mattering(now, now.assumed);
    const lines = [
      "---",
      "status: proposed",
      `date: ${typedDate() || today()}`,
      "---",
      "",
      `# Run ${name.value.trim() || "the workload"} as: ${fullName(chosen)}`,
      "",
      "## Context and Problem Statement",
      "",
      "Which boundary should run this workload?",
      "",
      ...section(
        "Given:",
        answered(
          now,
          ids.filter((id) => !now.assumed.includes(id) && !now.unknown.includes(id)),
        ),
      ),
      ...section("Not known, to be found out:", checked(now, now.unknown)),
      ...section("Assumed, and it would change the decision; please check:", checked(now, matter)),
      ...section("Assumed; none of these alone would change the decision:", answered(now, idle)),
      "## Decision Drivers",
      "",
      ...limits.map((rule) => `* Hard limit: ${because(rule)}`),
      ...words.weightWords(now).map((line) => `* Weight: ${line}`),
      "",
      "## Considered Options",
      "",
      ...data.options.map(({ name: option }) => `* ${option}`),
      "",
      "## Decision Outcome",
      "",
      `Chosen option: "${fullName(chosen)}", because ${whyChosen(now)}.`,
      "",
      ...(now.status === "close" || now.status === "tie"
        ? ["This is a close call; the runner-up is defensible as well.", ""]
        : []),
      ...(now.unknown.length ? ["It is provisional: not all answers are known.", ""] : []),
      ...now.advice.flatMap(({ subject, verdict, text, sources }) => [
        `${data.subjects.find(({ id }) => id === subject)?.title}: ${verdict}. ${text}${cite(sources)}`,
        "",
      ]),
      "### Consequences",
      "",
      ...(now.comparison?.ahead ?? []).map(
        (id) => `* Good, because it ${criterionOf(id).better} than ${second}`,
      ),
      ...(now.comparison?.behind ?? []).map((id) => `* Bad, because ${second} ${criterionOf(id).better}`),
      ...(now.counter
        ? [`* Bad, because of the main counter-argument: ${now.counter.text}${cite(now.counter.sources)}`]
        : []),
      "",
      "### Confirmation",
      "",
      `Hardening tier ${now.tier?.level} (${now.tier?.title}):`,
      "",
      ...(now.tier?.checks ?? []).map((check) => `* [ ] ${check.text}${cite(check.sources)}`),
      "",
      "## Pros and Cons of the Options",
      "",
      ...data.options.flatMap(({ id, name: option }) => [`### ${option}`, "", ...proAndCon(now, id), ""]),
      "## More Information",
      "",
      `The guide with these answers: ${permalink(given)}`,
      "",
      `The rules of the guide: version ${data.version}. ${typedDate() ? "The date was typed in." : "The date is that of the computer that wrote this."}`,
      "",
      "Sources:",
      "",
      ...[...used].sort().map((id) => `* ${sourceOf(id)[0]}: ${sourceOf(id)[1]}`),
      "",
    ];
    return lines.join("\n");

    /** @type {(result: Result, id: string) => string[]} */
    function proAndCon(result, id) {
      const rank = result.ranking.findIndex(({ option }) => option === id);
      if (rank === -1)
        return removedBy(id).map((rule) =>
          rule.kind === "standing"
            ? `* Neutral, because not considered without a reason: ${because(rule)}`
            : `* Bad, because of a hard rule: ${because(rule)}`,
        );
      const fit = `* Neutral, because it fits with ${percent(score(id))} of 100`;
      const ahead = strengths(id, 1).map((title) => `* Good, because of its fit to: ${title}`);
      const behind = strengths(id, -1).map((title) => `* Bad, because of its fit to: ${title}`);
      return [fit, ...ahead, ...behind];
    }
    /**
     * The criteria that count here and that an option meets fully (1) or hardly (-1).
     * @type {(id: string, sign: number) => string[]}
     */
    function strengths(id, sign) {
      const { fit } = /** @type {Option_} */ (words.options.get(id));
      return now.weights
        .map(({ criterion, weight }, index) => ({ criterion, weight, fit: fit[index] }))
        .filter((row) => row.weight > 0 && (sign > 0 ? row.fit === 4 : row.fit <= 1))
        .sort((a, b) => b.weight - a.weight)
        .slice(0, 3)
        .map(({ criterion }) => criterionOf(criterion).title);
    }
  };

  /* --- The fields and buttons ---------------------------------------------------------------------------- */
  const name = el("input", { id: "record-name", autocomplete: "off", maxlength: 80 });
  const date = el("input", { id: "record-date", type: "date" });
  const area = el("textarea", {
    readonly: true,
    rows: 12,
    "aria-label": "Decision record in Markdown",
    spellcheck: "false",
  });
  const said = el("span", { role: "status", class: "guide__said" });
  /** @type {{ now: Result, chosen: string, given: Answers } | null} */
  let latest = null;
  const refresh = () => {
    if (!latest) return;
    area.value = write(latest.now, latest.chosen, latest.given);
    const facts = [name.value.trim(), typedDate() || today(), permalink(latest.given), `rules ${data.version}`];
    paper.textContent = facts.filter(Boolean).join(" · ");
  };
  const copy = async () => {
    refresh();
    try {
      await navigator.clipboard.writeText(area.value);
      said.textContent = "Copied.";
    } catch {
      // Without the clipboard's permission, or from disk: the reader copies the selected text.
      area.closest("details")?.setAttribute("open", "");
      area.select();
      said.textContent = "Selected below: press Ctrl+C or ⌘C.";
    }
  };
  const download = () => {
    refresh();
    if (!latest) return;
    const href = URL.createObjectURL(new Blob([area.value], { type: "text/markdown" }));
    el("a", { href, download: `decision-${latest.chosen}.md` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  };
  const print = () => {
    refresh();
    document.documentElement.classList.add("print-result");
    window.print();
  };
  addEventListener("afterprint", () => document.documentElement.classList.remove("print-result"));
  name.addEventListener("input", () => {
    refresh();
    renamed(name.value.trim());
  });
  date.addEventListener("input", refresh);

  /** @type {(text: string, onclick: () => void) => HTMLElement} */
  const button = (text, onclick) => el("button", { type: "button", class: "md-button", onclick }, text);
  const paper = el("p", { class: "guide__paper" });
  const box = el(
    "div",
    {},
    el("h3", {}, "Take it along"),
    el(
      "p",
      { class: "guide__fields" },
      el("label", { for: "record-name" }, "Name of the workload"),
      name,
      el("label", { for: "record-date" }, "Date (empty: today, by this computer)"),
      date,
    ),
    el(
      "p",
      { class: "guide__buttons" },
      button("Copy the decision record", copy),
      button("Download it", download),
      button("Print this result", print),
      said,
    ),
    el("details", {}, el("summary", {}, "The record in Markdown"), area),
  );

  return {
    box,
    heading: paper,
    show(now, given, title) {
      latest = now.recommendation ? { now, chosen: now.recommendation, given } : null;
      if (name.value.trim() !== title) name.value = title;
      said.textContent = "";
      refresh();
    },
  };
};
