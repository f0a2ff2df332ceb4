// A page that is open is sent its parts as they change; countdowns run by the server's clock.
"use strict";

(() => {
  const page = document.querySelector("[data-stream]");
  if (!page) return;
  let ahead = 0; // milliseconds that the server's clock is ahead of this one
  const waiting = new Map(); // parts that somebody is typing in, until they have done

  const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  function count() {
    const now = Date.now() + ahead;
    for (const place of page.querySelectorAll("[data-deadline]")) {
      const left = (Number(place.dataset.deadline) - now) / 1000;
      place.textContent = left < 0 ? "late" : left < 100 ? `${Math.ceil(left)} s` : minutes(left);
      place.classList.toggle("near", left < 10);
    }
    for (const place of page.querySelectorAll("[data-silent]")) {
      const silent = (now - Number(place.dataset.silent)) / 1000;
      place.textContent = silent > 120 ? `· silent for ${minutes(silent)}` : "";
    }
    for (const place of page.querySelectorAll("[data-since]")) {
      place.textContent = minutes(Math.max(0, now - Number(place.dataset.since)) / 1000);
    }
  }
  setInterval(count, 250);

  function ordered(list, item) {
    const near = Number(item.dataset.near);
    const after = [...list.children].find((one) => one !== item && Number(one.dataset.near) > near);
    if (after ? item.nextElementSibling !== after : item !== list.lastElementChild) list.insertBefore(item, after || null);
  }

  function isTypedIn(place) {
    return place.contains(document.activeElement) && document.activeElement.matches("input, textarea");
  }

  function take(part) {
    let place = document.getElementById(part.id);
    if (part.gone) {
      place?.remove();
      return;
    }
    const list = part.into && document.getElementById(part.into);
    if (!place && list) {
      place = document.createElement(list.tagName === "OL" ? "li" : "div");
      place.id = part.id;
      if (part.into === "talk") place.className = "said";
    }
    if (!place) return;
    if (isTypedIn(place)) {
      waiting.set(part.id, part);
      return;
    }
    const unfolded = [...place.querySelectorAll("details[open] [name=rule]")].map((one) => one.value);
    place.innerHTML = part.html;
    for (const one of place.querySelectorAll("details [name=rule]")) one.closest("details").open = unfolded.includes(one.value);
    delete place.dataset.stale;
    if (list) {
      place.dataset.near = part.near;
      ordered(list, place);
    }
    window.htmx?.process(place);
  }

  document.addEventListener("focusout", () => setTimeout(() => {
    for (const [id, part] of [...waiting]) {
      waiting.delete(id);
      take(part);
    }
  }));

  const show = (name, shown) => { page.querySelector(`[${name}]`).hidden = !shown; };
  const source = new EventSource(page.dataset.stream);
  let first = true;
  source.addEventListener("open", () => {
    first = true;
    show("data-lost", false);
    for (const one of page.querySelectorAll("#wall > li")) one.dataset.stale = "";
  });
  source.addEventListener("error", () => show("data-lost", true));
  source.addEventListener("message", (event) => {
    const told = JSON.parse(event.data);
    ahead = told.now - Date.now();
    show("data-unwatched", !told.watched);
    told.parts.forEach(take);
    if (first) for (const one of page.querySelectorAll("[data-stale]")) one.remove();
    first = false;
    count();
  });
  window.addEventListener("pagehide", () => source.close());
})();
