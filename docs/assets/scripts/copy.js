/** A button beside each block of code that copies it. Without this file, or without a clipboard, one selects the code. */
"use strict";
(() => {
  /** @param {Element} code Selects the code, so that a key copies it. */
  const select = (code) => {
    const range = document.createRange();
    range.selectNodeContents(code);
    const selection = getSelection();
    selection?.removeAllRanges();
    selection?.addRange(range);
  };
  const status = document.createElement("div");
  status.className = "copy-status";
  status.setAttribute("role", "status");

  const blocks = [...document.querySelectorAll("div.highlight")];
  blocks.forEach((block, index) => {
    const code = block.querySelector("pre > code");
    if (!code) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.dataset.interactive = "";
    button.textContent = "Copy";
    button.setAttribute("aria-label", blocks.length > 1 ? `Copy code block ${index + 1}` : "Copy the code");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText((code.textContent ?? "").replace(/\n$/, ""));
        button.textContent = "Copied";
        status.textContent = "Copied to the clipboard";
      } catch {
        select(code);
        button.textContent = "Selected";
        status.textContent = "This browser does not let the page copy; the code is selected, copy it by key";
      }
      setTimeout(() => {
        button.textContent = "Copy";
        status.textContent = "";
      }, 3000);
    });
    block.append(button);
  });
  if (blocks.length) document.body.append(status);
})();
