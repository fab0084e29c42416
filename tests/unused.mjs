// Lists, as JSON, the selectors of each style sheet that no page, template or script can need, by PurgeCSS.
//   node unused.mjs SITE STYLES SCRIPTS OVERRIDES SAFE...     (folders; SAFE are patterns of names that may come any day)
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PurgeCSS } from "purgecss";
import purgeCSSFromHtml from "purgecss-from-html";

const [site, styles, scripts, overrides, ...safe] = process.argv.slice(2);
const files = (folder, ending) =>
  readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(ending)).map((name) => join(folder, name));
const sources = files(scripts, ".js").map((file) => readFileSync(file, "utf8")).join("\n");
// A script may put a name together: `mark--${side}` needs every rule whose name begins so.
const composed = [...sources.matchAll(/([\w-]+--)\$\{/g)].map(([, start]) => `^${start}`);
/** Whatever is written in a script may become a name; dataset.scheme is the attribute data-scheme. */
const words = (text) => [...(text.match(/[\w-]+/g) ?? []), ...[...text.matchAll(/dataset\.(\w+)/g)].map(([, name]) => `data-${name}`)];
const results = await new PurgeCSS().purge({
  content: [...files(site, ".html"), ...files(overrides, ".html"), ...files(scripts, ".js")],
  css: files(styles, ".css"),
  extractors: [
    { extractor: purgeCSSFromHtml, extensions: ["html"] },
    { extractor: words, extensions: ["js"] },
  ],
  safelist: [...safe, ...composed].map((pattern) => new RegExp(pattern)),
  rejected: true,
});
// Of `a:is(:hover, :focus)` PurgeCSS also names the states alone.
const named = (selector) => !/^\s*:[\w-]+$/.test(selector);
console.log(JSON.stringify(Object.fromEntries(results.map(({ file, rejected }) => [file.split(/[\\/]/).pop(), rejected.filter(named)]))));
