/**
 * What holds for any answers, and for any text in a field: fast-check looks for the smallest case that breaks it.
 * test_properties.py starts this with the scripts of the pages, the data, and perhaps how the names of the properties to
 * try begin; it reads which of them broke.
 */
"use strict";
const { readFileSync } = require("node:fs");
const { runInThisContext } = require("node:vm");
const fc = require("fast-check");

const [folder, file, only = ""] = process.argv.slice(2);
const { core, late } = JSON.parse(readFileSync(file, "utf8"));
// The pages' scripts look for their place on the page, and find none here.
globalThis.document = { getElementById: () => null };
for (const name of ["decide", "choose-words", "choose-sides", "density"])
  runInThisContext(readFileSync(`${folder}/${name}.js`, "utf8"), { filename: `${name}.js` });
const { decide, guide, density } = globalThis;
const data = decide.join(core, late);

const UNKNOWN = decide.UNKNOWN;
const idsOf = (question) => question.answers.map(({ id }) => id);
const some = (ids) => fc.constantFrom(...ids);
/** Every question answered. */
const complete = fc.record(Object.fromEntries(data.questions.map((q) => [q.id, some(idsOf(q))])));
/** Some of the questions answered, a few by "I don't know". */
const partly = fc.record(
  Object.fromEntries(data.questions.map((q) => [q.id, fc.oneof({ weight: 6, arbitrary: some(idsOf(q)) }, { weight: 1, arbitrary: fc.constant(UNKNOWN) })])),
  { requiredKeys: [] },
);
const known = fc.record(Object.fromEntries(data.questions.map((q) => [q.id, some(idsOf(q))])), { requiredKeys: [] });
const question = fc.constantFrom(...data.questions);
const possible = (result) => data.options.map(({ id }) => id).filter((id) => result.excluded[id].length === 0);
const winner = (given) => decide.winner(data, given);
const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);
const fitOf = (option, criterion) =>
  data.options.find(({ id }) => id === option).fit[data.criteria.findIndex(({ id }) => id === criterion)];

const singleChanges = (given) =>
  data.questions.flatMap((q) =>
    idsOf(q).map((id) => ({ change: { [q.id]: id }, recommendation: winner({ ...given, [q.id]: id }) })),
  );

const properties = {
  "the order of answers does not matter": fc.property(partly, (given) =>
    equal(decide(data, given), decide(data, Object.fromEntries(Object.entries(given).reverse()))),
  ),
  "the recommendation alone is the one of the whole result": fc.property(
    partly,
    (given) => winner(given) === decide(data, given).recommendation,
  ),
  "nothing that a rule excludes is recommended, and the best comes first": fc.property(partly, (given) => {
    const result = decide(data, given);
    const scores = result.ranking.map(({ score }) => score);
    return (
      equal(result.ranking.map(({ option }) => option).sort(), possible(result).sort()) &&
      scores.every((score, index) => index === 0 || score <= scores[index - 1] + 1e-9) &&
      result.recommendation === (result.ranking[0]?.option ?? null)
    );
  }),
  "a recommendation explains itself": fc.property(partly, (given) => {
    const result = decide(data, given);
    if (!result.recommendation) return true;
    const subjects = result.advice.map(({ subject }) => subject);
    return (
      Boolean(result.counter.text) &&
      subjects[0] === "stands" &&
      new Set(subjects).size === subjects.length &&
      result.tier.checks.length > 0 &&
      (result.status === "only" || Boolean(result.runnerUp))
    );
  }),
  "a conflict names answers and ways out that lead where they say": fc.property(known, (given) => {
    const { conflict } = decide(data, given);
    if (!conflict) return true;
    return (
      conflict.between.length > 0 &&
      conflict.relax.length > 0 &&
      conflict.relax.every(({ change, recommendation }) => recommendation && winner({ ...given, ...change }) === recommendation)
    );
  }),
  "every single change that resolves a conflict is offered": fc.property(known, (given) => {
    const result = decide(data, given);
    if (!result.conflict) return true;
    const changes = ({ change: to }) => Object.entries(to).every(([key, id]) => result.answers[key] !== id);
    const resolving = singleChanges(given).filter((one) => one.recommendation && changes(one));
    return resolving.length
      ? equal(result.conflict.relax, resolving)
      : result.conflict.relax.every(({ change }) => Object.keys(change).length > 1);
  }),
  "a collision is one whatever the other answers are, and names none without need": fc.property(known, (given) => {
    const result = decide(data, given);
    if (!result.conflict) return true;
    const open = Object.fromEntries(data.questions.map(({ id }) => [id, UNKNOWN]));
    const core = Object.fromEntries(result.conflict.between.map((key) => [key, result.answers[key]]));
    return (
      winner({ ...open, ...core }) === null &&
      result.conflict.between.every((key) => winner({ ...open, ...core, [key]: UNKNOWN }) !== null)
    );
  }),
  "not knowing keeps what any answer would keep": fc.property(complete, question, (given, asked) => {
    const kept = new Set(idsOf(asked).flatMap((id) => possible(decide(data, { ...given, [asked.id]: id }))));
    return equal(possible(decide(data, { ...given, [asked.id]: UNKNOWN })).sort(), [...kept].sort());
  }),
  "less trust never gives a weaker wall": fc.property(complete, (given) => {
    const walls = idsOf(data.questions.find(({ id }) => id === "trust"))
      .map((trust) => winner({ ...given, trust }))
      .filter(Boolean)
      .map((option) => fitOf(option, "isolation"));
    return walls.every((wall, index) => index === 0 || wall >= walls[index - 1]);
  }),
  "an address gives back the answers that it was made of": fc.property(partly, (given) => {
    const { answers, problems } = decide.read(data, decide.write(data, given).map(([key, id]) => [key, id, `${key}:${id}`]));
    return problems.length === 0 && equal(Object.entries(answers).sort(), Object.entries(given).sort());
  }),
  "no address makes an answer that the guide does not have": fc.property(
    fc.array(fc.tuple(fc.oneof(fc.string(), fc.constantFrom(...data.questions.map(({ id }) => id), "__proto__", "constructor")), fc.string())),
    (pairs) => {
      const { answers } = decide.read(data, pairs.map(([key, value]) => [key, value, `${key}:${value}`]));
      return Object.entries(answers).every(([key, id]) => {
        const found = data.questions.find((q) => q.id === key);
        return found && (id === UNKNOWN || idsOf(found).includes(id));
      });
    },
  ),
  "sides that are alike differ in nothing": fc.property(partly, (given) => {
    const { answers, options, weights, alone } = guide.contrast(data, given, given);
    return !answers.length && !weights.length && !alone.length && options.every(({ changed }) => !changed);
  }),
  "changing sides changes nothing but the sides": fc.property(known, known, (left, right) => {
    const [there, back] = [guide.contrast(data, left, right), guide.contrast(data, right, left)];
    const swapped = (rows) => rows.map((row) => ({ ...row, sides: [...row.sides].reverse() }));
    return (
      equal(swapped(there.answers), back.answers) &&
      equal(swapped(there.weights), back.weights) &&
      equal(there.options.map(({ changed }) => changed), back.options.map(({ changed }) => changed))
    );
  }),
  "where sides come to different answers, some option changes": fc.property(known, known, (left, right) => {
    const { results, options } = guide.contrast(data, left, right);
    const [a, b] = results.map(({ recommendation }) => recommendation);
    return a === b || options.some(({ option, changed }) => changed && (option === a || option === b));
  }),
  "a number written as the calculator writes it is read as that number": fc.property(
    fc.integer({ min: 0, max: 10_000_000 }),
    (number) => density.parse({ least: 0, most: 1e7 }, new Intl.NumberFormat("en-GB").format(number)) === number,
  ),
  "a text is a number in its range or refused": fc.property(
    fc.oneof(fc.string(), fc.stringMatching(/^[\d., \u00a0\u0661-\u0669+-]{0,12}$/)),
    (text) => {
      const number = density.parse({ least: 1, most: 1000, whole: true }, text);
      return number === null || (Number.isInteger(number) && number >= 1 && number <= 1000);
    },
  ),
  "a point and three digits are never read as a small number": fc.property(
    fc.integer({ min: 1, max: 999 }),
    fc.integer({ min: 0, max: 999 }),
    (whole, rest) => density.parse({ least: 0, most: 1e7 }, `${whole}.${String(rest).padStart(3, "0")}`) === null,
  ),
};

// A seed of its own, so that a run says the same today and tomorrow.
const tried = Object.entries(properties).filter(([name]) => name.startsWith(only));
const found = tried.map(([name, property]) => {
  const details = fc.check(property, { seed: 20261126, numRuns: 300 });
  return [name, details.failed ? `${fc.defaultReportMessage(details)}` : null];
});
process.stdout.write(JSON.stringify(Object.fromEntries(found)));
