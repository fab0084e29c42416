/**
 * The calculator of cost and density: density(data, values) is the arithmetic, the rest is the page.
 * Values that differ from the examples live in the address (#memory=128&kata=180).
 *
 * @typedef {Record<string, number>} Values input id or technology id → number; a technology's is its overhead in MiB.
 */
"use strict";
(() => {
  const MIB_PER_GIB = 1024;
  const PERCENT = 100;

  /** For each technology: memory of one copy (MiB), copies per host, what limits them, hosts and cost; null: none fits. */
  globalThis.density = (data, values) =>
    data.technologies.map(({ id, guest }) => {
      const memory = values.app + values[id] + (guest === "none" ? 0 : values[guest]);
      const room = Math.max(0, values.memory - values.reserve) * MIB_PER_GIB;
      const byMemory = memory > 0 ? Math.floor(room / memory) : Infinity;
      const byCores = values.cpu > 0 ? Math.floor((values.cores * PERCENT) / values.cpu) : Infinity;
      const copies = Math.min(byMemory, byCores);
      const limit = copies === Infinity ? "nothing" : byMemory <= byCores ? "memory" : "processors";
      if (copies < 1) return { id, memory, copies: 0, limit, hosts: null, cost: null, each: null };
      const hosts = copies === Infinity ? 1 : Math.ceil(values.instances / copies);
      const cost = hosts * values.price;
      return { id, memory, copies, limit, hosts, cost, each: cost / values.instances };
    });

  const root = document.getElementById("calculator");
  const script = document.getElementById("density-data");
  if (!root || !script) return;
  const data = JSON.parse(script.textContent);
  const fields = [
    ...data.inputs,
    ...data.technologies.map(({ id, name, overhead, claims }) => ({
      id,
      label: name,
      unit: "MiB",
      value: overhead,
      least: 0,
      most: 1e6,
      claims,
    })),
  ];
  const examples = Object.fromEntries(fields.map(({ id, value }) => [id, value]));
  let values = examples;

  const el = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children.flat());
    return element;
  };
  const numbers = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
  const shown = (number) => (number === Infinity ? "no limit" : numbers.format(number));

  /** A text as one of a field's numbers, or null. */
  const parse = ({ least, most }, text) => {
    const number = text.trim() === "" ? NaN : Number(text.replace(",", "."));
    return Number.isFinite(number) && number >= least && number <= most ? number : null;
  };
  const rangeOf = ({ label, least, most }) => `${label}: a number from ${least} to ${most}`;

  /* --- The form ------------------------------------------------------------------------------------------ */
  const inputs = new Map();
  const row = (field) => {
    const id = `field-${field.id}`;
    const input = el("input", {
      id,
      name: field.id,
      inputmode: "decimal",
      autocomplete: "off",
      "aria-describedby": `${id}-unit calculator-problem`,
    });
    inputs.set(field.id, input);
    const sources = (field.claims ?? []).map((key) =>
      el("a", { href: `#fn:claim-${key}`, "aria-label": `Source: ${key}` }, "source"),
    );
    const unit = el(
      "span",
      { class: "calculator__unit" },
      el("span", { id: `${id}-unit` }, field.unit),
      sources.flatMap((link) => [" ", link]),
    );
    const note = field.note ? [el("small", { class: "calculator__note" }, field.note)] : [];
    return el("div", {}, el("label", { for: id }, field.label, note), input, unit);
  };
  const fieldset = (legend, rows) =>
    el("fieldset", { class: "calculator__fields" }, el("legend", {}, legend), rows.map(row));
  const problem = el("p", { id: "calculator-problem", class: "guide__problem", role: "alert", hidden: "" });
  const reset = el("button", { type: "button", class: "md-button" }, "Back to the examples");
  const form = el(
    "form",
    {},
    el(
      "div",
      { class: "calculator__columns" },
      fieldset("Your figures", fields.slice(0, data.inputs.length)),
      fieldset("Overhead of one copy, guest system not counted", fields.slice(data.inputs.length)),
    ),
    el("p", { class: "guide__buttons" }, reset),
  );
  const status = el("p", { class: "guide__status", role: "status" });
  const body = el("tbody", { role: "rowgroup" });
  const heads = [
    "Technology",
    "Memory of one copy, MiB",
    "Copies per host",
    "Limited by",
    "Hosts",
    "Cost per month",
    "Cost of one copy",
  ];
  // The roles are those that a narrow screen, which shows rows as cards, makes some browsers forget (site.js).
  const head = el(
    "tr",
    { role: "row" },
    heads.map((text) => el("th", { scope: "col", role: "columnheader" }, text)),
  );
  const caption = el("caption", {}, "Copies per host, hosts and cost");
  const table = el("table", { class: "data", role: "table" }, caption, el("thead", { role: "rowgroup" }, head), body);
  root.append(el("h2", {}, "Calculate"), problem, form, status, el("div", { class: "table-wrap" }, table));

  /* --- The result ---------------------------------------------------------------------------------------- */
  const bar = (copies, most) => {
    const drawing = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({
      class: "guide__bar",
      viewBox: "0 0 100 8",
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    }))
      drawing.setAttribute(key, value);
    for (const [name, width] of [
      ["track", 100],
      ["fill", most > 0 ? Math.min(100, (100 * copies) / most) : 0],
    ]) {
      const part = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      for (const [key, value] of Object.entries({ class: `guide__${name}`, width, height: 8 }))
        part.setAttribute(key, value);
      drawing.append(part);
    }
    return drawing;
  };

  const show = () => {
    const rows = globalThis.density(data, values);
    const most = Math.max(...rows.map(({ copies }) => (copies === Infinity ? 0 : copies)));
    body.replaceChildren(
      ...rows.map(({ id, memory, copies, limit, hosts, cost, each }) => {
        const { name, side } = data.technologies.find((technology) => technology.id === id);
        const cells = [
          numbers.format(memory),
          [el("span", {}, shown(copies)), bar(copies === Infinity ? most : copies, most)],
          limit,
          hosts === null ? "does not fit" : numbers.format(hosts),
          cost === null ? "–" : money.format(cost),
          each === null ? "–" : money.format(each),
        ];
        return el(
          "tr",
          { class: `guide__bar--${side}`, role: "row" },
          el("th", { scope: "row", role: "rowheader" }, name),
          cells.map((content, index) => el("td", { role: "cell", "data-label": heads[index + 1] }, content)),
        );
      }),
    );
    const [first, ...rest] = rows;
    const nameOf = (id) => data.technologies.find((technology) => technology.id === id).name;
    const worst = rest.reduce((a, b) => (b.copies < a.copies ? b : a));
    status.textContent =
      first.copies === worst.copies
        ? `The overhead makes no difference here: ${shown(first.copies)} copies per host, limited by ${first.limit}.`
        : `${shown(first.copies)} copies per host as ${nameOf(first.id)}, ${shown(worst.copies)} as ${nameOf(worst.id)}.`;
  };

  /* --- State --------------------------------------------------------------------------------------------- */
  const write = () =>
    fields
      .filter(({ id }) => values[id] !== examples[id])
      .map(({ id }) => `${id}=${values[id]}`)
      .join("&");
  const complain = (problems, what) => {
    problem.hidden = problems.length === 0;
    problem.textContent = problems.length ? `${what} ${problems.join("; ")}.` : "";
  };
  const fill = () => {
    for (const [id, input] of inputs) {
      input.value = String(values[id]);
      input.removeAttribute("aria-invalid");
    }
  };

  const readAddress = () => {
    const fragment = location.hash.slice(1);
    if (fragment && !fragment.includes("=")) return show();
    const read = {};
    const problems = [];
    for (const pair of fragment.split("&").filter(Boolean)) {
      const [key, text = ""] = pair.split("=");
      const field = fields.find(({ id }) => id === key);
      const number = field ? parse(field, text) : null;
      if (number === null) problems.push(field ? rangeOf(field) : `“${pair.slice(0, 60)}” is no field of this form`);
      else read[key] = number;
    }
    values = { ...examples, ...read };
    fill();
    complain(problems, "This address is not quite right; the examples stand in.");
    return show();
  };

  form.addEventListener("input", () => {
    const problems = [];
    const read = {};
    for (const field of fields) {
      const input = inputs.get(field.id);
      const number = parse(field, input.value);
      if (number === null) {
        problems.push(rangeOf(field));
        input.setAttribute("aria-invalid", "true");
      } else {
        read[field.id] = number;
        input.removeAttribute("aria-invalid");
      }
    }
    complain(problems, "The last value that made sense stands in.");
    values = { ...values, ...read };
    history.replaceState(null, "", `${location.pathname}${location.search}#${write()}`);
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  reset.addEventListener("click", () => {
    history.pushState(null, "", `${location.pathname}${location.search}#`);
    readAddress();
  });
  addEventListener("hashchange", readAddress);
  addEventListener("popstate", readAddress);
  fill();
  readAddress();
})();
