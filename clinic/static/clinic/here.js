// Who else is looking at a request, and on its own page what changed since; kept
// fresh while somebody has it on the screen, also while they write.
"use strict";

(() => {
  const form = document.getElementById("here");
  if (!form) return;
  const EVERY = 30_000;
  let stopped = false;
  let asked = Date.now();

  function show(id, words, link) {
    const line = document.getElementById(id);
    if (!line || line.dataset.words === words) return;
    line.dataset.words = words;
    line.replaceChildren(words);
    if (words && link) line.append(" ", link);
  }

  function again() {
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = "Show it";
    return link;
  }

  async function look() {
    if (stopped || document.hidden) return;
    asked = Date.now();
    // Without an answer the words stay as they are: the inbox says that there is no connection.
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => null);
    if (!answer) return;
    stopped = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
    // Read in any case: what nobody reads stays open.
    const said = await answer.json().catch(() => null);
    if (!answer.ok || !said) return;
    form.elements.at.value = said.at;
    show("here-words", said.here);
    show("changed", said.news, again());
  }

  // The server forgets only what this very page wrote: whoever goes on to write is still there.
  function leave() {
    if (stopped) return;
    const body = new FormData(form);
    body.append("leave", "1");
    navigator.sendBeacon(form.action, body);
  }

  setInterval(look, EVERY);
  addEventListener("visibilitychange", () => { if (Date.now() - asked > EVERY) look(); });
  addEventListener("pagehide", leave);
  addEventListener("pageshow", (event) => { if (event.persisted) look(); });
})();
