// Whether scripts say the same, whatever their space and comments: same.cjs FILE OTHER [FILE OTHER ...]
// Says of each pair that differs where it does first; nothing otherwise.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const ts = require("typescript");

/** Every node by its kind, in order; those that hold no other with their text. */
const said = (file) => {
  const source = ts.createSourceFile(file, fs.readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found = source.parseDiagnostics.map(({ messageText }) => `no script: ${messageText}`);
  const walk = (node) => {
    const at = found.push("") - 1;
    let inner = 0;
    ts.forEachChild(node, (child) => {
      inner += 1;
      walk(child);
    });
    // What is empty may still hold a comment.
    const empty = ts.isBlock(node) || ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node);
    found[at] = `${ts.SyntaxKind[node.kind]} ${node.operator ?? ""} ${inner || empty ? inner : node.getText()}`;
  };
  walk(source);
  return found;
};

const files = process.argv.slice(2);
while (files.length) {
  const [name, other] = files.splice(0, 2);
  const [one, two] = [said(name), said(other)];
  const at = Array.from({ length: Math.max(one.length, two.length) }).findIndex((_, index) => one[index] !== two[index]);
  if (at >= 0) console.log(`${path.basename(name)}: ${one[at]} became ${two[at]}`);
}
