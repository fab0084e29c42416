/**
 * The page of the decision guide: asks, shows the standing after each answer, explains the result, writes the record.
 * What the answers mean is decided in decide.js. The answers live in the address (#os=windows&trust=hostile).
 */
"use strict";
(() => {
  const root = document.getElementById("guide");
  const script = document.getElementById("decision-data");
  if (!root || !script) return;
  const data = JSON.parse(script.textContent);
  const byId = (rows) => new Map(rows.map((row) => [row.id, row]));
  const [options, questions, rules, criteria] = ["options", "questions", "rules", "criteria"].map((key) =>
    byId(data[key]),
  );

  /* --- Words --------------------------------------------------------------------------------------------- */
  /** An option in full, where it stands alone; its short name, where it stands in a sentence or a list. */
  const fullName = (id) => options.get(id).name;
  const nameOf = (id) => options.get(id).short;
  const answerOf = (question, id) => questions.get(question).answers.find((answer) => answer.id === id);
  const saidOf = (question, id) => answerOf(question, id).said;
  const lowerFirst = (text) => (/^[A-Z][a-z']* /.test(text) ? text[0].toLowerCase() + text.slice(1) : text);
  const list = (words, last = "and") =>
    words.length > 1 ? `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}` : (words[0] ?? "");
  const percent = (score) => Math.round(score * 100);
  const pointsOf = ({ option, score }, verb = "") => `${nameOf(option)}${verb} ${percent(score)}`;
  /** A source: from the data, or from the note that the page has for it. */
  const sourceOf = (id) => {
    if (data.sources[id]) return data.sources[id];
    const link = document.getElementById(`fn:source-${id}`).querySelector("a[href^='http']");
    return [link.textContent, link.href];
  };
  /** The links of the page to what there is to read about an option. */
  const readingOf = (id) => [...document.querySelectorAll(`a[data-read="${id}"]`)];
  /** Rules that answers set off, without those that only keep out what nothing asks for. */
  const telling = (result) =>
    result.fired.filter(({ standing, because }) => !standing && because.some(isUnusual(result)));
  const isUnusual = (result) => (key) => result.answers[key] !== questions.get(key).answers[0].id;

  const isStanding = (rule) => rules.get(rule).kind === "standing";
  /** Options that nothing rules out but that nothing asks for either. */
  const needReason = ({ excluded }) =>
    data.options.map(({ id }) => id).filter((id) => excluded[id].length && excluded[id].every(isStanding));

  const headline = ({ status, recommendation, runnerUp }) =>
    ({
      conflict: () => "Nothing is left: some of your answers contradict each other.",
      only: () => `${nameOf(recommendation)} is the only option left.`,
      close: () => `A close call: ${nameOf(recommendation)} is slightly ahead of ${nameOf(runnerUp)}.`,
      clear: () => `${nameOf(recommendation)} leads, before ${nameOf(runnerUp)}.`,
    })[status]();

  /** What an answer has changed, in a sentence for the eye and the screen reader. */
  const changes = (before, now) => {
    if (!before) return "";
    const moved = (from, to) =>
      data.options.map(({ id }) => id).filter((id) => !from.excluded[id].length && to.excluded[id].length);
    const out = moved(before, now);
    const back = moved(now, before);
    const why = [...new Set(out.flatMap((id) => now.excluded[id].slice(0, 1)))].map((id) => rules.get(id).title);
    return [
      out.length ? `Ruled out by this answer: ${list(out.map(nameOf))} (${list(why)}).` : "",
      back.length ? `Possible again: ${list(back.map(nameOf))}.` : "",
    ].join(" ");
  };

  /** Why the recommended option comes before the runner-up. */
  const comparison = ({ recommendation, runnerUp, comparison: gaps }) => {
    const words = (ids) => list(ids.slice(0, 3).map((id) => criteria.get(id).better));
    const ahead = `${nameOf(recommendation)} ${words(gaps.ahead)}.`;
    return gaps.behind.length ? `${ahead} ${nameOf(runnerUp)} ${words(gaps.behind)}, which weighs less here.` : ahead;
  };

  /** The criteria that count most, each with the answers that raised it. */
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
        return `${criteria.get(criterion).title}: weight ${weight} of ${total}, ${reason}`;
      });
  };

  /* --- Elements ------------------------------------------------------------------------------------------ */
  /** An element; text goes in as text, never as markup. */
  const el = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== "" && child !== null));
    return element;
  };
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };
  /** The sources of the result, in the order in which it names them; a number in the text leads to each. */
  const cited = [];
  const sourceLinks = (ids = []) =>
    ids.map((id) => {
      if (!cited.includes(id)) cited.push(id);
      const [title, href] = sourceOf(id);
      const number = cited.indexOf(id) + 1;
      return el("sup", {}, el("a", { href, title, "aria-label": `Source ${number}: ${title}` }, `[${number}]`));
    });
  const sourceList = () =>
    el(
      "ol",
      { class: "guide__sources" },
      cited.map((id) => {
        const [title, href] = sourceOf(id);
        return el("li", {}, el("a", { href }, title));
      }),
    );
  const stateLink = (change, text) => {
    const state = decide.write(data, { ...answers, ...change });
    return el("a", { href: `#${state}`, "data-state": true }, text);
  };
  const heading = (text) => el("h3", {}, text);

  /* --- The form ------------------------------------------------------------------------------------------ */
  const fieldset = (question) =>
    el(
      "fieldset",
      { class: "guide__question", "data-question": question.id },
      el("legend", {}, question.ask),
      question.help ? el("p", { class: "guide__help", id: `help-${question.id}` }, question.help) : "",
      question.answers.map((answer) =>
        el(
          "label",
          {},
          el("input", {
            type: "radio",
            name: question.id,
            value: answer.id,
            "aria-describedby": question.help ? `help-${question.id}` : false,
          }),
          el("span", {}, answer.label),
        ),
      ),
    );
  const problem = el("p", { class: "guide__problem", role: "alert", hidden: true });
  const more = el("button", {
    type: "button",
    class: "md-button",
    "aria-expanded": "false",
    "aria-controls": "guide-form",
  });
  const reset = el("button", { type: "button", class: "md-button" }, "Start again");
  const sections = data.groups.map((group) =>
    el(
      "section",
      {},
      el("h3", {}, group.title),
      data.questions.filter((question) => question.group === group.id).map(fieldset),
    ),
  );
  const jump = el("button", { type: "button", class: "md-button" }, "See the result and why");
  const form = el(
    "form",
    { id: "guide-form", class: "guide__form" },
    el("h2", { id: "your-answers" }, "Your answers"),
    sections,
    el("p", { class: "guide__buttons" }, more, reset, jump),
  );
  const status = el("p", { class: "guide__status", role: "status", "aria-live": "polite" });
  const standing = el("div", {});
  const result = el("section", { class: "guide__result", "aria-labelledby": "guide-result" });
  // Stays in sight on a narrow screen, where the standing is below; a screen reader has the status instead.
  const leader = el("p", { class: "guide__leader", "aria-hidden": "true" });
  root.append(
    problem,
    el(
      "div",
      { class: "guide__columns" },
      form,
      el(
        "section",
        { class: "guide__standing", "aria-labelledby": "guide-standing" },
        el("h2", { id: "guide-standing" }, "Standing"),
        status,
        standing,
      ),
    ),
    leader,
    result,
  );

  const showQuestions = () => {
    for (const question of data.questions) {
      const asked = showAll || decide.asked(question, answers) || answers[question.id] !== question.answers[0].id;
      form.querySelector(`[data-question="${question.id}"]`).hidden = !asked;
      form.elements[question.id].value = answers[question.id];
    }
    for (const section of sections) section.hidden = !section.querySelector("fieldset:not([hidden])");
    more.textContent = showAll ? "Show fewer questions" : `Show all ${data.questions.length} questions`;
    more.setAttribute("aria-expanded", String(showAll));
  };

  /* --- The standing -------------------------------------------------------------------------------------- */
  const bar = (score, side) =>
    svg(
      "svg",
      {
        class: `guide__bar guide__bar--${side}`,
        viewBox: "0 0 100 8",
        preserveAspectRatio: "none",
        "aria-hidden": "true",
      },
      svg("rect", { class: "guide__track", width: 100, height: 8 }),
      svg("rect", { class: "guide__fill", width: percent(score), height: 8 }),
    );

  const showStanding = (now) => {
    const left = now.ranking.map(({ option, score }) =>
      el(
        "li",
        { class: "guide__left" },
        el("span", {}, nameOf(option)),
        bar(score, options.get(option).side),
        el("span", { class: "guide__score" }, `fit ${percent(score)}`),
      ),
    );
    const quiet = needReason(now);
    const loud = data.options.map(({ id }) => id).filter((id) => now.excluded[id].length && !quiet.includes(id));
    const why = (id) =>
      now.excluded[id]
        .filter((rule) => !isStanding(rule))
        .map((rule) => rules.get(rule).title)
        .join("; ");
    standing.replaceChildren(
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
    leader.textContent = headline(now);
  };

  /* --- The result ---------------------------------------------------------------------------------------- */
  /** Names of options, without those that the usual answers rule out already: they are no news. */
  const news = (now, ids) => {
    const told = telling(now);
    const stale = (id) => now.fired.some((fired) => !told.includes(fired) && fired.removes.includes(id));
    const fresh = ids.filter((id) => !stale(id));
    return (fresh.length ? fresh : ids).map(nameOf);
  };

  const ruleItem =
    (now) =>
    ({ rule, removes, because }) => {
      const { title, reason, sources, keeps } = rules.get(rule);
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

  const conflictParts = (now) => {
    const { between, relax } = now.conflict;
    const involved = now.fired.filter(({ because }) => because.some((key) => between.includes(key)));
    return [
      el("h2", { id: "guide-result", tabindex: "-1" }, "No recommendation: these answers contradict each other"),
      el(
        "ul",
        { class: "guide__between" },
        between.map((key) => el("li", {}, `${saidOf(key, now.answers[key])}.`)),
      ),
      el("p", {}, "Each of them rules out what the others leave, so any recommendation would be a guess."),
      heading("What to relax"),
      el("p", {}, "Check whether one of these is true instead. Each opens the guide with that answer."),
      el(
        "ul",
        {},
        relax.map(({ change, recommendation }) => {
          const said = Object.entries(change).map(([key, id]) => lowerFirst(saidOf(key, id)));
          return el("li", {}, stateLink(change, `If ${list(said)}`), `: ${nameOf(recommendation)}.`);
        }),
      ),
      heading("The rules that collide"),
      el("ul", {}, involved.map(ruleItem(now))),
      heading("Sources"),
      sourceList(),
    ];
  };

  const tippingItems = (now) => {
    // Answers that would leave nothing are no other answer.
    const variants = now.tipping.filter(({ recommendation }) => recommendation);
    return [...new Set(variants.map(({ recommendation }) => recommendation))].map((id) =>
      el(
        "li",
        {},
        el("strong", {}, nameOf(id)),
        ", if ",
        variants
          .filter((v) => v.recommendation === id)
          .flatMap(({ question, answer }, index) => [
            index ? "; or if " : "",
            stateLink({ [question]: answer }, lowerFirst(saidOf(question, answer))),
          ]),
        ".",
      ),
    );
  };

  const recommendationParts = (now) => {
    const limits = telling(now);
    const others = now.fired.filter((fired) => !limits.includes(fired));
    const { tier, layer, counter } = now;
    const unasked = needReason(now);
    const box = el("textarea", {
      readonly: true,
      rows: 12,
      "aria-label": "Decision record in Markdown",
      spellcheck: "false",
    });
    box.value = record(now);
    const said = el("span", { role: "status", class: "guide__said" });
    const title =
      now.status === "close"
        ? `Close call: ${fullName(now.recommendation)}, or ${fullName(now.runnerUp)}`
        : `Recommendation: ${fullName(now.recommendation)}`;
    return [
      el("h2", { id: "guide-result", tabindex: "-1" }, title),
      el("p", { class: "guide__answers" }, given(now)),
      heading("Why"),
      limits.length
        ? el("ul", { class: "guide__rules" }, limits.map(ruleItem(now)))
        : el("p", {}, "None of your answers sets off a hard rule, so what fits best wins."),
      now.runnerUp
        ? [
            el(
              "p",
              {},
              el("strong", {}, `Runner-up: ${fullName(now.runnerUp)}.`),
              ` Of 100 points for a perfect fit, ${pointsOf(now.ranking[0], " has")} and ${pointsOf(now.ranking[1])}. `,
              comparison(now),
            ),
            now.status === "close"
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
              weightWords(now).map((words) => el("li", {}, words)),
            ),
          ]
        : el(
            "p",
            {},
            "There is no runner-up: everything else is ruled out",
            unasked.length ? `, and ${list(unasked.map(nameOf))} would need a reason that you did not name.` : ".",
          ),
      heading("What speaks against it"),
      el("p", {}, counter.text, sourceLinks(counter.sources)),
      heading("What it should stand on"),
      el("p", {}, el("strong", {}, `${layer.verdict}.`), ` ${layer.text}`, sourceLinks(layer.sources)),
      heading(`Hardening checklist, tier ${tier.level}: ${lowerFirst(tier.title)}`),
      el(
        "ul",
        { class: "guide__checks" },
        tier.checks.map((check) => el("li", {}, `${check.text}.`, sourceLinks(check.sources))),
      ),
      el(
        "div",
        { class: "guide__screen" },
        heading("What would change the answer"),
        el("ul", {}, tippingItems(now)),
        heading("Read next"),
        el(
          "ul",
          {},
          readingOf(now.recommendation).map(({ href, textContent }) => el("li", {}, el("a", { href }, textContent))),
        ),
        el(
          "details",
          {},
          el("summary", {}, `${others.length} more rules applied, as they do to most workloads`),
          el("ul", {}, others.map(ruleItem(now))),
        ),
        heading("Take it along"),
        el(
          "p",
          { class: "guide__buttons" },
          el(
            "button",
            { type: "button", class: "md-button", onclick: () => copy(box, said) },
            "Copy the decision record",
          ),
          el("button", { type: "button", class: "md-button", onclick: () => download(box.value, now) }, "Download it"),
          el("button", { type: "button", class: "md-button", onclick: printResult }, "Print this result"),
          said,
        ),
        el("details", {}, el("summary", {}, "The record in Markdown"), box),
      ),
      heading("Sources"),
      sourceList(),
    ];
  };

  const given = (now) => {
    const unusual = data.questions
      .filter(({ id }) => isUnusual(now)(id))
      .map(({ id }) => `${saidOf(id, now.answers[id])}.`);
    return unusual.length
      ? `You said: ${unusual.join(" ")} Everything else is as usual.`
      : "These are the usual answers: your own Linux server software. Change those that differ.";
  };

  const showResult = (now) => {
    cited.length = 0;
    const parts = now.recommendation ? recommendationParts(now) : conflictParts(now);
    result.replaceChildren(...parts.flat().filter(Boolean));
  };

  /* --- The decision record (MADR 4) ---------------------------------------------------------------------- */
  const record = (now) => {
    const used = new Set();
    const cite = (ids = []) => {
      ids.forEach((id) => used.add(id));
      return ids.length ? ` (${ids.map((id) => sourceOf(id)[0]).join("; ")})` : "";
    };
    const limits = telling(now).map(({ rule }) => rules.get(rule));
    const removedBy = (id) => now.excluded[id].map((rule) => rules.get(rule));
    const score = (id) => now.ranking.find(({ option }) => option === id)?.score;
    const lines = [
      "---",
      "status: proposed",
      `date: ${today()}`,
      "---",
      "",
      `# Run the workload as: ${fullName(now.recommendation)}`,
      "",
      "## Context and Problem Statement",
      "",
      "Which boundary should run this workload? The answers that describe it:",
      "",
      ...data.questions.map(({ id, ask }) => `* ${ask} ${answerOf(id, now.answers[id]).label}`),
      "",
      "## Decision Drivers",
      "",
      ...limits.map((rule) => `* Hard limit: ${rule.title}. ${rule.reason}${cite(rule.sources)}`),
      ...weightWords(now).map((words) => `* Weight: ${words}`),
      "",
      "## Considered Options",
      "",
      ...data.options.map(({ name }) => `* ${name}`),
      "",
      "## Decision Outcome",
      "",
      `Chosen option: "${fullName(now.recommendation)}", because ${whyChosen(now)}.`,
      "",
      ...(now.status === "close" ? ["This is a close call; the runner-up is defensible as well.", ""] : []),
      `It should stand: ${now.layer.verdict}. ${now.layer.text}${cite(now.layer.sources)}`,
      "",
      "### Consequences",
      "",
      ...(now.comparison?.ahead ?? []).map(
        (id) => `* Good, because it ${criteria.get(id).better} than ${nameOf(now.runnerUp)}`,
      ),
      ...(now.comparison?.behind ?? []).map(
        (id) => `* Bad, because ${nameOf(now.runnerUp)} ${criteria.get(id).better}`,
      ),
      `* Bad, because of the main counter-argument: ${now.counter.text}${cite(now.counter.sources)}`,
      "",
      "### Confirmation",
      "",
      `Hardening tier ${now.tier.level} (${now.tier.title}):`,
      "",
      ...now.tier.checks.map((check) => `* [ ] ${check.text}${cite(check.sources)}`),
      "",
      "## Pros and Cons of the Options",
      "",
      ...data.options.flatMap(({ id, name }) => [
        `### ${name}`,
        "",
        ...(removedBy(id).length
          ? removedBy(id).map(
              (rule) => `* Bad, because of a hard rule: ${rule.title}. ${rule.reason}${cite(rule.sources)}`,
            )
          : [`* Neutral, because it fits with ${percent(score(id))} of 100`]),
        "",
      ]),
      "## More Information",
      "",
      `Answers: ${location.protocol === "file:" ? "" : location.href.split("#")[0]}#${decide.write(data, now.answers)}`,
      "",
      "Sources:",
      "",
      ...[...used].sort().map((id) => `* ${sourceOf(id)[0]}: ${sourceOf(id)[1]}`),
      "",
    ];
    return lines.join("\n");
  };
  const whyChosen = ({ runnerUp, ranking: [first, second, ...rest] }) =>
    runnerUp
      ? `it fits best of the ${rest.length + 2} options that no hard rule excludes ` +
        `(of 100 points, ${pointsOf(first, " has")} and ${pointsOf(second)})`
      : "hard rules exclude every other option";
  const today = () => {
    const now = new Date();
    return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
      .map((part) => String(part).padStart(2, "0"))
      .join("-");
  };

  const copy = async (box, said) => {
    try {
      await navigator.clipboard.writeText(box.value);
      said.textContent = "Copied.";
    } catch {
      // Without the clipboard's permission, or from disk: the reader copies the selected text.
      box.closest("details").open = true;
      box.select();
      said.textContent = "Selected below: press Ctrl+C or ⌘C.";
    }
  };
  const download = (text, now) => {
    const href = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
    el("a", { href, download: `decision-${now.recommendation}.md` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 1000);
  };
  const printResult = () => {
    document.documentElement.classList.add("print-result");
    window.print();
  };
  addEventListener("afterprint", () => document.documentElement.classList.remove("print-result"));

  /* --- State --------------------------------------------------------------------------------------------- */
  const usual = Object.fromEntries(data.questions.map((question) => [question.id, question.answers[0].id]));
  let answers = usual;
  let showAll = false;
  let shown = null;
  let lastChanged = null;

  const show = () => {
    const now = decide(data, answers);
    const said = changes(shown, now);
    shown = now;
    showQuestions();
    showStanding(now);
    showResult(now);
    status.textContent = `${headline(now)} ${said}`.trim();
  };

  /** Takes the answers from the address; a fragment without "=" is an anchor in the page and changes nothing. */
  const readAddress = () => {
    const fragment = decodeAddress(location.hash);
    if (fragment && !fragment.includes("=") && fragment !== "#" && document.getElementById(fragment.slice(1))) return;
    const { answers: read, problems } = decide.read(data, fragment);
    problem.hidden = problems.length === 0;
    problem.textContent = problems.length
      ? `This address is not quite right: ${problems.join("; ")}. The guide has left that out; check the answers below.`
      : "";
    answers = { ...usual, ...read };
    lastChanged = null;
    show();
  };
  const decodeAddress = (hash) => {
    try {
      return decodeURIComponent(hash);
    } catch {
      return hash;
    }
  };

  const change = (question, id) => {
    answers = { ...answers, [question]: id };
    const state = `${location.pathname}${location.search}#${decide.write(data, answers)}`;
    // Trying the answers of one question in turn is one step back, not many.
    if (question === lastChanged) history.replaceState(null, "", state);
    else history.pushState(null, "", state);
    lastChanged = question;
    problem.hidden = true;
    show();
  };

  form.addEventListener("change", ({ target }) => change(target.name, target.value));
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    showAll = !showAll;
    showQuestions();
  });
  reset.addEventListener("click", () => {
    history.pushState(null, "", `${location.pathname}${location.search}#`);
    showAll = false;
    readAddress();
  });
  const focusResult = () => document.getElementById("guide-result").focus();
  jump.addEventListener("click", focusResult);
  let followed = false;
  result.addEventListener("click", ({ target }) => {
    followed = Boolean(target.closest("[data-state]"));
  });
  addEventListener("hashchange", () => {
    readAddress();
    if (followed) focusResult();
    followed = false;
  });
  // pushState entries that differ in the fragment fire hashchange as well, except where a browser fires only this.
  addEventListener("popstate", () => {
    if (`#${decide.write(data, answers)}` !== (decodeAddress(location.hash) || "#")) readAddress();
  });

  readAddress();
})();
