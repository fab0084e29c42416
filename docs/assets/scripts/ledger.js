/**
 * Filters the entries of a ledger (escapes, figures, sources) or the terms of the glossary. Without this file the
 * page shows all of them. The choice lives in the address, in its query, so that the anchor of an entry keeps it;
 * addresses of before, which had it after the #, still work.
 */
"use strict";
(() => {
  const place = document.getElementById("ledger-tools");
  if (!place) return;
  const noun = place.dataset.noun ?? "entries";
  const keys = (place.dataset.filter ?? "").split(" ").filter(Boolean);
  /** An entry is a section, or a term together with its definition. @type {HTMLElement[][]} */
  const entries = [...document.querySelectorAll(".entry, .glossary > dt")].map((element) => {
    const parts = element.localName === "dt" ? [element, element.nextElementSibling] : [element];
    return parts.filter((part) => part instanceof HTMLElement);
  });
  const lots = new Set(entries.map(([first]) => first.parentElement));
  /** The words of each entry, read when somebody first asks for words. @type {string[]} */
  const texts = [];
  /** @param {number} index */
  const text = (index) => (texts[index] ??= entries[index].map((part) => part.textContent).join(" ").toLowerCase());

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
  const words = make("input", { type: "search" });
  const selects = keys.map((key) => {
    const values = [...new Set(entries.map(([first]) => first.dataset[key] ?? ""))].sort();
    if (key === "year") values.reverse();
    const options = values.map((value) => make("option", { value }, value.replaceAll("-", " ")));
    return make("select", { name: key }, make("option", { value: "" }, "any"), ...options);
  });
  const status = make("p", { class: "tools__status", "aria-live": "polite" });

  const show = () => {
    const asked = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    /** Lots that are not whole: the place that the style sheet keeps for one would be too large. @type {Set<Element | null>} */
    const cut = new Set();
    entries.forEach((parts, index) => {
      const fits =
        selects.every((select) => !select.value || parts[0].dataset[select.name] === select.value) &&
        asked.every((word) => text(index).includes(word));
      for (const part of parts) if (part.hidden === fits) part.hidden = !fits;
      if (fits) shown += 1;
      else cut.add(parts[0].parentElement);
    });
    for (const lot of lots) lot?.classList.toggle("cut", cut.has(lot));
    status.textContent = `Showing ${shown} of ${entries.length} ${noun}.`;
  };

  /** Puts the choice into the address, so that it can be shared. */
  const remember = () => {
    show();
    const address = new URL(location.href);
    for (const key of ["words", ...keys]) address.searchParams.delete(key);
    if (words.value) address.searchParams.set("words", words.value);
    for (const select of selects) if (select.value) address.searchParams.set(select.name, select.value);
    if (address.hash.includes("=")) address.hash = "";
    try {
      history.replaceState(null, "", address);
    } catch {
      // A browser may refuse, a file in a frame for example; what was asked for is shown all the same.
    }
  };

  /** Takes the choice from the address; what it does not know, it leaves at "any". */
  const restore = () => {
    const asked = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : location.search);
    words.value = asked.get("words") ?? "";
    for (const select of selects) {
      const value = asked.get(select.name) ?? "";
      select.value = [...select.options].some((option) => option.value === value) ? value : "";
    }
    show();
  };

  const form = make(
    "form",
    { class: "tools", "aria-label": `Filter the ${noun}` },
    make("label", { class: "tools__field" }, "Words", words),
    ...selects.map((select) =>
      make("label", { class: "tools__field" }, select.name[0].toUpperCase() + select.name.slice(1), select)),
    status,
  );
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", remember);
  place.append(form);
  restore();
  addEventListener("popstate", restore);
  addEventListener("hashchange", restore);
})();
