// Counts down beside the button that takes back what was just sent. Without it the
// words say until when; the button itself is a form.
"use strict";

(() => {
  const form = document.getElementById("undo");
  if (!form) return;
  const left = form.querySelector(".undo-left");
  const words = form.querySelector(".undo-until");
  const end = performance.now() + Number(form.dataset.seconds) * 1000;

  function show() {
    const seconds = Math.ceil((end - performance.now()) / 1000);
    if (seconds > 0) {
      left.textContent = ` (${seconds} s)`;
      return setTimeout(show, 250);
    }
    form.querySelector("button").remove();
    words.textContent = form.dataset.over;
  }

  words.textContent = form.dataset.now;
  show();
})();
