/** An old address of a source, in the list of all of them, leads on to its entry. Without this file it ends at its line. */
"use strict";
(() => {
  const follow = () => {
    const line = document.getElementById(location.hash.slice(1));
    const link = line?.matches(".register li") && line.querySelector("a");
    if (link) location.replace(link.href);
  };
  follow();
  addEventListener("hashchange", follow);
})();
