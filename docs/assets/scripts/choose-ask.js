/**
 * Asking: guide.ask(data, changed) makes the form; changed(question, answer) is called for each answer given.
 * What nobody has answered shows what is assumed, and says so; "I don't know" is an answer to every question.
 */
"use strict";
guide.ask = (data, changed) => {
  const { el } = elements;
  /** @type {(question: Question, id: string, label: string) => HTMLElement} */
  const option = (question, id, label) =>
    el(
      "label",
      { class: id === decide.UNKNOWN ? "guide__unknown" : false },
      el("input", {
        type: "radio",
        name: question.id,
        value: id,
        "aria-describedby": [question.help && `help-${question.id}`, `assumed-${question.id}`].filter(Boolean).join(" "),
      }),
      el("span", {}, label),
    );
  /** @param {Question} question */
  const fieldset = (question) =>
    el(
      "fieldset",
      { class: "guide__question", "data-question": question.id },
      el("legend", {}, question.ask),
      question.help ? el("p", { class: "guide__help", id: `help-${question.id}` }, question.help) : "",
      question.answers.map(({ id, label }) => option(question, id, label)),
      option(question, decide.UNKNOWN, "I don't know"),
      el("p", { class: "guide__assumed", id: `assumed-${question.id}` }, "Assumed. Choose it to confirm it."),
    );
  const more = el("button", {
    type: "button",
    class: "md-button",
    "aria-expanded": "false",
    "aria-controls": "guide-form",
  });
  const reset = el("button", { type: "button", class: "md-button" }, "Start again");
  const jump = el("button", { type: "button", class: "md-button" }, "See the result and why");
  const sections = data.groups.map((group) =>
    el(
      "section",
      {},
      el("h3", {}, group.title),
      data.questions.filter((question) => question.group === group.id).map(fieldset),
    ),
  );
  const form = el(
    "form",
    { id: "guide-form", class: "guide__form" },
    el("h2", { id: "your-answers" }, "Your answers"),
    sections,
    el("p", { class: "guide__buttons" }, more, reset, jump),
  );
  let all = false;
  /** @type {Result | null} */
  let last = null;

  /**
   * Shows the questions that matter with these answers, each with its answer.
   * @param {Result} now
   */
  const show = (now) => {
    last = now;
    const { answers, assumed } = now;
    for (const question of data.questions) {
      const asked = all || decide.asked(question, answers) || !assumed.includes(question.id);
      const field = form.querySelector(`[data-question="${question.id}"]`);
      const mark = field?.querySelector(".guide__assumed");
      const choice = form.elements.namedItem(question.id);
      if (field instanceof HTMLElement) field.hidden = !asked;
      if (mark instanceof HTMLElement) mark.hidden = !assumed.includes(question.id);
      if (choice instanceof RadioNodeList) choice.value = answers[question.id];
    }
    for (const section of sections) section.hidden = !section.querySelector("fieldset:not([hidden])");
    more.textContent = all ? "Show fewer questions" : `Show all ${data.questions.length} questions`;
    more.setAttribute("aria-expanded", String(all));
  };

  // A click, not a change: choosing what is assumed confirms it. The keyboard clicks as well.
  form.addEventListener("click", ({ target }) => {
    if (target instanceof HTMLInputElement) changed(target.name, target.value);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  more.addEventListener("click", () => {
    all = !all;
    if (last) show(last);
  });
  reset.addEventListener("click", () => {
    all = false;
  });
  return { form, reset, jump, show };
};
