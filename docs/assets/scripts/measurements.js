/**
 * Shows a reader's own result beside the published runs. The file is read here and sent nowhere; what it holds is
 * checked before it is shown, and is only ever shown as text. Without this file the page shows the published runs.
 */
"use strict";
(() => {
  const place = document.getElementById("viewer");
  const data = document.getElementById("viewer-data");
  if (!place || !data) return;
  /** @type {{maxBytes: number, emulated: string, measures: Record<string, [string, string]>,
   *   groups: Record<string, string>, runs: Record<string, {title: string, cases: Record<string, number[]>}>}} */
  const published = JSON.parse(data.textContent ?? "");
  const SLUG = /^[a-z0-9]+(-[a-z0-9]+)*$/;
  const MOST_CASES = 400;
  const MOST_ENGINES = 60;

  class FileError extends Error {}

  /**
   * @template {keyof HTMLElementTagNameMap} Name
   * @param {Name} name @param {Record<string, string>} attributes @param {(Node | string)[]} children
   */
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...children);
    return element;
  };

  /** @typedef {{name: string, group: string}} Engine */
  /** @typedef {{engine: Engine, id: string, measure: string, workload: string, figures: number[]}} Case */

  /** @param {unknown} fine @param {string} problem */
  const need = (fine, problem) => {
    if (!fine) throw new FileError(problem);
  };
  /** What a file holds may be anything; these say what it is. @type {(value: any) => value is Record<string, any>} */
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  /** @type {(value: any, most: number) => value is string} */
  const isText = (value, most) => typeof value === "string" && value.length <= most;
  /** @type {(value: any) => value is string} */
  const isSlug = (value) => isText(value, 60) && SLUG.test(value);
  /** @type {(value: any) => value is number} */
  const isNumber = (value) => typeof value === "number" && Number.isFinite(value) && Math.abs(value) <= 1e15;
  /** @param {object} object @param {string} key */
  const has = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

  /** The engines of a result by id, checked. @param {any} list @returns {Map<string, Engine>} */
  const readEngines = (list) => {
    need(Array.isArray(list) && list.length <= MOST_ENGINES, "its list of engines is missing or too long");
    return new Map(
      list.map((/** @type {any} */ engine) => {
        need(isObject(engine) && isSlug(engine.id) && isText(engine.name, 120), "an engine has no proper id or name");
        need(isText(engine.group, 20) && has(published.groups, engine.group), `it names an unknown group of engines`);
        need(
          engine.group !== "vm" || !engine.usable || engine.accelerator === "hw-kvm",
          "it calls a machine without hardware virtualisation a virtual machine",
        );
        return [engine.id, { name: engine.name, group: engine.group }];
      }),
    );
  };

  /** The figures of a result, checked. @param {any} list @param {Map<string, Engine>} engines @returns {Case[]} */
  const readCases = (list, engines) => {
    need(Array.isArray(list) && list.length > 0, "it holds no measurements");
    need(list.length <= MOST_CASES, `it holds more than ${MOST_CASES} series`);
    return list.map((/** @type {any} */ one) => {
      need(isObject(one) && isSlug(one.workload), "a series is not well-formed");
      need(isText(one.measure, 30) && has(published.measures, one.measure), "it holds a measure that this page does not know");
      need(isText(one.engine, 60) && engines.has(one.engine), "a series names an engine that the file does not list");
      need(one.unit === published.measures[one.measure][1], `the unit of ${one.measure} is not ${published.measures[one.measure][1]}`);
      const values = one.values;
      need(Array.isArray(values) && values.length > 0 && values.length <= 2000, "a series has no samples, or too many");
      need(values.every(isNumber), "a sample is not a number");
      const summary = one.summary;
      need(isObject(summary), "a series has no summary");
      const figures = [summary.median, summary.low, summary.high, summary.n];
      need(figures.every(isNumber), "a figure is not a number");
      need(summary.low <= summary.median && summary.median <= summary.high, "a median lies outside its interval");
      const { measure, workload } = one;
      return { engine: /** @type {Engine} */ (engines.get(one.engine)), id: `${one.engine}/${measure}/${workload}`, measure, workload, figures };
    });
  };

  /** A result from a file's text. @param {string} text */
  const read = (text) => {
    let whole;
    try {
      whole = JSON.parse(text);
    } catch {
      throw new FileError("it is not JSON");
    }
    need(isObject(whole), "it is not a result of dev.py measure");
    need(whole.schema_version === 1, "its schema version is not 1; make it again with this edition of the site");
    need(isObject(whole.machine) && isText(whole.machine.cpu, 120), "it does not describe a machine");
    need(isNumber(whole.machine.cores), "it does not say how many cores the machine has");
    need(isText(whole.made, 10) && /^\d{4}-\d{2}-\d{2}$/.test(whole.made), "it has no date");
    const cases = readCases(whole.cases, readEngines(whole.engines));
    return { made: whole.made, machine: whole.machine, cases };
  };

  /** A figure with three significant digits. @param {number} value @param {string} unit */
  const show = (value, unit) => {
    const number = unit === "bytes" ? value / 1e6 : value;
    const digits = Math.abs(number) >= 1000 ? { maximumFractionDigits: 0 } : { minimumSignificantDigits: 3, maximumSignificantDigits: 3 };
    return new Intl.NumberFormat("en-GB", digits).format(number).replaceAll(",", "\u202f");
  };
  /** @param {number[]} figures @param {string} unit */
  const shown = ([median, low, high, n], unit) =>
    n > 1 ? `${show(median, unit)} (${show(low, unit)} to ${show(high, unit)})` : show(median, unit);

  /** The tables: a row per series, a column for the file and for each published run. @param {ReturnType<typeof read>} result */
  const tables = (result) => {
    const runs = Object.values(published.runs);
    const parts = [];
    for (const [measure, [title, unit]] of Object.entries(published.measures)) {
      const cases = result.cases.filter((one) => one.measure === measure);
      if (!cases.length) continue;
      const heads = ["Engine", "Yours", ...runs.map((run) => run.title)];
      const rows = cases.map((one) => {
        const emulated = one.engine.group === "emulated";
        const note = emulated ? published.emulated : published.groups[one.engine.group];
        const head = make("th", { scope: "row" }, `${one.engine.name}, ${one.workload.replaceAll("-", " ")}`);
        if (!one.engine.name.includes(note)) head.append(make("span", { class: "question" }, note));
        const others = runs.map((run) => (has(run.cases, one.id) ? shown(run.cases[one.id], unit) : "not measured"));
        const cells = [shown(one.figures, unit), ...others];
        return make("tr", { class: emulated ? "group-emulated" : "group" }, head,
          ...cells.map((text, index) => make("td", { "data-label": heads[index + 1] }, text)));
      });
      parts.push(
        make("h3", {}, `${title}, ${unit === "bytes" ? "MB" : unit}`),
        make("div", { class: "table-wrap" },
          make("table", { class: "data figures" },
            make("thead", {}, make("tr", {}, ...heads.map((text) => make("th", { scope: "col" }, text)))),
            make("tbody", {}, ...rows))),
      );
    }
    return parts;
  };

  const input = make("input", { type: "file", accept: ".json,application/json", id: "viewer-file" });
  const message = make("p", { class: "viewer__message", role: "status" });
  const output = make("div", {});
  const tool = make("div", { class: "viewer" }, make("label", { for: "viewer-file" }, "Your result file"), input, message);

  /** @param {string} text @param {boolean} wrong */
  const say = (text, wrong) => {
    message.textContent = text;
    message.classList.toggle("viewer__message--wrong", wrong);
  };

  /** @param {File | undefined} file */
  const open = async (file) => {
    output.replaceChildren();
    if (!file) return say("", false);
    try {
      need(file.size <= published.maxBytes, "it is larger than any result");
      const result = read(await file.text());
      output.replaceChildren(...tables(result));
      say(`Showing ${result.cases.length} series of ${result.made}: ${result.machine.cpu}, ${result.machine.cores} cores.`, false);
    } catch (error) {
      const reason = error instanceof FileError ? error.message : "it could not be read";
      say(`This file cannot be shown: ${reason}. Choose one that "dev.py measure" wrote.`, true);
    }
  };

  input.addEventListener("change", () => open(input.files?.[0]));
  tool.addEventListener("dragover", (event) => {
    event.preventDefault();
    tool.classList.add("over");
  });
  tool.addEventListener("dragleave", () => tool.classList.remove("over"));
  tool.addEventListener("drop", (event) => {
    event.preventDefault();
    tool.classList.remove("over");
    open(event.dataTransfer?.files[0]);
  });
  place.append(tool, output);
})();
