// What HTML can't do by itself: count down, copy, fold a menu away, say that a request failed.
"use strict";

function plainly(seconds) {
  const units = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const first = units.findIndex(([, size]) => seconds >= size);
  if (first < 0) return "0 s";
  const [unit, size] = units[first];
  const [smaller, rest] = units[first + 1] || ["", 0];
  const left = rest ? Math.floor((seconds % size) / rest) : 0;
  return `${Math.floor(seconds / size)} ${unit}${left ? ` ${left} ${smaller}` : ""}`;
}

function count() {
  for (const time of document.querySelectorAll("time[data-countdown]")) {
    const left = Math.round((Date.parse(time.dateTime) - Date.now()) / 1000);
    time.textContent = left < 0 ? `overdue by ${plainly(-left)}` : `in ${plainly(left)}`;
    time.closest(".countdown")?.classList.toggle("over", left < 0);
  }
}
setInterval(count, 1000);

function ready(root) {
  for (const button of root.querySelectorAll("[data-copy], [data-this-zone]")) button.hidden = !navigator.clipboard && "copy" in button.dataset;
}
ready(document);
document.addEventListener("htmx:load", (event) => ready(event.target));

function say(text) {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.copy) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say("Copied");
    } catch {
      say("The browser did not allow copying");
    }
  }
  if (button?.dataset.thisZone) {
    document.getElementById(button.dataset.thisZone).value = Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
  if (button?.getAttribute("command") === "show-modal" && !("commandForElement" in HTMLButtonElement.prototype)) {
    document.getElementById(button.getAttribute("commandfor"))?.showModal();
  }
  for (const menu of document.querySelectorAll(".unfolds[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest(".unfolds[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const failure of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(failure, (event) => {
    const place = document.getElementById("failed");
    const status = event.detail.xhr?.status;
    place.textContent = status ? `That did not work (${status}). Load the page again.` : "The server can't be reached. Nothing was changed.";
    place.hidden = false;
  });
}
