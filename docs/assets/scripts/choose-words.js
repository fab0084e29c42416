/**
 * What the guide says, in words without markup: names of options, answers as statements, why one is ahead of another.
 * guide.words(data) gives the functions; a "result" is what decide() returns.
 */
"use strict";
globalThis.guide = /** @type {Guide} */ ({});
guide.words = (data) => {
  /** @template {{ id: string }} Row @param {Row[]} rows */
  const byId = (rows) => new Map(rows.map((row) => [row.id, row]));
  const [options, questions] = [byId(data.options), byId(data.questions)];
  const [rules, criteria] = [byId(data.rules), byId(data.criteria)];
  const { UNKNOWN } = decide;
  /** @template V @param {Map<string, V>} rows @param {string} id */
  const row = (rows, id) => /** @type {V} */ (rows.get(id));

  /** An option in full, where it stands alone; its short name, where it stands in a sentence or a list. */
  /** @type {Words["fullName"]} */
  const fullName = (id) => row(options, id).name;
  /** @type {Words["nameOf"]} */
  const nameOf = (id) => row(options, id).short;
  /** @type {(question: string, id: string) => Answer} */
  const answerOf = (question, id) =>
    /** @type {Answer} */ (row(questions, question).answers.find((answer) => answer.id === id));
  /** @type {Words["labelOf"]} */
  const labelOf = (question, id) => (id === UNKNOWN ? "Not known" : answerOf(question, id).label);
  /** @type {Words["saidOf"]} */
  const saidOf = (question, id) =>
    id === UNKNOWN ? `You do not know: “${row(questions, question).ask}”` : answerOf(question, id).said;
  /** @type {Words["lowerFirst"]} */
  const lowerFirst = (text) => (/^[A-Z][a-z']* /.test(text) ? text[0].toLowerCase() + text.slice(1) : text);
  /** @type {Words["list"]} */
  const list = (words, last = "and") =>
    words.length > 1 ? `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}` : (words[0] ?? "");
  /** @type {Words["percent"]} */
  const percent = (score) => Math.round(score * 100);
  /** @type {Words["pointsOf"]} */
  const pointsOf = ({ option, score }, verb = "") => `${nameOf(option)}${verb} ${percent(score)}`;
  /** @type {Words["sourceOf"]} A source, as its title and its address. */
  const sourceOf = (id) => data.sources?.[id] ?? [id, ""];

  /** @type {Words["isStanding"]} */
  const isStanding = (rule) => row(rules, rule).kind === "standing";
  /** @type {Words["isUnusual"]} */
  const isUnusual = (result) => (key) => result.answers[key] !== row(questions, key).answers[0].id;
  /** @type {Words["telling"]} Rules that answers set off, without those that only keep out what nothing asks for. */
  const telling = (result) =>
    result.fired.filter(({ standing, because }) => !standing && because.some(isUnusual(result)));
  /** @type {Words["needReason"]} Options that nothing rules out but that nothing asks for either. */
  const needReason = ({ excluded }) =>
    data.options.map(({ id }) => id).filter((id) => excluded[id].length && excluded[id].every(isStanding));

  /** @type {Words["title"]} The heading of a result. */
  const title = ({ status, recommendation, runnerUp, ranking, unknown }) => {
    if (!recommendation) return "No recommendation: these answers contradict each other";
    const begin = unknown.length ? "Provisional. " : "";
    if (runnerUp && (status === "close" || status === "tie")) {
      const [one, other] = [fullName(recommendation), fullName(runnerUp)];
      // A name with a comma of its own would read as two.
      return `${begin}Close call: ${one}${`${one}${other}`.includes(",") ? ";" : ","} or ${other}`;
    }
    if (ranking[0].score < data.poor_fit) return `${begin}What is left fits poorly: ${fullName(recommendation)}`;
    return `${begin}Recommendation: ${fullName(recommendation)}`;
  };

  /** @type {Words["headline"]} */
  const headline = (result) => {
    const [first, second] = result.ranking.map(({ option }) => nameOf(option));
    const words = {
      conflict: "Nothing is left: some of the answers contradict each other.",
      only: `${first} is the only option left.`,
      tie: `A tie: ${first} and ${second} fit equally well.`,
      close: `A close call: ${first} is slightly ahead of ${second}.`,
      clear: `${first} leads, before ${second}.`,
    }[result.status];
    return result.unknown.length ? `Provisional, as not all is known. ${words}` : words;
  };

  /** @type {Words["changes"]} What an answer has changed, in a sentence for the eye and the screen reader. */
  const changes = (before, now) => {
    if (!before) return "";
    /** @type {(from: Result, to: Result) => string[]} */
    const moved = (from, to) =>
      data.options.map(({ id }) => id).filter((id) => !from.excluded[id].length && to.excluded[id].length);
    const out = moved(before, now);
    const back = moved(now, before);
    const why = [...new Set(out.flatMap((id) => now.excluded[id].slice(0, 1)))].map((id) => row(rules, id).title);
    return [
      out.length ? `Ruled out by this answer: ${list(out.map(nameOf))} (${list(why)}).` : "",
      back.length ? `Possible again: ${list(back.map(nameOf))}.` : "",
    ].join(" ");
  };

  /** @type {Words["comparison"]} Why the recommended option comes before the runner-up. */
  const comparison = ({ status, recommendation, runnerUp, comparison: gaps }) => {
    if (!gaps || !recommendation || !runnerUp) return "";
    /** @param {string[]} ids */
    const words = (ids) => list(ids.slice(0, 3).map((id) => row(criteria, id).better));
    const behind = gaps.behind.length ? `${nameOf(runnerUp)} ${words(gaps.behind)}` : "";
    const ahead = `${nameOf(recommendation)} ${words(gaps.ahead)}`;
    if (status === "tie") {
      const both = `${gaps.ahead.length ? ahead + "; " : ""}${behind}${behind ? ". " : ""}`;
      return `${both}They have equally many points; the guide names first what stands first in its list of options.`;
    }
    return behind ? `${ahead}. ${behind}, which weighs less here.` : `${ahead}.`;
  };

  /** @type {Words["weightWords"]} The criteria that count most, each with the answers that raised it. */
  const weightWords = (result) => {
    const total = result.weights.reduce((sum, { weight }) => sum + weight, 0);
    return result.weights
      .filter(({ weight }) => weight > 0)
      .sort((a, b) => b.weight - a.weight)
      .slice(0, 4)
      .map(({ criterion, weight, because }) => {
        const raised = because.filter(({ by, question }) => by > 0 && isUnusual(result)(question));
        const why = raised.map(({ question, answer }) => lowerFirst(saidOf(question, answer)));
        const reason = why.length ? `because ${list(why)}` : "as for most workloads";
        return `${row(criteria, criterion).title}: weight ${weight} of ${Math.round(total * 10) / 10}, ${reason}`;
      });
  };

  /** @type {Words["byOutcome"]} Changes of one answer, put together by what they lead to: [option or null, changes]. */
  const byOutcome = (variants) =>
    [...new Set(variants.map(({ recommendation }) => recommendation))].map((id) => [
      id,
      variants.filter(({ recommendation }) => recommendation === id),
    ]);

  /** @type {Words["mattering"]} Of some questions: those that would change the recommendation, and those that would not. */
  const mattering = (result, ids) => {
    const tips = new Set(result.tipping.map(({ question }) => question));
    return [ids.filter((id) => tips.has(id)), ids.filter((id) => !tips.has(id))];
  };

  return {
    options,
    questions,
    rules,
    criteria,
    fullName,
    nameOf,
    labelOf,
    saidOf,
    lowerFirst,
    list,
    percent,
    pointsOf,
    sourceOf,
    isStanding,
    isUnusual,
    telling,
    needReason,
    title,
    headline,
    changes,
    comparison,
    weightWords,
    byOutcome,
    mattering,
  };
};

/** Sources in the order in which a text names them: links(ids) are numbers for the text, list() stands below it. */
guide.notes = ({ sourceOf }) => {
  const { el } = elements;
  /** @type {string[]} */
  const cited = [];
  /** @type {Notes["links"]} */
  const links = (ids = []) =>
    ids.map((id, index) => {
      if (!cited.includes(id)) cited.push(id);
      const [title, href] = sourceOf(id);
      const number = cited.indexOf(id) + 1;
      return el("sup", { class: index > 0 && "another" }, el("a", { href, title, "aria-label": `Source ${number}: ${title}` }, `[${number}]`));
    });
  const list = () =>
    el(
      "ol",
      { class: "guide__sources" },
      cited.map((id) => {
        const [title, href] = sourceOf(id);
        return el("li", {}, el("a", { href }, title));
      }),
    );
  const clear = () => {
    cited.length = 0;
  };
  return { links, list, clear };
};
