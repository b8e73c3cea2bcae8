// Comforts only: every page works without this file.
"use strict";

// "/" goes to the search box, Escape closes menus.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => (menu.open = false));
  const typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const box = document.querySelector("main [data-slash], .find-pane [data-slash]") || document.querySelector("[data-slash]");
  if (box && box.offsetParent !== null) {
    event.preventDefault();
    box.focus();
    box.select();
  }
});
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
});

// An opened value says how long it stays open, and closes when its time is over.
const opened = document.querySelectorAll("[data-closes]");
if (opened.length) {
  const loaded = Date.now();
  const tick = () => {
    for (const value of opened) {
      const left = Number(value.dataset.closes) - (Date.now() - loaded);
      if (left <= 0) location.replace(value.dataset.then);
      const minutes = Math.max(1, Math.ceil(left / 60000));
      const words = value.querySelector("[data-left]");
      if (words) words.textContent = words.dataset.left.replace("%", String(minutes));
    }
  };
  tick();
  setInterval(tick, 1000);
}

// The button says how many values it will open.
for (const form of document.querySelectorAll("form[data-count]")) {
  const button = form.querySelector("button[data-label]");
  const say = () => {
    const n = form.querySelectorAll("input[name=element]:checked").length;
    const label = n === 1 && button.dataset.one ? button.dataset.one : button.dataset.label;
    button.textContent = n ? label.replace("%", String(n)) : button.dataset.none;
  };
  form.addEventListener("change", say);
  say();
}

// The purpose follows the work record.
for (const select of document.querySelectorAll("select[data-purpose-of]")) {
  const shown = document.getElementById(select.dataset.purposeOf);
  select.addEventListener("change", () => (shown.textContent = select.selectedOptions[0].dataset.purpose));
}

// A filter box hides rows that do not contain its words; the server does the same when it is sent.
for (const box of document.querySelectorAll("input[data-filter]")) {
  const rows = [...document.querySelectorAll(box.dataset.filter)];
  const plain = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const texts = rows.map((row) => plain(row.textContent));
  box.addEventListener("input", () => {
    const words = plain(box.value).split(/\s+/).filter(Boolean);
    rows.forEach((row, at) => (row.hidden = !words.every((word) => texts[at].includes(word))));
  });
}

for (const button of document.querySelectorAll("button[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
