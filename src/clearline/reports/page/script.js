"use strict";
(() => {
  const root = document.documentElement;
  const at = (id) => document.getElementById(id);
  const form = at("filter");
  const cards = Array.from(document.querySelectorAll("details.card"), (card) => ({
    card,
    found: card.hasAttribute("data-found"),
    findings: Array.from(card.querySelectorAll(".finding[data-severity]:not([data-question])"), (one) => one.dataset),
    text: null,
  }));

  const holds = (one, words) => {
    one.text ??= one.card.textContent.toLowerCase();
    return words.every((word) => one.text.includes(word));
  };

  const filter = () => {
    const wanted = { severity: at("severity").value, pack: at("pack").value, rule: at("rule").value };
    const keys = Object.keys(wanted).filter((key) => wanted[key]);
    const words = at("text").value.toLowerCase().split(/\s+/).filter(Boolean);
    const onlyFound = at("found").checked;
    let shown = 0;
    for (const one of cards) {
      const fits =
        (!onlyFound || one.found) &&
        (!keys.length || one.findings.some((finding) => keys.every((key) => finding[key] === wanted[key]))) &&
        holds(one, words);
      one.card.hidden = !fits;
      shown += fits;
    }
    at("shown").textContent = shown === cards.length ? `${shown} shown` : `${shown} of ${cards.length} shown`;
    at("none").hidden = shown > 0;
  };

  let soon;
  form.addEventListener("input", () => {
    clearTimeout(soon);
    soon = setTimeout(filter, 120);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  at("again").addEventListener("click", () => form.reset());
  form.hidden = false;
  filter();

  // A link to something inside a closed card opens it first, and shows a card that the filter hides.
  const reveal = () => {
    const target = location.hash && at(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    const card = target.closest("details.card");
    if (card) {
      card.hidden = false;
      card.open = true;
    }
    target.scrollIntoView({ block: "center" });
    target.focus({ preventScroll: true });
  };
  addEventListener("hashchange", reveal);
  reveal();

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = Array.from(document.querySelectorAll("details:not([open])"));
    closed.forEach((one) => (one.open = true));
  });
  addEventListener("afterprint", () => closed.forEach((one) => (one.open = false)));

  const button = at("theme");
  const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const name = () => (button.textContent = dark() ? "Light" : "Dark");
  const show = (theme) => {
    root.dataset.theme = theme;
    name();
  };
  let store = null;
  try {
    store = localStorage; // refused to pages from disk by some browsers; the choice then lasts as long as the page
    if (store.getItem("clearline-theme")) root.dataset.theme = store.getItem("clearline-theme");
  } catch {
    store = null;
  }
  button.addEventListener("click", () => {
    show(dark() ? "light" : "dark");
    store?.setItem("clearline-theme", root.dataset.theme);
  });
  button.hidden = false;
  name();
})();
