// Comfort for entering a request for a caller: questions that are not asked are out of the way,
// and the slip prints by one button. The page works the same without it.
(() => {
  "use strict";

  const printer = document.querySelector("[data-print]");
  if (printer) {
    printer.hidden = false;
    printer.addEventListener("click", () => window.print());
  }

  const form = document.querySelector(".entry-form");
  if (!form) return;

  // The browser's own way back from a stop asks for this page again: by this it is the same call's.
  if (form.dataset.call) history.replaceState(null, "", `?call=${form.dataset.call}`);

  const said = (name) =>
    [...form.querySelectorAll(`[name="${name}"]:checked`)].map((input) => input.value);

  // "field=value" opens a section; "field!=value" opens it unless that alone is said.
  const isOpen = (rule) => {
    const isNot = rule.includes("!=");
    const [name, value] = rule.split(isNot ? "!=" : "=");
    return isNot ? !said(name).includes(value) : said(name).includes(value);
  };

  const hasWords = (section) =>
    section.querySelector(".field-error") !== null ||
    [...section.querySelectorAll("input[type=text], input[type=tel], textarea")].some((input) => input.value.trim());

  const update = () => {
    for (const section of form.querySelectorAll("[data-opened-by]")) {
      // What was typed stays in sight: it would be asked about.
      section.hidden = !isOpen(section.dataset.openedBy) && !hasWords(section);
    }
  };

  form.addEventListener("change", update);
  update();

  // A double press sends one request anyway; this spares the wait.
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
  window.addEventListener("pageshow", () => delete form.dataset.sent);
})();
