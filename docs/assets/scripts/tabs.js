/** Opens the tab that the address names. The tabs themselves are radio buttons and need no script. */
"use strict";
(() => {
  const openNamedTab = () => {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch {
      // Not encoded as an address should be: then it names no tab.
    }
    const target = document.getElementById(name);
    if (target instanceof HTMLInputElement && target.name.startsWith("__tabbed_")) target.checked = true;
  };
  openNamedTab();
  addEventListener("hashchange", openNamedTab);
})();
