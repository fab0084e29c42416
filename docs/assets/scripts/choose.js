/**
 * The page of the decision guide: asks, shows the standing after each answer, explains the result, writes the record.
 * What the answers mean is decided in decide.js. This file joins the parts; docs/choose/index.md lists them in order:
 * choose-data (made by the build), decide, choose-elements, choose-address (the state), choose-words, choose-ask, choose-standing.
 *
 * Whoever opens the page sees what is assumed leads to. What explains an answer is loaded (load.js) when there is one,
 * or when somebody asks: choose-why.js (made by the build), choose-result.js and choose-record.js. Why each rule is there
 * stands on the page, in its list of rules.
 */
"use strict";
(() => {
  const root = document.getElementById("guide");
  if (!root) return;
  const { el } = elements;
  const data = guideData;
  const words = guide.words(data);

  /** @type {Answers} */
  let given = {};
  let title = "";
  /** @type {Result | null} */
  let shown = null;
  /** @type {string | null} */
  let lastChanged = null;

  const NAME = "name";
  /** @type {(answers: Answers) => string[][]} */
  const pairsOf = (answers) => [...decide.write(data, answers), ...(title ? [[NAME, title]] : [])];
  /** @param {Answers} answers */
  const linkTo = (answers) => address.link(pairsOf(answers));
  /** @param {Answers} answers */
  const permalink = (answers) => new URL(linkTo(answers), location.href).href.split("#")[0];

  /** @type {(question: string, id: string) => void} */
  const change = (question, id) => {
    if (given[question] === id) return;
    given = { ...given, [question]: id };
    // Trying the answers of one question in turn is one step back, not many.
    address.write(pairsOf(given), { step: question !== lastChanged });
    lastChanged = question;
    problem.hidden = true;
    show();
  };
  const ask = guide.ask(data, change);
  const standing = guide.standing(data, words);
  const problem = el("p", { class: "guide__problem", role: "alert", hidden: true });
  const status = el("p", { class: "guide__status", role: "status", "aria-live": "polite" });
  const verdict = el("h2", { id: "guide-result", tabindex: "-1" });
  const box = el("div", {});
  // Stays in sight on a narrow screen, where the standing is below; a screen reader has the status instead.
  const leader = el("p", { class: "guide__leader", "aria-hidden": "true" });
  root.append(
    problem,
    el(
      "div",
      { class: "guide__columns" },
      ask.form,
      el(
        "section",
        { class: "guide__standing", "aria-labelledby": "guide-standing" },
        el("h2", { id: "guide-standing" }, "Standing"),
        status,
        standing.box,
      ),
    ),
    leader,
    el("section", { class: "guide__result", "aria-labelledby": "guide-result" }, verdict, box),
  );

  const PARTS = ["choose-why.js", "scripts/choose-result.js", "scripts/choose-record.js"];
  /** @type {((now: Result) => void) | null} */
  let explain = null;
  let coming = false;
  const cameIn = () => {
    const whole = /** @type {Whole} */ (decide.join(data, guide.why(guideWhy)));
    const result = guide.result(whole, words, linkTo, box);
    const record = guide.record(whole, words, permalink, (name) => {
      title = name;
      address.write(pairsOf(given), { step: false });
    });
    explain = (now) => {
      record.show(now, given, title);
      result.show(now, given, record);
    };
    explain(decide(data, given));
  };
  const getReasons = async () => {
    if (explain || coming) return;
    coming = true;
    try {
      await Promise.all(PARTS.map((name) => siteLoad(name)));
    } catch {
      coming = false;
      const said = "The reasons could not be loaded. The rules below are complete.";
      box.replaceChildren(el("p", {}, said), el("p", { class: "guide__buttons" }, reasonsButton("Try again")));
      return;
    }
    cameIn();
  };
  const focusResult = () => {
    void getReasons();
    verdict.focus();
  };
  /** @param {string} text */
  const reasonsButton = (text) => el("button", { type: "button", class: "md-button", onclick: focusResult }, text);
  const untouched = () =>
    box.replaceChildren(
      el("p", {}, "You have answered nothing yet: this is where all that is assumed leads."),
      el("p", { class: "guide__buttons" }, reasonsButton("Why, what speaks against it, and what to check")),
    );

  const show = () => {
    const now = decide(data, given);
    const said = words.changes(shown, now);
    shown = now;
    ask.show(now);
    standing.show(now);
    verdict.textContent = words.title(now);
    if (explain) explain(now);
    else if (Object.keys(given).length || title) void getReasons();
    else if (!coming) untouched();
    leader.textContent = words.headline(now);
    status.textContent = `${words.headline(now)} ${said}`.trim();
  };

  /** Takes the answers from the address, and names what it cannot be. */
  const readAddress = () => {
    const pairs = address.read();
    title = (pairs.find(([key]) => key === NAME)?.[1] ?? "").slice(0, 80);
    const { answers, problems } = decide.read(
      data,
      pairs.filter(([key]) => key !== NAME),
    );
    given = answers;
    problem.hidden = problems.length === 0;
    problem.textContent = problems.length
      ? `This address is not quite right: ${problems.join("; ")}. What was damaged counts as not known; check the answers below.`
      : "";
    lastChanged = null;
    address.write(pairsOf(given), { step: false });
    show();
  };

  ask.jump.addEventListener("click", focusResult);
  ask.reset.addEventListener("click", () => {
    title = "";
    address.write([]);
    readAddress();
  });
  box.addEventListener("click", (event) => {
    const follow = event.target instanceof Element && event.target.closest("a[data-state]");
    if (!(follow instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    try {
      history.pushState(null, "", follow.href);
    } catch {
      return; // The link itself leads there.
    }
    event.preventDefault();
    readAddress();
    focusResult();
  });
  address.listen(readAddress);
  readAddress();
})();
