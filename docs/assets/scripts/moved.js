/**
 * An old address leads on to where its content is now: of a source, in the list of all of them; of an anchor that has moved; of a
 * page that has moved, with the anchor that was asked for. Without this file it ends at the line that links there.
 */
"use strict";
(() => {
  const follow = () => {
    const line = document.getElementById(location.hash.slice(1));
    const own = line?.matches(".register li, .moved li") ? line.querySelector("a") : null;
    const link = own ?? document.querySelector("a[data-moved]");
    if (link instanceof HTMLAnchorElement) location.replace(link.href);
  };
  follow();
  addEventListener("hashchange", follow);
})();
