// Comfort for the inbox: keys, live counts. Everything here can be done without it,
// and nothing is kept in the browser.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);
  const print = byId("print-now");
  if (print) {
    print.hidden = false;
    print.addEventListener("click", () => window.print());
  }

  const inbox = byId("inbox");
  if (!inbox) return;
  const EVERY = 30_000;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const shown = (element) => element && element.getClientRects().length > 0;

  // Words for screen readers, and a line that everybody sees.

  const say = (words) => { byId("inbox-said").textContent = words; };

  function tell(words, link) {
    const line = byId("inbox-news");
    if (line.dataset.words === words) return;
    line.dataset.words = words;
    line.replaceChildren(words);
    line.hidden = !words;
    if (link) line.append(" ", anchor(link));
    if (words) say(words);
  }

  function anchor({ words, href }) {
    const made = document.createElement("a");
    made.href = href;
    made.textContent = words;
    return made;
  }

  // The list: the row that has the focus, or the open one, is where the next step begins.

  const links = () => all(".row-who a").filter(shown);
  const here = () => location.pathname + location.search;

  function place(found) {
    const row = document.activeElement.closest?.(".row");
    const at = found.findIndex((link) => link.closest(".row") === row);
    return at >= 0 ? at : found.findIndex((link) => link.hasAttribute("aria-current"));
  }

  // Where the list has no further row, the open request has a link to the one on the next page.
  function step(by) {
    const found = links();
    const beside = document.querySelector(`[data-step=${by > 0 ? "after" : "before"}]`);
    if (!found.length) return press(beside);
    const at = place(found);
    const next = found[at < 0 ? 0 : at + by];
    if (!next && beside && found[at].hasAttribute("aria-current")) return press(beside);
    if (!next) return say(by > 0 ? "This is the last request of the page." : "This is the first request.");
    next.focus();
    next.closest(".row").scrollIntoView({ block: "nearest" });
  }

  function press(target) {
    if (!target) return;
    if (target.matches("input")) return target.focus(), target.select();
    target.click();
  }

  function pick() {
    const box = document.activeElement.closest?.(".row")?.querySelector("input[name=pick]");
    if (box) box.click();
  }

  const open = () => press(document.activeElement.closest?.(".row")?.querySelector("a"));

  // Keys, unless somebody turned them off, types in a field or holds another key.

  const KEYS = { j: () => step(1), k: () => step(-1), o: open, x: pick, "?": () => byId("keys").showModal() };
  const uses = inbox.dataset.keys === "on";

  function typing(target) {
    if (target.isContentEditable || target.closest("dialog")) return true;
    return target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");
  }

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat && event.key !== "j" && event.key !== "k") return;
    if (typing(event.target)) return;
    const target = all(`[data-key="${CSS.escape(event.key)}"]`).find(shown);
    const does = KEYS[event.key] || (target && (() => press(target)));
    if (!does) return;
    event.preventDefault();
    does();
  }

  function startKeys() {
    document.documentElement.classList.add("has-keys");
    for (const target of all("[data-key]")) target.setAttribute("aria-keyshortcuts", target.dataset.key);
    document.addEventListener("keydown", pressed);
  }

  function startHelp() {
    byId("keys-open").closest("[hidden]").hidden = false;
    byId("keys-open").addEventListener("click", () => byId("keys").showModal());
    byId("keys-close").addEventListener("click", () => byId("keys").close());
  }

  // Picking many: one box for all of the page, and how many are picked.

  function startPicking() {
    const everyone = byId("pick-all");
    const boxes = all("input[name=pick]");
    if (!everyone || !boxes.length) return;
    const go = byId("bulk-go");
    const words = go.textContent;
    const count = () => {
      const picked = boxes.filter((box) => box.checked).length;
      everyone.checked = picked === boxes.length;
      everyone.indeterminate = picked > 0 && picked < boxes.length;
      go.textContent = picked ? `${words} (${picked})` : words;
      inbox.classList.toggle("has-picks", picked > 0);
    };
    let last;
    const range = (event) => {
      const from = boxes.indexOf(last);
      const to = boxes.indexOf(event.target);
      if (event.shiftKey && from >= 0) {
        boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((box) => { box.checked = event.target.checked; });
      }
      last = event.target;
      count();
    };
    everyone.closest("[hidden]").hidden = false;
    everyone.addEventListener("change", () => { boxes.forEach((box) => { box.checked = everyone.checked; }); count(); });
    boxes.forEach((box) => box.addEventListener("click", range));
    count();
  }

  // What the server is asked now and then, while somebody looks at the page.

  let stopped = false;
  let asked = Date.now();

  async function ask(address, options) {
    const answer = await fetch(address, { redirect: "manual", headers: { Accept: "application/json" }, ...options });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new Error("signed out");
    if (!answer.ok) throw new Error("no answer");
    return answer.json();
  }

  function failed(error) {
    if (error.message !== "signed out") return tell("There is no connection. What you see may be old.");
    stopped = true;
    tell("You are signed out. What you see may be old.", { words: "Sign in again", href: here() });
    document.title = document.title.replace(/^\d+\+? urgent · /, "");
  }

  function showCounts(counts) {
    for (const [slug, words] of Object.entries(counts)) {
      for (const element of all(`[data-count="${CSS.escape(slug)}"]`)) {
        element.textContent = words;
        element.classList.toggle("none", words === "0");
      }
    }
    showUrgent(counts.urgent);
    return counts;
  }

  let urgent = document.querySelector('[data-count="urgent"]')?.textContent ?? "0";

  function showUrgent(words) {
    if (words === undefined) return;
    const title = document.title.replace(/^\d+\+? urgent · /, "");
    document.title = words === "0" ? title : `${words} urgent · ${title}`;
    if (parseInt(words, 10) > parseInt(urgent, 10)) say(`A new urgent request. ${words} urgent now.`);
    urgent = words;
  }

  async function refresh() {
    if (stopped || document.hidden) return;
    asked = Date.now();
    try {
      showCounts(await ask(inbox.dataset.counts));
      tell("");
    } catch (error) {
      failed(error);
    }
  }

  // Somebody who opened a row begins at the request, not in the list.

  function arrive() {
    const current = document.querySelector(".row-who a[aria-current]");
    current?.closest(".row").scrollIntoView({ block: "nearest" });
    document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (!location.hash.startsWith("#r-")) return;
    history.replaceState(null, "", here());
    byId("who")?.focus({ preventScroll: true });
  }

  document.documentElement.classList.add("has-script");
  arrive();
  startPicking();
  startHelp();
  if (uses) startKeys();
  setInterval(refresh, EVERY);
  addEventListener("visibilitychange", () => { if (Date.now() - asked > EVERY) refresh(); });
  addEventListener("pageshow", (event) => { if (event.persisted) refresh(); });
})();
