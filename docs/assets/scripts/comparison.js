/**
 * The comparison's tools: choose columns, filter by concern, show differences only, link to a choice, take it along.
 * Without this file the page shows the whole table. The choice lives in the address, after the #.
 */
"use strict";
(() => {
  /** What is shown when the address says nothing; a phone starts with the classic pair. */
  const FIRST = ["Container", "gVisor", "Kata", "Virtual machine"];
  const FIRST_ON_PHONE = ["Container", "Virtual machine"];
  const CONCERNS = ["security", "performance", "operations", "portability", "cost", "compatibility"];

  const place = document.getElementById("comparison-tools");
  const tables = [...document.querySelectorAll("table.comparison")];
  if (!place || tables.length === 0) return;
  const names = [...tables[0].tHead.rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
  /** @type {(name: string) => string} The name of a column in the address. */
  const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

  /**
   * An element with attributes and children.
   * @param {string} name @param {Record<string, string>} attributes @param {(Node | string)[]} children
   */
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  const boxes = names.map((name) => make("input", { type: "checkbox", value: slug(name) }));
  const concern = make("select", {}, make("option", { value: "" }, "every concern"));
  for (const value of CONCERNS) concern.append(make("option", { value }, value));
  const differences = make("input", { type: "checkbox" });
  const status = make("p", { class: "tools__status", "aria-live": "polite" });
  /** @type {(label: string, act: () => void) => HTMLElement} */
  const button = (label, act) => {
    const element = make("button", { type: "button" }, label);
    element.addEventListener("click", act);
    return element;
  };

  /** @returns {{columns: boolean[], concern: string, differences: boolean, problem: string}} the choice in the address */
  const read = () => {
    const asked = new URLSearchParams(location.hash.slice(1));
    const first = matchMedia("(max-width: 37.5em)").matches ? FIRST_ON_PHONE : FIRST;
    const wanted = asked.has("show") ? asked.get("show").split(",") : first.map(slug);
    const unknown = wanted.filter((name) => !names.some((known) => slug(known) === name));
    const columns = names.map((name) => wanted.includes(slug(name)));
    const value = asked.get("concern") ?? "";
    if (value && !CONCERNS.includes(value)) unknown.push(value);
    return {
      columns: columns.some(Boolean) ? columns : names.map((name) => first.includes(name)),
      concern: CONCERNS.includes(value) ? value : "",
      differences: asked.get("only") === "differences",
      problem: unknown.length ? `The address asks for something unknown (${unknown.join(", ").slice(0, 80)}); it is left out. ` : "",
    };
  };

  /** Shows what is chosen, and says how much that is. */
  const show = (problem = "") => {
    const chosen = boxes.map((box) => box.checked);
    let shown = 0;
    for (const table of tables) {
      for (const row of [table.tHead.rows[0], ...table.tBodies[0].rows]) {
        chosen.forEach((on, index) => {
          // Writing what is there already would still cost a new layout.
          if (row.cells[index + 1].hidden === on) row.cells[index + 1].hidden = !on;
        });
      }
    }
    for (const row of rows) {
      const answers = [...row.cells].slice(1).filter((cell) => !cell.hidden).map((cell) => cell.firstElementChild.textContent);
      const fits = !concern.value || row.dataset.concerns.split(" ").includes(concern.value);
      row.hidden = !fits || (differences.checked && new Set(answers).size < 2);
      if (!row.hidden) shown += 1;
    }
    for (const table of tables) {
      const empty = [...table.tBodies[0].rows].every((row) => row.hidden);
      table.parentElement.hidden = empty;
      const heading = table.parentElement.previousElementSibling;
      if (heading?.localName === "h2") heading.hidden = empty;
    }
    status.textContent = `${problem}Showing ${shown} of ${rows.length} questions for ${chosen.filter(Boolean).length} of ${names.length} technologies.`;
  };

  /** Puts the choice into the address, so that it can be shared and the back button undoes it. */
  const remember = () => {
    const choice = new URLSearchParams();
    choice.set("show", boxes.filter((box) => box.checked).map((box) => box.value).join(","));
    if (concern.value) choice.set("concern", concern.value);
    if (differences.checked) choice.set("only", "differences");
    history.pushState(null, "", `#${choice.toString().replaceAll("%2C", ",")}`);
    show();
  };

  /** Takes the choice from the address. A plain anchor, such as #start-time, keeps what is shown. */
  const restore = () => {
    if (location.hash && !location.hash.includes("=") && boxes.some((box) => box.checked)) return;
    const choice = read();
    choice.columns.forEach((on, index) => {
      boxes[index].checked = on;
    });
    concern.value = choice.concern;
    differences.checked = choice.differences;
    show(choice.problem);
  };

  /** @returns {string[][]} what is shown, as rows of text; the first row holds the headings */
  const shownRows = () => {
    const columns = names.filter((_, index) => boxes[index].checked);
    const body = rows.filter((row) => !row.hidden).map((row) => {
      const cells = [...row.cells].slice(1).filter((cell) => !cell.hidden);
      return [row.cells[0].firstChild.textContent.trim(), ...cells.map((cell) => cell.firstElementChild.textContent)];
    });
    return [["Question", ...columns], ...body];
  };
  const asMarkdown = () => {
    const [head, ...body] = shownRows().map((row) => `| ${row.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`);
    return [head, head.replace(/[^|]+/g, "---"), ...body].join("\n");
  };
  /** A field that a spreadsheet would take for a formula begins with an apostrophe. */
  const asCsv = () => shownRows().map((row) => row.map((text) => `"${text.replace(/^[=+\-@]/, "'$&").replaceAll('"', '""')}"`).join(",")).join("\r\n");
  const asJson = () => {
    const shown = rows.filter((row) => !row.hidden).map((row) => ({
      question: row.id,
      title: row.cells[0].firstChild.textContent.trim(),
      answers: [...row.cells].slice(1).filter((cell) => !cell.hidden).map((cell) => ({
        technology: cell.dataset.label,
        text: cell.firstElementChild.textContent,
        kind: cell.lastElementChild.textContent,
      })),
    }));
    return JSON.stringify(shown, null, 2);
  };

  /** @param {string} name @param {string} type @param {string} text */
  const download = (name, type, text) => {
    const address = URL.createObjectURL(new Blob([text], { type }));
    make("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
    status.textContent = `${name} is on its way to your downloads.`;
  };
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(asMarkdown());
      status.textContent = "Copied as a Markdown table.";
    } catch {
      download("comparison.md", "text/markdown", asMarkdown());
    }
  };

  const form = make(
    "form",
    { class: "tools", "aria-label": "Choose what the comparison shows" },
    make(
      "fieldset",
      {},
      make("legend", {}, "Technologies"),
      make("div", { class: "tools__choices" }, ...names.map((name, index) => make("label", {}, boxes[index], name))),
    ),
    make("label", { class: "tools__field" }, "Concern", concern),
    make("label", {}, differences, "Only differences"),
    button("All technologies", () => {
      for (const box of boxes) box.checked = true;
      remember();
    }),
    button("Copy as Markdown", copy),
    button("Download CSV", () => download("comparison.csv", "text/csv", asCsv())),
    button("Download JSON", () => download("comparison.json", "application/json", asJson())),
    status,
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", (event) => {
    if (boxes.every((box) => !box.checked)) event.target.checked = true;
    remember();
  });
  place.append(form);
  restore();
  addEventListener("popstate", restore);
})();
