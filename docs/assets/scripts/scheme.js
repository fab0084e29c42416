/** The button for the colours: the system's, light, dark. Without this file the colours follow the system. */
"use strict";
(() => {
  const KEY = "docker-vs-vm.scheme";
  const CHOICES = ["system", "light", "dark"];
  const button = document.querySelector("button.scheme");
  if (!(button instanceof HTMLElement)) return;
  const root = document.documentElement;

  const show = () => {
    const now = root.dataset.scheme ?? "system";
    const name = { light: "Light", dark: "Dark" }[now] ?? "Auto";
    button.textContent = name;
    button.setAttribute("aria-label", name === "Auto" ? "Auto: colours as your system. Change" : `${name} colours. Change`);
  };
  button.addEventListener("click", () => {
    const next = CHOICES[(CHOICES.indexOf(root.dataset.scheme ?? "system") + 1) % CHOICES.length];
    if (next === "system") delete root.dataset.scheme;
    else root.dataset.scheme = next;
    show();
    try {
      if (next === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, next);
    } catch {
      // Storage may be full or forbidden; the choice then lasts for this page only.
    }
  });
  show();
})();
