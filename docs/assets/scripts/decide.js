/**
 * The rules of the decision guide, applied: decide(data, given) returns a recommendation with all its reasons.
 * Pure: no page, no clock, no storage. The data is docs/data/decision.yml; this file is the only one that applies it.
 * What an answer needs is on the page, what explains it is joined in when it has been loaded.
 *
 * Answers: question id → answer id, or "unknown"; what is not given is assumed. A condition: question id → the answers
 * that satisfy it; all questions must fit. The types are in tests/types/choose.d.ts.
 */
"use strict";
(() => {
  const PERFECT_FIT = 4;
  // A way out of a conflict that changes more answers than this is no help.
  const MOST_CHANGES = 6;
  const MOST_WAYS_OUT = 4;
  const UNKNOWN = "unknown";
  const TIE = 1e-9;

  /** @type {(question: Question, id: string) => Answer | undefined} */
  const answerOf = (question, id) => question.answers.find((answer) => answer.id === id);

  /**
   * Does a list of conditions, of which one is enough, hold for sure? No list at all holds always.
   * @type {(when: Condition[] | undefined, answers: Answers) => boolean}
   */
  const holds = (when, answers) =>
    !when || when.some((condition) => Object.entries(condition).every(([key, ids]) => ids.includes(answers[key])));

  /**
   * Could a condition hold, whatever the unknown answers turn out to be?
   * @type {(condition: Condition, answers: Answers) => boolean}
   */
  const mayHold = (condition, answers) =>
    Object.entries(condition).every(([key, ids]) => answers[key] === UNKNOWN || ids.includes(answers[key]));

  /**
   * What is assumed where nothing was given: the answer that fits what was given, else the first.
   * @type {(question: Question, given: Answers) => string}
   */
  const assumption = (question, given) =>
    (question.answers.find(({ assume }) => assume && holds(assume, given)) ?? question.answers[0]).id;

  /**
   * Every question with its answer, in the order of the questions, so that no order of answering can matter.
   * @type {(data: Data, given: Answers) => Answers}
   */
  const complete = (data, given) => {
    const known = new Set(data.questions.map((question) => question.id));
    const stray = Object.keys(given).find((key) => !known.has(key));
    if (stray !== undefined) throw new RangeError(`there is no question '${stray}'`);
    return Object.fromEntries(
      data.questions.map((question) => {
        const id = Object.hasOwn(given, question.id) ? given[question.id] : assumption(question, given);
        if (id !== UNKNOWN && !answerOf(question, id)) throw new RangeError(`'${question.id}' has no answer '${id}'`);
        return [question.id, id];
      }),
    );
  };

  /** @type {(data: Data, rule: Rule) => string[]} */
  const removedBy = (data, rule) =>
    rule.excludes ?? data.options.map((option) => option.id).filter((id) => !rule.keeps?.includes(id));

  /** @type {WeakMap<Data, Map<string, Rule[]>>} For each option the rules that can remove it. */
  const removersOf = new WeakMap();
  /** @type {(data: Data, option: string) => Rule[]} */
  const removers = (data, option) => {
    let known = removersOf.get(data);
    if (!known) {
      /** @type {(id: string) => Rule[]} */
      const rules = (id) => data.rules.filter((rule) => removedBy(data, rule).includes(id));
      known = new Map(data.options.map(({ id }) => [id, rules(id)]));
      removersOf.set(data, known);
    }
    return known.get(option) ?? [];
  };

  /**
   * The rules that apply, each with the options it removes and the questions whose answers make it apply.
   * @type {(data: Data, answers: Answers) => Fired[]}
   */
  const firedRules = (data, answers) =>
    data.rules
      .filter((rule) => holds(rule.when, answers))
      .map((rule) => ({
        rule: rule.id,
        removes: removedBy(data, rule),
        because: Object.keys(rule.when.find((condition) => holds([condition], answers)) ?? {}),
        standing: rule.kind === "standing",
      }));

  /**
   * Can what is unknown turn out such that none of these rules holds?
   * @type {(data: Data, rules: Rule[], answers: Answers) => boolean}
   */
  const escapes = (data, rules, answers) => {
    if (rules.some((rule) => holds(rule.when, answers))) return false;
    const open = rules.flatMap((rule) => rule.when.filter((condition) => mayHold(condition, answers)));
    const next = data.questions.find(({ id }) => answers[id] === UNKNOWN && open.some((condition) => condition[id]));
    return !next || next.answers.some(({ id }) => escapes(data, rules, { ...answers, [next.id]: id }));
  };

  /**
   * Options, each with the rules that remove it: empty lists are what is left, for some value of what is unknown.
   * @type {(data: Data, answers: Answers) => Record<string, string[]>}
   */
  const exclusions = (data, answers) =>
    Object.fromEntries(
      data.options.map(({ id }) => {
        const rules = removers(data, id);
        if (escapes(data, rules, answers)) return [id, []];
        const sure = rules.filter((rule) => holds(rule.when, answers));
        // No single rule is sure, but one of these holds whatever the unknown answers are.
        const either = rules.filter((rule) => rule.when.some((condition) => mayHold(condition, answers)));
        return [id, (sure.length ? sure : either).map((rule) => rule.id)];
      }),
    );

  /** @type {(question: Question, id: string, criterion: string) => number} */
  const addedBy = (question, id, criterion) => {
    if (id !== UNKNOWN) return answerOf(question, id)?.adds?.[criterion] ?? 0;
    const all = question.answers.map(({ adds }) => adds?.[criterion] ?? 0);
    return Math.round((10 * all.reduce((sum, by) => sum + by, 0)) / all.length) / 10;
  };

  /**
   * How much each criterion counts, and which answers say so; what is unknown counts as the mean of its answers.
   * @type {(data: Data, answers: Answers) => Weight[]}
   */
  const weigh = (data, answers) =>
    data.criteria.map((criterion) => {
      const because = data.questions
        .map((question) => ({
          question: question.id,
          answer: answers[question.id],
          by: addedBy(question, answers[question.id], criterion.id),
        }))
        .filter(({ by }) => by !== 0);
      const sum = because.reduce((total, { by }) => total + by, criterion.base);
      return { criterion: criterion.id, weight: Math.max(0, Math.round(sum * 10) / 10), base: criterion.base, because };
    });

  /**
   * The options that are left, best first; a tie goes to the one named first in the data.
   * @type {(data: Data, excluded: Record<string, string[]>, weights: Weight[]) => Ranked[]}
   */
  const rank = (data, excluded, weights) => {
    const total = weights.reduce((sum, { weight }) => sum + weight, 0) || 1;
    return data.options
      .filter(({ id }) => excluded[id].length === 0)
      .map(({ id, fit }) => {
        const parts = weights.map(({ weight }, index) => (weight * fit[index]) / (PERFECT_FIT * total));
        return { option: id, score: parts.reduce((sum, part) => sum + part, 0), parts };
      })
      .sort((a, b) => (Math.abs(b.score - a.score) < TIE ? 0 : b.score - a.score));
  };

  /**
   * Only the winner, for trying variants; null when nothing is left.
   * @type {(data: Data, given: Answers) => string | null}
   */
  const winner = (data, given) => {
    const answers = complete(data, given);
    return rank(data, exclusions(data, answers), weigh(data, answers))[0]?.option ?? null;
  };

  /**
   * Every change of one answer, with what it leads to.
   * @type {(data: Data, given: Answers) => Variant[]}
   */
  const singleChanges = (data, given) => {
    const answers = complete(data, given);
    return data.questions.flatMap((question) =>
      question.answers
        .filter(({ id }) => id !== answers[question.id])
        .map(({ id }) => ({
          question: question.id,
          answer: id,
          recommendation: winner(data, { ...given, [question.id]: id }),
        })),
    );
  };

  /**
   * Changes that lift every rule off one option, at most `depth` of them; each is a list of [question, answer].
   * @type {(data: Data, answers: Answers, option: string, depth: number, changed?: string[][]) => string[][][]}
   */
  const lift = (data, answers, option, depth, changed = []) => {
    const rule = removers(data, option).find(({ when }) => holds(when, answers));
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

  /**
   * The fewest answers that cannot stand together: all others may be anything. Assumptions are let go of first.
   * @type {(data: Data, given: Answers) => string[]}
   */
  const collision = (data, given) => {
    let answers = complete(data, given);
    /** @type {(question: Question) => boolean} */
    const isAssumed = ({ id }) => !Object.hasOwn(given, id);
    const order = [...data.questions.filter(isAssumed), ...data.questions.filter((q) => !isAssumed(q))];
    for (const { id } of order) {
      const tried = { ...answers, [id]: UNKNOWN };
      if (Object.values(exclusions(data, tried)).every((rules) => rules.length)) answers = tried;
    }
    return data.questions.map(({ id }) => id).filter((id) => answers[id] !== UNKNOWN);
  };

  /**
   * Which answers cannot stand together, and the smallest changes that leave something to recommend.
   * @type {(data: Data, given: Answers) => Conflict}
   */
  const explainConflict = (data, given) => {
    const between = collision(data, given);
    const singles = singleChanges(data, given).filter(({ recommendation }) => recommendation);
    const relax = singles.map(({ question, answer, recommendation }) => ({
      change: { [question]: answer },
      recommendation,
    }));
    return { between, relax: relax.length ? relax : severalChanges(data, given, between) };
  };

  /**
   * Where no single change resolves a conflict: a few that change as few answers as will do.
   * @type {(data: Data, given: Answers, between: string[]) => Way[]}
   */
  const severalChanges = (data, given, between) => {
    const answers = complete(data, given);
    for (let depth = 2; depth <= MOST_CHANGES; depth += 1) {
      /** @type {Map<string, Way>} */
      const ways = new Map();
      for (const { id } of data.options) {
        for (const changes of lift(data, answers, id, depth)) {
          const change = Object.fromEntries(changes);
          const key = changes
            .map((pair) => pair.join("="))
            .sort()
            .join("&");
          if (!ways.has(key)) ways.set(key, { change, recommendation: winner(data, { ...given, ...change }) });
        }
      }
      const open = [...ways.values()].filter(({ recommendation }) => recommendation);
      if (open.length) return spread(open, between);
    }
    return [];
  };

  /**
   * A few ways out that differ: those that change the conflicting answers only, if there are any.
   * @type {(ways: Way[], between: string[]) => Way[]}
   */
  const spread = (ways, between) => {
    const direct = ways.filter(({ change }) => Object.keys(change).every((key) => between.includes(key)));
    /** @type {Set<string>} */
    const seen = new Set();
    const different = (direct.length ? direct : ways).filter(({ change, recommendation }) => {
      const key = `${Object.keys(change).sort().join()} ${recommendation}`;
      return !seen.has(key) && seen.add(key);
    });
    return different.slice(0, MOST_WAYS_OUT);
  };

  /**
   * Where the first of two ranked options is ahead of the second, and where behind, most decisive first.
   * @type {(data: Data, first: Ranked, second: Ranked) => { ahead: string[], behind: string[] }}
   */
  const compare = (data, first, second) => {
    const gaps = data.criteria.map(({ id }, index) => ({
      criterion: id,
      gap: first.parts[index] - second.parts[index],
    }));
    const ahead = gaps.filter(({ gap }) => gap > TIE).sort((a, b) => b.gap - a.gap);
    const behind = gaps.filter(({ gap }) => gap < -TIE).sort((a, b) => a.gap - b.gap);
    return { ahead: ahead.map((g) => g.criterion), behind: behind.map((g) => g.criterion) };
  };

  /** @type {(option: string, answers: Answers) => (row: Counter) => boolean} */
  const fits = (option, answers) => (row) => row.options.includes(option) && holds(row.when, answers);

  /**
   * What to say about an option: of each subject the first row that fits, in their order.
   * @type {(data: Data, option: string, answers: Answers) => Advice[]}
   */
  const advise = ({ advice = [], subjects = [] }, option, answers) => {
    const fitting = advice.filter(fits(option, answers));
    return subjects.flatMap(({ id }) => fitting.find(({ subject }) => subject === id) ?? []);
  };

  /**
   * The tier that the trust in the code asks for (the highest, if it is unknown), with the option's checks.
   * @type {(data: Data, option: string, trust: string) => Result["tier"]}
   */
  const hardening = ({ tiers = [], options }, option, trust) => {
    const tier = tiers.find((candidate) => candidate.trust.includes(trust)) ?? tiers.at(-1);
    if (!tier) return null;
    const families = ["all", ...(options.find(({ id }) => id === option)?.families ?? [])];
    const checks = tiers
      .filter(({ level }) => level <= tier.level)
      .flatMap((t) => t.checks)
      .filter((check) => check.families.some((family) => families.includes(family)));
    return { level: tier.level, title: tier.title, checks };
  };

  /**
   * The recommendation for a set of answers, and why.
   *
   * status: "only" (one option is left), "clear", "close" (the best two differ by less than data.close_call), "tie",
   * or "conflict" (nothing is left; then conflict says between which answers, and what to relax).
   * assumed, unknown: questions that were not answered, or answered with "unknown".
   * tipping: changes of one answer that change the recommendation (to null where nothing would be left).
   * @param {Data} data
   * @param {Answers} given
   * @returns {Result}
   * @throws {RangeError} for a question or an answer that the data does not have.
   */
  const decide = (data, given) => {
    const answers = complete(data, given);
    const ids = data.questions.map(({ id }) => id);
    const excluded = exclusions(data, answers);
    const weights = weigh(data, answers);
    const ranking = rank(data, excluded, weights);
    const [first, second] = ranking;
    /** @type {Result} */
    const result = {
      answers,
      assumed: ids.filter((id) => !Object.hasOwn(given, id)),
      unknown: ids.filter((id) => answers[id] === UNKNOWN),
      fired: firedRules(data, answers),
      excluded,
      weights,
      ranking,
      conflict: null,
      recommendation: first?.option ?? null,
      runnerUp: second?.option ?? null,
      status: "conflict",
      comparison: null,
      tipping: [],
      tier: null,
      advice: [],
      counter: null,
    };
    if (!first) return { ...result, conflict: explainConflict(data, given) };
    /** @type {Variant[] | undefined} */
    let tips;
    return {
      ...result,
      status: statusOf(data, first, second),
      comparison: second ? compare(data, first, second) : null,
      // Tried when somebody asks why: it is more work than all the rest.
      get tipping() {
        tips ??= singleChanges(data, given).filter(({ recommendation }) => recommendation !== first.option);
        return tips;
      },
      // Where the reasons have not come (decide.join), there is nothing to say about the winner yet.
      tier: hardening(data, first.option, answers.trust),
      advice: advise(data, first.option, answers),
      counter: data.counters?.find(fits(first.option, answers)) ?? null,
    };
  };

  /**
   * Puts what explains an answer into the data that the page holds: why each rule is there (choose-result.js reads it from
   * the page's list of rules), and what assets/choose-why.js brings: what to advise, what speaks against an option, what to
   * check, and the sources of all of these.
   * @param {Data} data
   * @param {Partial<Why> & Pick<Why, "reasons">} why
   */
  decide.join = (data, { reasons, ...rest }) => {
    for (const rule of data.rules) [rule.reason, rule.sources] = reasons[rule.id];
    return Object.assign(data, rest);
  };

  /** @type {(data: Data, first: Ranked, second: Ranked | undefined) => Result["status"]} */
  const statusOf = (data, first, second) => {
    if (!second) return "only";
    const gap = first.score - second.score;
    if (gap < TIE) return "tie";
    return gap < data.close_call ? "close" : "clear";
  };

  /**
   * Reads answers from pairs (choose-address.js). What it does not know is reported in words; a question whose answer
   * is damaged counts as unknown, never as the usual answer, which could be the more trusting one.
   * @param {Data} data
   * @param {Pair[]} pairs
   */
  decide.read = (data, pairs) => {
    /** @type {Answers} */
    const answers = {};
    /** @type {string[]} */
    const problems = [];
    for (const [key, id, pair] of pairs) {
      const question = data.questions.find((candidate) => candidate.id === key);
      const shown = pair.length > 60 ? `${pair.slice(0, 60)}…` : pair;
      if (!question) problems.push(`“${shown}” names no question of this guide`);
      else if (Object.hasOwn(answers, key)) problems.push(`“${shown}” answers a question a second time`);
      else if (id === UNKNOWN || answerOf(question, id)) answers[key] = id;
      else {
        problems.push(`“${shown}” is no answer to “${question.ask}”`);
        answers[key] = UNKNOWN;
      }
    }
    return { answers, problems };
  };

  /**
   * What was given, as pairs in the order of the questions.
   * @param {Data} data
   * @param {Answers} given
   * @returns {[string, string][]}
   */
  decide.write = (data, given) =>
    data.questions.filter(({ id }) => Object.hasOwn(given, id)).map(({ id }) => [id, given[id]]);

  /**
   * Is a question asked in the short path, given these answers?
   * @param {Question} question
   * @param {Answers} answers
   */
  decide.asked = (question, answers) => Boolean(question.short || (question.follow && holds(question.follow, answers)));

  decide.UNKNOWN = UNKNOWN;
  decide.winner = winner;
  globalThis.decide = decide;
})();
