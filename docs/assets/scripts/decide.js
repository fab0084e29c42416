/**
 * The rules of the decision guide, applied: decide(data, answers) returns a recommendation with all its reasons.
 * Pure: no page, no clock, no storage. The data is docs/data/decision.yml; this file is the only one that applies it.
 *
 * @typedef {Record<string, string>} Answers question id → answer id; what is missing takes its default (the first).
 * @typedef {Record<string, string[]>} Condition question id → the answers that satisfy it; all questions must fit.
 */
"use strict";
(() => {
  const PERFECT_FIT = 4;
  // A way out of a conflict that changes more answers than this is no help.
  const MOST_CHANGES = 6;
  const MOST_WAYS_OUT = 4;

  const answerOf = (question, id) => question.answers.find((answer) => answer.id === id);

  /** Does a list of conditions, of which one is enough, hold? No list at all holds always. */
  const holds = (when, answers) =>
    !when || when.some((condition) => Object.entries(condition).every(([key, ids]) => ids.includes(answers[key])));

  /** Every question with its answer, in the order of the questions, so that no order of answering can matter. */
  const complete = (data, answers) => {
    const known = new Set(data.questions.map((question) => question.id));
    const stray = Object.keys(answers).find((key) => !known.has(key));
    if (stray !== undefined) throw new RangeError(`there is no question '${stray}'`);
    return Object.fromEntries(
      data.questions.map((question) => {
        const id = Object.hasOwn(answers, question.id) ? answers[question.id] : question.answers[0].id;
        if (!answerOf(question, id)) throw new RangeError(`'${question.id}' has no answer '${id}'`);
        return [question.id, id];
      }),
    );
  };

  const removedBy = (data, rule) =>
    rule.excludes ?? data.options.map((option) => option.id).filter((id) => !rule.keeps.includes(id));

  /** The rules that apply, each with the options it removes and the questions whose answers make it apply. */
  const firedRules = (data, answers) =>
    data.rules
      .filter((rule) => holds(rule.when, answers))
      .map((rule) => ({
        rule: rule.id,
        removes: removedBy(data, rule),
        because: Object.keys(rule.when.find((condition) => holds([condition], answers))),
        standing: rule.kind === "standing",
      }));

  /** Options, each with the rules that remove it: empty lists are what is left. */
  const exclusions = (data, fired) =>
    Object.fromEntries(
      data.options.map(({ id }) => [id, fired.filter((f) => f.removes.includes(id)).map((f) => f.rule)]),
    );

  /** How much each criterion counts, and which answers say so. */
  const weigh = (data, answers) =>
    data.criteria.map((criterion) => {
      const because = data.questions
        .map((question) => ({
          question: question.id,
          answer: answers[question.id],
          by: answerOf(question, answers[question.id]).adds?.[criterion.id] ?? 0,
        }))
        .filter(({ by }) => by !== 0);
      const sum = because.reduce((total, { by }) => total + by, criterion.base);
      return { criterion: criterion.id, weight: Math.max(0, sum), base: criterion.base, because };
    });

  /** The options that are left, best first; a tie goes to the one named first in the data. */
  const rank = (data, excluded, weights) => {
    const total = weights.reduce((sum, { weight }) => sum + weight, 0) || 1;
    return data.options
      .filter(({ id }) => excluded[id].length === 0)
      .map(({ id, fit }) => {
        const parts = weights.map(({ weight }, index) => (weight * fit[index]) / (PERFECT_FIT * total));
        return { option: id, score: parts.reduce((sum, part) => sum + part, 0), parts };
      })
      .sort((a, b) => (Math.abs(b.score - a.score) < 1e-9 ? 0 : b.score - a.score));
  };

  /** Only the winner, for trying variants; null when nothing is left. */
  const winner = (data, answers) => {
    const excluded = exclusions(data, firedRules(data, answers));
    return rank(data, excluded, weigh(data, answers))[0]?.option ?? null;
  };

  /** Changes that lift every rule off one option, at most `depth` of them; each is a list of [question, answer]. */
  const lift = (data, answers, option, depth, changed = []) => {
    const rule = data.rules.find((r) => holds(r.when, answers) && removedBy(data, r).includes(option));
    if (!rule) return [changed];
    if (depth === 0) return [];
    const free = new Set(rule.when.flatMap(Object.keys).filter((key) => !changed.some(([done]) => done === key)));
    return data.questions
      .filter((question) => free.has(question.id))
      .flatMap((question) =>
        question.answers
          .filter(({ id }) => !holds(rule.when, { ...answers, [question.id]: id }))
          .flatMap(({ id }) =>
            lift(data, { ...answers, [question.id]: id }, option, depth - 1, [...changed, [question.id, id]]),
          ),
      );
  };

  /** Which answers cannot stand together, and the smallest changes that leave something to recommend. */
  const explainConflict = (data, answers) => {
    const kept = { ...answers };
    for (const question of data.questions) {
      const tried = { ...kept, [question.id]: question.answers[0].id };
      if (winner(data, tried) === null) Object.assign(kept, tried);
    }
    const between = data.questions.filter((q) => kept[q.id] !== q.answers[0].id).map((q) => q.id);
    for (let depth = 1; depth <= MOST_CHANGES; depth += 1) {
      const ways = new Map();
      for (const { id } of data.options) {
        for (const changes of lift(data, answers, id, depth)) {
          const change = Object.fromEntries(changes);
          const key = changes
            .map((pair) => pair.join("="))
            .sort()
            .join("&");
          if (!ways.has(key)) ways.set(key, { change, recommendation: winner(data, { ...answers, ...change }) });
        }
      }
      if (ways.size) return { between, relax: spread([...ways.values()], between) };
    }
    return { between, relax: [] };
  };

  /** A few ways out that differ: those that change the conflicting answers only, if there are any. */
  const spread = (ways, between) => {
    const direct = ways.filter(({ change }) => Object.keys(change).every((key) => between.includes(key)));
    const seen = new Set();
    const different = (direct.length ? direct : ways).filter(({ change, recommendation }) => {
      const key = `${Object.keys(change).sort().join()} ${recommendation}`;
      return !seen.has(key) && seen.add(key);
    });
    return different.slice(0, MOST_WAYS_OUT);
  };

  /** Single answers that would change the recommendation. */
  const tippingAnswers = (data, answers, recommendation) =>
    data.questions.flatMap((question) =>
      question.answers
        .filter(({ id }) => id !== answers[question.id])
        .map(({ id }) => ({
          question: question.id,
          answer: id,
          recommendation: winner(data, { ...answers, [question.id]: id }),
        }))
        .filter((variant) => variant.recommendation !== recommendation),
    );

  /** Where the first of two ranked options is ahead of the second, and where behind, most decisive first. */
  const compare = (data, first, second) => {
    const gaps = data.criteria.map(({ id }, index) => ({
      criterion: id,
      gap: first.parts[index] - second.parts[index],
    }));
    const ahead = gaps.filter(({ gap }) => gap > 1e-9).sort((a, b) => b.gap - a.gap);
    const behind = gaps.filter(({ gap }) => gap < -1e-9).sort((a, b) => a.gap - b.gap);
    return { ahead: ahead.map((g) => g.criterion), behind: behind.map((g) => g.criterion) };
  };

  const fits = (option, answers) => (row) => row.options.includes(option) && holds(row.when, answers);

  /** The tier that the trust in the code asks for, with the checks that concern the option. */
  const hardening = (data, option, trust) => {
    const tier = data.tiers.find((candidate) => candidate.trust.includes(trust));
    const families = ["all", ...data.options.find(({ id }) => id === option).families];
    const checks = data.tiers
      .filter(({ level }) => level <= tier.level)
      .flatMap((t) => t.checks)
      .filter((check) => check.families.some((family) => families.includes(family)));
    return { level: tier.level, title: tier.title, checks };
  };

  /**
   * The recommendation for a set of answers, and why.
   *
   * status: "only" (one option is left), "clear", "close" (the best two differ by less than data.close_call),
   * or "conflict" (nothing is left; then conflict says between which answers, and what to relax).
   * @throws {RangeError} for a question or an answer that the data does not have.
   */
  const decide = (data, given) => {
    const answers = complete(data, given);
    const fired = firedRules(data, answers);
    const excluded = exclusions(data, fired);
    const weights = weigh(data, answers);
    const ranking = rank(data, excluded, weights);
    const [first, second] = ranking;
    const result = { answers, fired, excluded, weights, ranking, conflict: null };
    if (!first) {
      const conflict = explainConflict(data, answers);
      return { ...result, status: "conflict", recommendation: null, runnerUp: null, conflict };
    }
    const gap = second ? first.score - second.score : null;
    return {
      ...result,
      status: gap === null ? "only" : gap < data.close_call ? "close" : "clear",
      recommendation: first.option,
      runnerUp: second?.option ?? null,
      comparison: second ? compare(data, first, second) : null,
      tipping: tippingAnswers(data, answers, first.option),
      tier: hardening(data, first.option, answers.trust),
      layer: data.layers.find(fits(first.option, answers)),
      counter: data.counters.find(fits(first.option, answers)),
    };
  };

  /** Reads answers from an address's fragment; what it does not know is left out and reported in words. */
  decide.read = (data, fragment) => {
    const answers = {};
    const problems = [];
    for (const pair of fragment.replace(/^#/, "").split("&").filter(Boolean)) {
      const [key, ...rest] = pair.split("=");
      const question = data.questions.find(({ id }) => id === key);
      const shown = pair.length > 60 ? `${pair.slice(0, 60)}…` : pair;
      if (!question) problems.push(`“${shown}” names no question of this guide`);
      else if (Object.hasOwn(answers, key)) problems.push(`“${shown}” answers a question a second time`);
      else if (!answerOf(question, rest.join("="))) problems.push(`“${shown}” is no answer to “${question.ask}”`);
      else answers[key] = rest.join("=");
    }
    return { answers, problems };
  };

  /** Writes answers as a fragment, without the defaults, in the order of the questions. */
  decide.write = (data, answers) =>
    data.questions
      .filter(({ id, answers: [usual] }) => (answers[id] ?? usual.id) !== usual.id)
      .map(({ id }) => `${id}=${answers[id]}`)
      .join("&");

  /** Is a question asked in the short path, given these answers? */
  decide.asked = (question, answers) => Boolean(question.short || (question.follow && holds(question.follow, answers)));

  globalThis.decide = decide;
})();
