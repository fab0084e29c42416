/** Elements for the tools of this section: el("p", {class: "x", onclick: f}, "text", child). Text is never markup. */
"use strict";
(() => {
  /** @type {Elements["el"]} */
  const el = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== false && value !== null) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat(Infinity).filter((child) => child !== "" && child !== null && child !== undefined));
    return element;
  };
  /** @type {Elements["svg"]} */
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
    element.append(...children);
    return element;
  };
  /**
   * A bar from 0 to 100; what it shows stands beside it in words.
   * @param {number} width
   */
  const bar = (width, side = "") =>
    svg(
      "svg",
      {
        class: `guide__bar guide__bar--${side}`,
        viewBox: "0 0 100 8",
        preserveAspectRatio: "none",
        "aria-hidden": "true",
      },
      svg("rect", { class: "guide__track", width: 100, height: 8 }),
      svg("rect", { class: "guide__fill", width, height: 8 }),
    );

  globalThis.elements = { el, svg, bar };
})();
