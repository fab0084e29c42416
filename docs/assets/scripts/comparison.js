/**
 * The comparison's tools: choose columns, filter by concern, show differences only, link to a choice, take it along.
 * Without this file the page shows the whole table. The choice lives in the address, in its query, so that a link to a
 * heading keeps it; addresses of before, which had it after the #, still work.
 *
 * At the start the style sheet shows the first columns by itself (reference.css), so nothing is laid out twice; the
 * table is read, and touched, when a reader chooses.
 */
"use strict";
(() => {
  /** What is shown when the address says nothing; a phone starts with the classic pair. As in reference.css. */
  const FIRST = ["Container", "gVisor", "Kata", "Virtual machine"];
  const FIRST_ON_PHONE = ["Container", "Virtual machine"];
  const CONCERNS = ["security", "performance", "operations", "portability", "cost", "compatibility"];

  const place = document.getElementById("comparison-tools");
  const tables = /** @type {HTMLTableElement[]} */ ([...document.querySelectorAll("table.comparison")]);
  if (!place || tables.length === 0) return;
  const names = [...tables[0].rows[0].cells].slice(1).map((cell) => cell.textContent.trim());
  const rows = tables.flatMap((table) => [...table.tBodies[0].rows]);
  const phone = matchMedia("(max-width: 37.5em)");
  /** The name of a column in the address. @param {string} name */
  const slug = (name) => name.toLowerCase().replace(/[^a-z0-9]+/g, "-");

  /**
   * An element with attributes and children.
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name @param {Record<string, string>} attributes @param {(Node | string)[]} children
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
  /** @param {string} label @param {() => void} act */
  const button = (label, act) => {
    const element = make("button", { type: "button" }, label);
    element.addEventListener("click", act);
    return element;
  };

  const first = () => names.map((name) => (phone.matches ? FIRST_ON_PHONE : FIRST).includes(name));
  /** @returns {{columns: boolean[], concern: string, differences: boolean, problem: string}} the choice in the address */
  const read = () => {
    const before = location.hash.includes("=") ? location.hash.slice(1) : "";
    const asked = new URLSearchParams(before || location.search);
    const wanted = asked.get("show")?.split(",");
    const unknown = (wanted ?? []).filter((name) => !names.some((known) => slug(known) === name));
    const columns = wanted ? names.map((name) => wanted.includes(slug(name))) : first();
    const value = asked.get("concern") ?? "";
    if (value && !CONCERNS.includes(value)) unknown.push(value);
    return {
      columns: columns.some(Boolean) ? columns : first(),
      concern: CONCERNS.includes(value) ? value : "",
      differences: asked.get("only") === "differences",
      problem: unknown.length ? `The address asks for something unknown (${unknown.join(", ").slice(0, 80)}); it is left out. ` : "",
    };
  };

  /** @param {HTMLTableRowElement} row @returns {HTMLTableCellElement[]} its answers in the chosen columns */
  const chosenCells = (row) => [...row.cells].slice(1).filter((_, index) => boxes[index].checked);
  /** @param {Element} cell */
  const answer = (cell) => cell.firstElementChild?.textContent ?? "";
  /** @param {HTMLTableRowElement} row */
  const title = (row) => row.cells[0].firstChild?.textContent?.trim() ?? "";
  /** @param {HTMLElement} element @param {boolean} away */
  const hide = (element, away) => {
    // Writing what is there already would still cost a new layout.
    if (element.hidden !== away) element.hidden = away;
  };

  /** One rule hides a column in all tables; a paper shows all. @type {CSSStyleSheet | null} */
  let sheet = null;
  const showColumns = () => {
    if (!sheet) {
      // What the style sheet shows at the start needs no rule.
      if (first().every((on, index) => on === boxes[index].checked)) return;
      sheet = new CSSStyleSheet();
      document.adoptedStyleSheets.push(sheet);
      document.documentElement.classList.add("columns-chosen");
    }
    const hidden = boxes.flatMap((box, index) => (box.checked ? [] : [`.comparison :is(th, td):nth-child(${index + 2})`]));
    sheet.replaceSync(hidden.length ? `@media screen { ${hidden.join(",")} { display: none } }` : "");
  };

  /** Shows what is chosen, and says how much that is. */
  const show = (problem = "") => {
    showColumns();
    let shown = 0;
    for (const row of rows) {
      const fits = !concern.value || (row.dataset.concerns ?? "").split(" ").includes(concern.value);
      const away = !fits || (differences.checked && new Set(chosenCells(row).map(answer)).size < 2);
      hide(row, away);
      if (!away) shown += 1;
    }
    for (const table of tables) {
      const wrapper = table.parentElement;
      if (!wrapper) continue;
      const empty = [...table.tBodies[0].rows].every((row) => row.hidden);
      hide(wrapper, empty);
      const heading = wrapper.previousElementSibling;
      if (heading instanceof HTMLHeadingElement && heading.localName === "h2") hide(heading, empty);
    }
    const columns = boxes.filter((box) => box.checked).length;
    status.textContent = `${problem}Showing ${shown} of ${rows.length} questions for ${columns} of ${names.length} technologies.`;
  };

  /** Puts the choice into the address, so that it can be shared and the back button undoes it. */
  const remember = () => {
    show();
    const address = new URL(location.href);
    const choice = address.searchParams;
    for (const key of ["show", "concern", "only"]) choice.delete(key);
    choice.set("show", boxes.filter((box) => box.checked).map((box) => box.value).join(","));
    if (concern.value) choice.set("concern", concern.value);
    if (differences.checked) choice.set("only", "differences");
    if (address.hash.includes("=")) address.hash = "";
    try {
      history.pushState(null, "", address.href.replaceAll("%2C", ","));
    } catch {
      // A browser may refuse a new query, of a file for example.
      location.hash = choice.toString().replaceAll("%2C", ",");
    }
  };

  /** Takes the choice from the address. */
  const restore = () => {
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
    const body = rows.filter((row) => !row.hidden).map((row) => [title(row), ...chosenCells(row).map(answer)]);
    return [["Question", ...columns], ...body];
  };
  const asMarkdown = () => {
    const [head, ...body] = shownRows().map((row) => `| ${row.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`);
    return [head, head.replace(/[^|]+/g, "---"), ...body].join("\n");
  };
  /** A field that a spreadsheet would take for a formula begins with an apostrophe. @param {string} text */
  const field = (text) => `"${text.replace(/^[\s=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/, "'$&").replaceAll('"', '""')}"`;
  const asCsv = () => shownRows().map((row) => row.map(field).join(",")).join("\r\n");
  const asJson = () => {
    const shown = rows.filter((row) => !row.hidden).map((row) => ({
      question: row.id,
      title: title(row),
      answers: chosenCells(row).map((cell) => ({
        technology: cell.dataset.label,
        text: answer(cell),
        kind: cell.lastElementChild?.textContent,
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
    const changed = event.target;
    if (boxes.every((box) => !box.checked) && changed instanceof HTMLInputElement) changed.checked = true;
    remember();
  });
  place.append(form);
  restore();
  addEventListener("popstate", restore);
  phone.addEventListener("change", () => {
    if (!sheet) restore();
  });
})();
