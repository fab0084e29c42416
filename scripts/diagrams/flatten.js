/**
 * Runs inside the rendering browser. Turns Mermaid's SVG, which carries a style sheet of some kilobytes and
 * styles in attributes, into plain SVG with presentation attributes, so that it needs no inline style (a strict
 * content security policy forbids those) and the site's style sheet wins over it.
 *
 * @param {SVGSVGElement} svg the drawing, attached to the document
 * @param {{name: string, sentinels: Record<string, string>, classes: string[]}} options `sentinels` maps
 *   `rgb(…)` colours to CSS variables; `classes` are the class names that a diagram may give a node
 * @returns {string[]} problems found; empty when the SVG is fit to publish
 */
function flatten(svg, { name, sentinels, classes }) {
  const inherited = {
    fill: "rgb(0, 0, 0)", stroke: "none", "stroke-width": "1px", "stroke-dasharray": "none",
    "stroke-linecap": "butt", "font-size": "", "font-weight": "400", "font-style": "normal",
    "text-anchor": "start", "fill-opacity": "1", "stroke-opacity": "1",
  };
  const own = { opacity: "1", "dominant-baseline": "auto" };
  const shapes = "rect,circle,ellipse,line,polyline,polygon,path,text,tspan";
  const noise = ["style", "name", "role", "font-family", "alignment-baseline", "look", "xml:space", "aria-roledescription"];
  const coordinates = ["d", "points", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "dx", "dy"];
  const problems = new Set();

  const number = (text) => text.replace(/-?\d*\.\d+(e-?\d+)?/g, (n) => String(Math.round(Number(n) * 10) / 10));
  const colour = (value) => {
    if (value === "none" || value === "rgba(0, 0, 0, 0)" || value.startsWith("url(")) return value === "rgba(0, 0, 0, 0)" ? "none" : value;
    return sentinels[value] ?? value;
  };

  // 1. Read every computed style before anything is changed.
  const computed = new Map();
  for (const element of svg.querySelectorAll(shapes)) {
    const style = getComputedStyle(element);
    const values = {};
    for (const key of [...Object.keys(inherited), ...Object.keys(own)]) values[key] = style.getPropertyValue(key);
    values.display = style.display;
    computed.set(element, values);
  }

  // 2. Drop what does not draw: style sheets, invisible elements, unused definitions.
  svg.querySelectorAll("style,script,foreignObject").forEach((e) => e.remove());
  const used = new Set();
  for (const element of svg.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      for (const match of attribute.value.matchAll(/url\(["']?#([^"')]+)["']?\)/g)) used.add(match[1]);
    }
  }
  svg.querySelectorAll("marker,symbol,filter,linearGradient,clipPath").forEach((e) => { if (!used.has(e.id)) e.remove(); });
  for (const [element, values] of computed) {
    const empty = element.matches("rect") && (!Number(element.getAttribute("width")) || !Number(element.getAttribute("height")));
    const blank = element.matches("text") && element.textContent.trim() === "";
    if (values.display === "none" || empty || blank) element.remove();
  }

  // 3. Join the one-word spans in which Mermaid lays out a line of text. Lines stay spans of their own.
  for (const text of svg.querySelectorAll("text")) {
    for (const span of [...text.querySelectorAll("tspan")]) {
      if (span.isConnected && span.querySelector("tspan") && ![...span.children].some((c) => c.hasAttribute("x") || c.hasAttribute("dy"))) {
        span.textContent = span.textContent.replace(/\s+/g, " ").trim();
      }
    }
  }

  // 4. Write presentation attributes, only where they differ from what the element would get anyway.
  const write = (element, context) => {
    const values = computed.get(element);
    const next = { ...context };
    if (values && element.isConnected) {
      const isText = element.matches("text,tspan");
      for (const key of Object.keys(inherited)) {
        element.removeAttribute(key);
        if (!isText && (key.startsWith("font-") || key === "text-anchor")) continue;
        let value = values[key];
        if (key === "fill" || key === "stroke") {
          value = colour(value);
          if (value.startsWith("rgb")) problems.add(`colour ${value} in <${element.localName}> is none of the theme's; set the Mermaid variable it comes from in scripts/diagrams/theme.py`);
        }
        // A line that is not drawn needs no width, dash or cap.
        if (key.startsWith("stroke-") && colour(values.stroke) === "none") continue;
        if (key.startsWith("stroke") && isText) continue;
        value = number(value).replace(/px/g, "");
        if (value !== next[key]) {
          element.setAttribute(key, value);
          next[key] = value;
        }
      }
      for (const [key, initial] of Object.entries(own)) {
        const isMarker = element.closest("marker") !== null;
        element.removeAttribute(key);
        if (key === "dominant-baseline" && !isText) continue;
        if (key === "opacity" && !isMarker && element.closest(".edgeLabel, .labelBkg")) continue;
        if (values[key] !== initial) element.setAttribute(key, values[key]);
      }
    }
    for (const child of element.children) write(child, next);
  };
  const start = Object.fromEntries(Object.entries(inherited).map(([k, v]) => [k, number(v).replace(/px/g, "")]));
  write(svg, start);

  // 5. Names: keep what the style sheet and the links need, drop the rest.
  const renamed = new Map([...used].map((id, index) => [id, `${name}-${index + 1}`]));
  for (const element of [...svg.querySelectorAll("*")]) {
    const kept = [...element.classList].filter((c) => classes.includes(c));
    element.removeAttribute("class");
    if (kept.length) element.setAttribute("class", kept.join(" "));
    if (renamed.has(element.id)) element.id = renamed.get(element.id);
    else element.removeAttribute("id");
    for (const attribute of [...element.attributes]) {
      const key = attribute.name;
      if (key.startsWith("data-") || noise.includes(key)) {
        element.removeAttribute(key);
        continue;
      }
      let value = attribute.value.replace(/url\(["']?#([^"')]+)["']?\)/g, (all, id) => `url(#${renamed.get(id) ?? id})`);
      if (coordinates.includes(key)) value = number(value).trim();
      if (value !== attribute.value) element.setAttribute(key, value);
    }
  }
  // Groups that no longer say anything.
  for (let again = true; again; ) {
    again = false;
    for (const group of svg.querySelectorAll("g,defs")) {
      if (group.children.length === 0) { group.remove(); again = true; }
      else if (group.localName === "g" && group.attributes.length === 0) { group.replaceWith(...group.childNodes); again = true; }
    }
  }
  const walker = document.createTreeWalker(svg, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  comments.forEach((c) => c.remove());
  return [...problems];
}
