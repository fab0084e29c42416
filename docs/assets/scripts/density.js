/**
 * The calculator of cost and density: density(data, values) is the arithmetic, the rest is the page.
 * Values that differ from the examples live in the address (choose-address.js: ?s=memory:128,kata:180).
 *
 * Values: input id or technology id → number; a technology's is its overhead in MiB (tests/types/choose.d.ts).
 */
"use strict";
(() => {
  const MIB_PER_GIB = 1024;
  const PERCENT = 100;
  /**
   * Division that an exact result survives: 2.3 cores at 23 % of a core are 10 copies, not 9.999….
   * @param {number} number
   */
  const whole = (number) => Math.floor(number + 1e-9);

  /**
   * Memory of one copy: what stands in it, the spare part of a fixed size, and the overhead, in MiB.
   * @type {(technology: Overhead, values: Values) => Parts}
   */
  const memoryOf = ({ id, guest, fixed, shares }, values) => {
    const inside = values.app - (shares ? Math.min(values.shared, values.app) : 0);
    const system = guest === "none" ? 0 : values[guest];
    const spare = fixed ? ((inside + system) * values.headroom) / PERCENT : 0;
    return { inside, system, spare, overhead: values[id], all: inside + system + spare + values[id] };
  };

  /** For each technology: memory of one copy (MiB), copies per host, what limits them, hosts and cost; null: none fits. */
  const density = (/** @type {Calculator} */ data, /** @type {Values} */ values) =>
    data.technologies.map((technology) => {
      const { id, wall, pod, shares } = technology;
      const parts = memoryOf(technology, values);
      const memory = parts.all;
      const once = shares ? Math.min(values.shared, values.app) : 0;
      const room = Math.max(0, (values.memory - values.reserve) * MIB_PER_GIB - once);
      const time = values.cpu * (wall ? 1 + values.tax / PERCENT : 1);
      /** @type {[string, number][]} */
      const limits = [
        ["memory", memory > 0 ? whole(room / memory) : Infinity],
        ["processors", time > 0 ? whole((values.cores * PERCENT * values.overcommit) / time) : Infinity],
        ["pods", pod && values.pods > 0 ? values.pods : Infinity],
      ];
      const [limit, copies] = limits.reduce((least, next) => (next[1] < least[1] ? next : least));
      if (copies < 1) return { id, parts, memory, copies: 0, limit, hosts: null, cost: null, each: null };
      const hosts = (copies === Infinity ? 1 : Math.ceil(values.instances / copies)) + values.spare;
      const cost = hosts * values.price;
      const limitedBy = copies === Infinity ? "nothing" : limit;
      return { id, parts, memory, copies, limit: limitedBy, hosts, cost, each: cost / values.instances };
    });

  /**
   * A text as a number: digits, a point before decimals, and commas or spaces only between groups of three digits.
   * Anything else is refused (null): 1,5 could be one and a half or a slip for 1,500, and 1.200 is twelve hundred where
   * people write 1,200 for one and a fifth.
   * @type {Density["parse"]}
   */
  density.parse = ({ least, most, whole: onlyWhole }, text) => {
    const grouped = /^\d{1,3}([, \u00a0\u202f]\d{3})+(\.\d+)?$/;
    const eitherWay = /^[1-9]\d{0,2}\.\d{3}$/;
    const trimmed = text.trim();
    if (!grouped.test(trimmed) && (!/^\d+(\.\d+)?$/.test(trimmed) || eitherWay.test(trimmed))) return null;
    const number = Number(trimmed.replace(/[, \u00a0\u202f]/g, ""));
    const fits = number >= least && number <= most && (!onlyWhole || Number.isInteger(number));
    return fits ? number : null;
  };
  globalThis.density = density;

  const root = document.getElementById("calculator");
  const script = document.getElementById("density-data");
  if (!root || !script) return;
  const { el, svg, bar } = elements;
  /** @type {Calculator} */
  const data = JSON.parse(script.textContent ?? "");
  /** @type {Input[]} */
  const fields = [
    ...data.inputs,
    ...data.technologies.map(({ id, name, overhead, claims, counts }) => ({
      id,
      label: name,
      unit: "MiB",
      value: overhead,
      least: 0,
      most: 1e6,
      claims,
      note: `counts ${counts}`,
    })),
  ];
  const examples = Object.fromEntries(fields.map(({ id, value }) => [id, value]));
  /** @type {Values} */
  let values = examples;

  const numbers = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });
  const money = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 2 });
  const small = new Intl.NumberFormat("en-GB", { maximumSignificantDigits: 2 });
  /** @param {number} amount */
  const priced = (amount) => (amount > 0 && amount < 0.1 ? small : money).format(amount);
  /** @param {number} number */
  const shown = (number) => (number === Infinity ? "no limit" : numbers.format(number));
  /** @param {Input} field */
  const rangeOf = ({ label, least, most, whole: onlyWhole }) =>
    `${label}: a ${onlyWhole ? "whole " : ""}number from ${numbers.format(least)} to ${numbers.format(most)}`;
  const RULE =
    "Digits from 0 to 9, a point before decimals, a comma or space between thousands: 0.5, 1,200. As 1.200 could mean either, write 1,200 or 1.2.";

  /** @param {string} id */
  const technologyOf = (id) => /** @type {Overhead} */ (data.technologies.find((technology) => technology.id === id));
  /** @param {string} id */
  const nameOf = (id) => technologyOf(id).name;

  /* --- The form ------------------------------------------------------------------------------------------ */
  /** @type {Map<string, HTMLInputElement>} */
  const inputs = new Map();
  /** @param {Input} field */
  const row = (field) => {
    const id = `field-${field.id}`;
    const input = el("input", {
      id,
      name: field.id,
      inputmode: "decimal",
      autocomplete: "off",
      "aria-describedby": `${id}-unit calculator-rule calculator-problem`,
    });
    inputs.set(field.id, input);
    const sources = (field.claims ?? []).map((key) =>
      el("a", { href: `#fn:${data.notes[key]}`, "aria-label": `Source: ${key}` }, "source"),
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
  /** @type {(legend: string, rows: Input[]) => HTMLElement} */
  const fieldset = (legend, rows) =>
    el("fieldset", { class: "calculator__fields" }, el("legend", {}, legend), rows.map(row));
  const problem = el("p", { id: "calculator-problem", class: "guide__problem", role: "alert", hidden: true });
  const reset = el("button", { type: "button", class: "md-button" }, "Back to the examples");
  const form = el(
    "form",
    {},
    el("p", { id: "calculator-rule" }, RULE),
    el(
      "div",
      { class: "calculator__columns" },
      fieldset(
        "Your figures",
        data.inputs.filter(({ plan }) => !plan),
      ),
      fieldset("Overhead of one copy, as each source counts it", fields.slice(data.inputs.length)),
      fieldset(
        "How the hosts are run",
        data.inputs.filter(({ plan }) => plan),
      ),
    ),
    el("p", { class: "guide__buttons" }, reset),
  );
  const status = el("p", { class: "guide__status", role: "status" });
  const body = el("tbody", { role: "rowgroup" });
  const heads = [
    "Technology",
    "Memory of one copy, MiB",
    "How it adds up",
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
  /**
   * The sum behind the memory of one copy, in words and figures, with what the overhead counts: sources differ in that.
   * @type {(parts: Parts, counts: string) => string}
   */
  const sum = ({ inside, system, spare, overhead }, counts) =>
    [
      `${numbers.format(inside)} program`,
      system ? `${numbers.format(system)} guest` : "",
      spare ? `${numbers.format(spare)} spare` : "",
      `${numbers.format(overhead)} overhead (${counts})`,
    ]
      .filter(Boolean)
      .join(" + ");
  /** @type {(copies: number, most: number) => number} */
  const width = (copies, most) => (most > 0 ? Math.min(100, (100 * copies) / most) : 0);

  const show = () => {
    const rows = density(data, values);
    const most = Math.max(...rows.map(({ copies }) => (copies === Infinity ? 0 : copies)));
    body.replaceChildren(
      ...rows.map(({ id, parts, memory, copies, limit, hosts, cost, each }) => {
        const { name, side, counts } = technologyOf(id);
        const cells = [
          numbers.format(memory),
          sum(parts, counts),
          [el("span", {}, shown(copies)), bar(width(copies === Infinity ? most : copies, most), side)],
          limit,
          hosts === null ? "does not fit" : numbers.format(hosts),
          cost === null ? "–" : priced(cost),
          each === null ? "–" : priced(each),
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
    const worst = rest.reduce((a, b) => (b.copies < a.copies ? b : a));
    crossover.show();
    status.textContent =
      rows.every(({ copies }) => copies === 0)
        ? `Nothing fits: one copy needs more ${first.limit === "memory" ? "memory" : "processor time"} than a host has.`
        : first.copies === worst.copies
        ? `The overhead makes no difference here: ${shown(first.copies)} copies per host, limited by ${first.limit}.`
        : `${shown(first.copies)} copies per host as ${nameOf(first.id)}, ${shown(worst.copies)} as ${nameOf(worst.id)}.`;
  };

  /* --- Where the answer flips ---------------------------------------------------------------------------- */
  // Memory of the program, doubling from 1 MiB to 64 GiB: copies on one host, with all other figures as they stand.
  const STEPS = Array.from({ length: 17 }, (_, index) => 2 ** index);
  // The wall is said to decide where a container fits this many times as many copies: a threshold of ours, as the note says.
  const DECIDES = 1.1;
  const HEIGHT = 280;
  const left = 52;
  // The words of a drawing shrink with it, so a phone has one of its own.
  const phone = matchMedia("(max-width: 37.5em)");
  const crossover = (() => {
    const drawing = svg("svg", { class: "calculator__chart", role: "img" });
    const rows = el("tbody", {});
    const note = el("p", {});
    const chosen = ["container", "kata", "virtual-machine"];
    /** @param {number} mib */
    const size = (mib) => (mib < MIB_PER_GIB ? `${mib} MiB` : `${mib / MIB_PER_GIB} GiB`);
    /** @param {string} id */
    const side = (id) => technologyOf(id).side;
    /** @param {number} app */
    const at = (app) => {
      const found = density(data, { ...values, app });
      return chosen.map((id) => found.find((row) => row.id === id)?.copies ?? 0);
    };
    const show = () => {
      const width = phone.matches ? 320 : 640;
      drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT + 68}`);
      const points = STEPS.map((app) => ({ app, copies: at(app) }));
      const most = Math.max(2, ...points.flatMap(({ copies }) => copies.filter(Number.isFinite)));
      /** @param {number} index */
      const x = (index) => left + (index * (width - left - 10)) / (STEPS.length - 1);
      /** @param {number} copies */
      const y = (copies) => HEIGHT - (Math.log(Math.max(1, Math.min(copies, most))) / Math.log(most)) * (HEIGHT - 20);
      /** @type {(attributes: Record<string, string | number>, words: string) => SVGElement} */
      const text = (attributes, words) => svg("text", attributes, words);
      const lines = chosen.map((id, nth) =>
        svg("polyline", {
          class: `calculator__line calculator__line--${side(id)}`,
          points: points.map(({ copies }, index) => `${x(index)},${y(copies[nth])}`).join(" "),
        }),
      );
      const ticks = STEPS.filter((_, index) => index % 4 === 0);
      drawing.replaceChildren(
        svg("title", {}, "Copies on one host by memory of the program, both axes logarithmic; the table below has the figures"),
        ...[1, 10, 100, 1000, 10000]
          .filter((copies) => copies <= most)
          .flatMap((copies) => [
            svg("line", { class: "calculator__grid", x1: left, x2: width, y1: y(copies), y2: y(copies) }),
            text({ x: left - 6, y: y(copies) + 4, "text-anchor": "end" }, numbers.format(copies)),
          ]),
        ...ticks.map((app) =>
          text(
            { x: x(Math.log2(app)), y: HEIGHT + 20, "text-anchor": app === STEPS.at(-1) ? "end" : "middle" },
            size(app),
          ),
        ),
        text({ x: left, y: HEIGHT + 42 }, "memory of the program in one copy;"),
        text({ x: left, y: HEIGHT + 60 }, "upwards: copies on one host"),
        ...lines,
      );
      rows.replaceChildren(
        ...points
          .filter((_, index) => index % 2 === 0)
          .map(({ app, copies }) =>
            el("tr", {}, el("th", { scope: "row" }, size(app)), copies.map((n) => el("td", {}, shown(n)))),
          ),
      );
      const ahead = points.filter(({ copies: [first, , last] }) => first > last * DECIDES);
      const times = Math.max(...ahead.map(({ copies: [first, , last] }) => (last ? first / last : Infinity)));
      const more = times === Infinity ? "where no" : `up to ${numbers.format(times)} times as many copies as`;
      const last = ahead.at(-1);
      note.textContent = last
        ? `From ${size(ahead[0].app)} to ${size(last.app)} for each copy the wall decides by more than a tenth: ${nameOf(chosen[0])} fits ${more} ${nameOf(chosen[2])}${times === Infinity ? " fits at all" : ""}. Below and above, processors or whole copies decide alike for both.`
        : `With these figures ${nameOf(chosen[0])} and ${nameOf(chosen[2])} fit about as many copies at every size: something else than memory decides.`;
    };
    const heads = ["Memory of the program", ...chosen.map(nameOf)];
    const legend = el(
      "p",
      { class: "calculator__legend" },
      chosen.map((id) => el("span", { class: `calculator__key calculator__key--${side(id)}` }, nameOf(id))),
    );
    const table = el(
      "table",
      { class: "calculator__flip" },
      el("caption", {}, "Copies on one host, by memory of the program"),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      rows,
    );
    root.append(
      el("h2", {}, "Where the answer flips"),
      note,
      legend,
      drawing,
      el("details", {}, el("summary", {}, "The same as a table"), el("div", { class: "table-wrap" }, table)),
    );
    phone.addEventListener("change", show);
    return { show };
  })();

  /* --- State --------------------------------------------------------------------------------------------- */
  const pairs = () => fields.filter(({ id }) => values[id] !== examples[id]).map(({ id }) => [id, String(values[id])]);
  /** @type {(problems: string[], what: string) => void} */
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
    /** @type {Values} */
    const read = {};
    /** @type {string[]} */
    const problems = [];
    for (const [key, text, pair] of address.read()) {
      const field = fields.find(({ id }) => id === key);
      const number = field ? density.parse(field, text) : null;
      if (!field) problems.push(`“${pair.slice(0, 60)}” is no field of this form`);
      else if (Object.hasOwn(read, key)) problems.push(`“${pair.slice(0, 60)}” gives a field a second time`);
      else if (number === null) problems.push(rangeOf(field));
      else read[key] = number;
    }
    values = { ...examples, ...read };
    address.write(pairs(), { step: false });
    fill();
    complain(problems, "This address is not quite right; the examples stand in.");
    show();
  };

  form.addEventListener("input", () => {
    /** @type {string[]} */
    const problems = [];
    /** @type {Values} */
    const read = {};
    for (const field of fields) {
      const input = inputs.get(field.id);
      if (!input) continue;
      const number = density.parse(field, input.value);
      if (number === null) {
        problems.push(rangeOf(field));
        input.setAttribute("aria-invalid", "true");
      } else {
        read[field.id] = number;
        input.removeAttribute("aria-invalid");
      }
    }
    complain(problems, "The last value that made sense stands in. " + RULE);
    values = { ...values, ...read };
    address.write(pairs(), { step: false });
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  reset.addEventListener("click", () => {
    address.write([]);
    readAddress();
  });
  address.listen(readAddress);
  readAddress();
})();
