/**
 * The state of a tool in its address, beside the fragment and never in it: a link to a heading keeps the answers, and
 * an answer keeps the heading. It reads /choose/?s=os:windows,trust:hostile#hard-rules.
 *
 * Addresses of before (#os=windows&trust=hostile) still work. Where a browser allows no new query on a file, the state
 * goes into the fragment after all (#s:os:windows).
 */
"use strict";
(() => {
  const KEY = "s";
  /** @param {string} text */
  const decode = (text) => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  /** @type {(text: string, between: string, within: string) => Pair[]} */
  const split = (text, between, within) =>
    text
      .split(between)
      .filter(Boolean)
      .map((pair) => {
        const [key, ...rest] = pair.split(within).map(decode);
        return [key, rest.join(within), decode(pair)];
      });
  const parameters = () => location.search.slice(1).split("&").filter(Boolean);

  /** @param {string} state Some programs encode the signs of an address when they pass it on. */
  const plain = (state) => (state.includes(":") ? state : decode(state));

  const inFragment = () => {
    const fragment = location.hash.slice(1);
    if (fragment.startsWith(`${KEY}:`)) return split(fragment.slice(KEY.length + 1), ",", ":");
    const old = fragment.includes("=") ? fragment : decode(fragment);
    return old.includes("=") ? split(old, "&", "=") : null;
  };
  const inQuery = () => {
    const own = parameters().find((parameter) => parameter.startsWith(`${KEY}=`));
    return own === undefined ? [] : split(plain(own.slice(KEY.length + 1)), ",", ":");
  };

  /** The state as [key, value, the pair as it was written]; a fragment that holds one is the newer. */
  const read = () => inFragment() ?? inQuery();

  /** @type {Address["text"]} */
  const text = (pairs) => pairs.map(([key, value]) => `${key}:${encodeURIComponent(value)}`).join(",");

  /**
   * An address that opens this page with a state, without its fragment.
   * @type {Address["link"]}
   */
  const link = (pairs) => {
    const others = parameters().filter((parameter) => !parameter.startsWith(`${KEY}=`));
    const query = [...others, ...(pairs.length ? [`${KEY}=${text(pairs)}`] : [])].join("&");
    return `${location.pathname}${query ? `?${query}` : ""}`;
  };

  let current = "";
  /**
   * Writes a state into the address: as a new step of the history, or in place of the present one.
   * @type {Address["write"]}
   */
  const write = (pairs, { step = true } = {}) => {
    current = text(pairs);
    const anchor = inFragment() ? "" : location.hash;
    try {
      history[step ? "pushState" : "replaceState"](null, "", link(pairs) + anchor);
    } catch {
      location.hash = `${KEY}:${current}`;
    }
  };

  /**
   * Calls back when the reader goes to another state (back, forward, an address typed in), not for an anchor.
   * @param {() => void} changed
   */
  const listen = (changed) => {
    const look = () => {
      if (text(read()) !== current) changed();
    };
    addEventListener("popstate", look);
    addEventListener("hashchange", look);
  };

  globalThis.address = { read, write, link, listen, text };
})();
