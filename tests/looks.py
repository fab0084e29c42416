"""What is asked of a page as a browser shows it, each question as a function in JavaScript.

The walk through all pages asks them (walk.py); the tests that judge the answers also break a page and ask again.
"""

from __future__ import annotations

# What is wrong with the pictures of a page: wider than the column, words cut or outside of their box, small text.
PICTURES = """(smallest) => {
  const found = [], column = document.querySelector("article").getBoundingClientRect();
  for (const figure of document.querySelectorAll("figure")) {
    const report = (what) => found.push(`${figure.id}: ${what}`);
    const room = figure.getBoundingClientRect();
    for (const part of figure.querySelectorAll(".diagram__slabs *, .diagram__drawing, svg, svg *")) {
      const box = part.getBoundingClientRect();
      if (!box.width || part.closest("details:not([open])")) continue;
      if (box.left < column.left - 1 || box.right > column.right + 1) report(`<${part.localName}> leaves the column`);
      if (part.scrollWidth > part.clientWidth + 1 && part.matches("div, p")) {
        report(`"${part.textContent.trim().slice(0, 30)}" is wider than its box`);
      }
      if (part.matches("svg text")) {
        const scale = part.getScreenCTM().a, size = parseFloat(getComputedStyle(part).fontSize) * scale;
        if (size < smallest - 0.05) report(`"${part.textContent}" has ${size.toFixed(1)} px`);
      }
      if (part.matches(".slab, .nest__title") && parseFloat(getComputedStyle(part).fontSize) < smallest) {
        report(`"${part.textContent}" has ${getComputedStyle(part).fontSize}`);
      }
    }
    if (room.right > column.right + 1) report("is wider than the column");
  }
  return [...new Set(found)];
}"""
# A4 without the margins of 12 mm, in CSS pixels.
PAPER_WIDTH = 703
# What paper would cut off.
CUT = """(width) => {
  const cut = [];
  for (const element of document.querySelectorAll("article *")) {
    if (element.closest("svg") || !element.checkVisibility()) continue;
    const box = element.getBoundingClientRect();
    if (!box.width || element.matches(".headerlink, [data-interactive], [data-interactive] *")) continue;
    const style = getComputedStyle(element);
    if (style.position === "absolute" && style.clipPath !== "none") continue;
    const name = `${element.localName}.${element.className}`.slice(0, 50);
    if (box.right > width + 1) cut.push(`${name} ends at ${Math.round(box.right)}`);
    if (["auto", "scroll", "hidden"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1)
      cut.push(`${name} scrolls`);
  }
  return cut.slice(0, 3);
}"""
# How much there is that only a screen can use.
BUTTONS = (
    "() => [...document.querySelectorAll('button, .bar, .find, summary.x')].filter((e) => e.checkVisibility()).length"
)
# Words in pictures that are too like what is behind them.
CONTRAST = """() => {
  const rgb = (value) => (value.match(/[\\d.]+/g) ?? []).map(Number);
  const light = ([r, g, b]) => {
    const linear = (c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [x, y, z] = [r, g, b].map((c) => linear(c / 255));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(rgb(a)), light(rgb(b))].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const paper = getComputedStyle(document.body).backgroundColor;
  const found = [];
  for (const figure of document.querySelectorAll("figure.diagram")) {
    for (const text of figure.querySelectorAll(".slab, .nest__title")) {
      if (!text.checkVisibility()) continue;
      let box = text;
      while (box !== figure && rgb(getComputedStyle(box).backgroundColor)[3] === 0) box = box.parentElement;
      const behind = box === figure ? paper : getComputedStyle(box).backgroundColor;
      const value = ratio(getComputedStyle(text).color, behind);
      if (value < 4.5) found.push(`${figure.id}: "${text.textContent}" has contrast ${value.toFixed(2)}`);
    }
    // Of two drawings of one picture, the one that this width shows.
    for (const text of figure.querySelectorAll("svg text")) {
      if (!text.checkVisibility()) continue;
      const box = text.getBoundingClientRect();
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      let behind = paper;
      for (const shape of figure.querySelectorAll("svg :is(rect, polygon, circle)")) {
        const b = shape.getBoundingClientRect();
        const fill = getComputedStyle(shape).fill;
        const inside = x > b.left && x < b.right && y > b.top && y < b.bottom;
        if (inside && fill !== "none" && rgb(fill)[3] !== 0) behind = fill;
      }
      // A line of several is inked by itself.
      const value = ratio(getComputedStyle(text.querySelector("tspan") ?? text).fill, behind);
      if (value < 4.5) found.push(`${figure.id}: "${text.textContent}" has contrast ${value.toFixed(2)}`);
    }
  }
  return found;
}"""
