// Plays a recording in step with its transcript; without a script the browser's own controls play it.
"use strict";

(() => {
  const BACK_AND_ON = 5; // seconds
  const WIDTH = 800; // of a drawn channel
  const talk = document.querySelector(".talk");
  let active; // the player that keys are for: the one that was used last

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  class Player {
    constructor(place) {
      this.place = place;
      this.audio = place.querySelector("audio");
      this.seconds = Number(place.dataset.seconds);
      this.button = place.querySelector("[data-play]");
      this.position = place.querySelector("[data-position]");
      this.clock = place.querySelector("[data-clock]");
      this.heads = place.querySelectorAll(".head");
      this.rows = this.lines(Number(place.dataset.began));
      this.row = null;
      this.audio.hidden = true;
      place.querySelector("[data-controls]").hidden = false;
      this.listen();
      this.show();
    }

    // The rows of the talk that lie within this recording, each with a button that plays from there.
    lines(began) {
      const rows = [...document.querySelectorAll(".talk .row[data-from]")].map((row) => ({
        row, from: Number(row.dataset.from) - began, until: Number(row.dataset.until) - began,
      })).filter(({ from, until }) => until > 0 && from < this.seconds);
      for (const { row, from } of rows) {
        const place = row.querySelector(".time");
        row.classList.add("playable");
        if (!place.querySelector("button")) {
          const button = document.createElement("button");
          button.type = "button";
          button.textContent = place.textContent;
          button.setAttribute("aria-label", `Play from ${place.textContent}`);
          place.replaceChildren(button);
        }
        row.addEventListener("click", (event) => {
          if (!event.target.closest("a")) this.play(Math.max(0, from));
        });
      }
      return rows;
    }

    listen() {
      this.button.addEventListener("click", () => this.toggle());
      this.position.addEventListener("input", () => this.seek(Number(this.position.value)));
      for (const wave of this.place.querySelectorAll("[data-wave]")) {
        wave.addEventListener("click", (event) => {
          const box = wave.getBoundingClientRect();
          this.seek(((event.clientX - box.left) / box.width) * this.seconds);
        });
      }
      for (const mark of this.place.querySelectorAll("[data-seek]")) {
        mark.addEventListener("click", (event) => {
          event.preventDefault();
          this.play(Number(mark.dataset.seek));
        });
      }
      for (const speed of this.place.querySelectorAll("[data-speed]")) {
        speed.addEventListener("click", () => {
          this.audio.defaultPlaybackRate = this.audio.playbackRate = Number(speed.dataset.speed);
          for (const one of this.place.querySelectorAll("[data-speed]")) one.setAttribute("aria-pressed", String(one === speed));
        });
      }
      for (const event of ["timeupdate", "seeked"]) this.audio.addEventListener(event, () => this.show());
      for (const event of ["play", "pause", "ended"]) this.audio.addEventListener(event, () => this.told());
      this.audio.addEventListener("error", () => {
        this.clock.textContent = "The sound can't be fetched";
      });
    }

    toggle() {
      if (this.audio.paused) this.play();
      else this.audio.pause();
    }

    play(at) {
      if (active && active !== this) active.audio.pause();
      active = this;
      if (at !== undefined) this.seek(at);
      this.audio.play().catch(() => this.told());
    }

    // What is not loaded yet can't be moved in: then it begins there once it is.
    seek(at) {
      active = this;
      const place = Math.min(Math.max(0, at), this.seconds);
      this.wanted = place;
      if (this.audio.readyState > 0) {
        this.audio.currentTime = place;
        this.wanted = undefined;
      } else {
        this.audio.addEventListener("loadedmetadata", () => {
          if (this.wanted !== undefined) this.audio.currentTime = this.wanted;
          this.wanted = undefined;
        }, { once: true });
        this.audio.preload = "auto";
      }
      this.show();
    }

    get now() {
      return this.wanted ?? this.audio.currentTime;
    }

    show() {
      const told = `${clock(this.now)} of ${clock(this.seconds)}`;
      this.position.value = this.now;
      this.position.setAttribute("aria-valuetext", told);
      this.clock.textContent = told;
      for (const head of this.heads) {
        for (const end of ["x1", "x2"]) head.setAttribute(end, (WIDTH * this.now) / (this.seconds || 1));
      }
      if (active === this) this.follow();
    }

    // Marks what is being said, and brings it into view.
    follow() {
      const said = this.rows.filter(({ from, until }) => from <= this.now + 0.05 && this.now < until).at(-1)?.row;
      if (!said || said === this.row) return;
      for (const old of document.querySelectorAll(".row.playing")) {
        old.classList.remove("playing");
        old.removeAttribute("aria-current");
      }
      this.row = said;
      said.classList.add("playing");
      said.setAttribute("aria-current", "true");
      said.scrollIntoView({ block: "nearest" });
    }

    told() {
      this.button.textContent = this.audio.paused ? "Play" : "Pause";
      this.place.classList.toggle("playing-now", !this.audio.paused);
    }
  }

  const players = [...document.querySelectorAll("[data-player]")].map((place) => new Player(place));

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const player = active || players[0];
    const here = talk?.contains(target) || (target === document.body && !player?.audio.paused);
    if (!player || !here || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === " " && !target.closest("button, a, summary, input:not([type=range]), textarea")) player.toggle();
    else if (event.key === "ArrowLeft") player.seek(player.now - BACK_AND_ON);
    else if (event.key === "ArrowRight") player.seek(player.now + BACK_AND_ON);
    else return;
    event.preventDefault();
  });
})();
