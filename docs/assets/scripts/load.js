/**
 * siteLoad(name) brings a script below assets/ that a page needs only now: the search, a tool, the reasons behind an answer.
 * It works on file://, where a browser lets no page read other files; where a page demands trusted types, this makes
 * the one policy. Without this file the search is a link, and a sentence stands where the tools of Choose do (tool.js).
 */
"use strict";
(() => {
  const link = document.querySelector("a.find");
  if (!(link instanceof HTMLAnchorElement)) return;
  const home = new URL(`${link.dataset.home}/`.replace(/\/+$/, "/"), location.href);

  const policy = /** @type {any} */ (window).trustedTypes?.createPolicy("docker-vs-vm", {
    createScriptURL: (/** @type {string} */ url) => {
      if (new URL(url).href.startsWith(new URL("assets/", home).href)) return url;
      throw new TypeError("not a script of this site");
    },
  });
  /** @type {Map<string, Promise<void>>} */
  const asked = new Map();
  /** @param {string} name A script below assets/. */
  const load = (name) => {
    const before = asked.get(name);
    if (before) return before;
    const coming = /** @type {Promise<void>} */ (
      new Promise((done, failed) => {
        const script = document.createElement("script");
        const url = new URL(`assets/${name}`, home).href;
        script.src = policy ? policy.createScriptURL(url) : url;
        script.addEventListener("load", () => done());
        script.addEventListener("error", () => {
          asked.delete(name);
          script.remove();
          failed(new Error(`${name} did not come`));
        });
        document.head.append(script);
      })
    );
    asked.set(name, coming);
    return coming;
  };
  /** @type {any} */ (globalThis).siteLoad = load;
})();
