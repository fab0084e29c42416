/** The standing: guide.standing(data, words) is a box that shows, after each answer, what is left and what is not. */
"use strict";
guide.standing = (data, words) => {
  const { el, bar } = elements;
  const { options, nameOf, percent, needReason, isStanding, rules, list } = words;
  const box = el("div", {});

  /** @param {Result} now */
  const show = (now) => {
    const left = now.ranking.map(({ option, score }) =>
      el(
        "li",
        { class: "guide__left" },
        el("span", {}, nameOf(option)),
        bar(percent(score), options.get(option)?.side),
        el("span", { class: "guide__score" }, `fit ${percent(score)}`),
      ),
    );
    const quiet = needReason(now);
    const loud = data.options.map(({ id }) => id).filter((id) => now.excluded[id].length && !quiet.includes(id));
    /** @param {string} id */
    const why = (id) =>
      now.excluded[id]
        .filter((rule) => !isStanding(rule))
        .map((rule) => rules.get(rule)?.title)
        .join("; ");
    box.replaceChildren(
      left.length ? el("ol", { class: "guide__list" }, left) : "",
      loud.length ? el("p", {}, "Ruled out, and why") : "",
      loud.length
        ? el(
            "ul",
            { class: "guide__list" },
            loud.map((id) => el("li", { class: "guide__gone" }, el("s", {}, nameOf(id)), `: ${why(id)}`)),
          )
        : "",
      quiet.length
        ? el("p", { class: "guide__quiet" }, `Not considered without a reason: ${list(quiet.map(nameOf))}.`)
        : "",
    );
  };
  return { box, show };
};
