// Computes the root anew from the leaf and the proof that the page shows, in the reader's own browser.
"use strict";

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));

async function hash(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer()));
}

// RFC 9162 2.1.3.2, with BigInt: a log may have more entries than a number is exact.
async function rootOf(leaf, index, size, siblings) {
  let place = BigInt(index), last = BigInt(size) - 1n;
  let reached = await hash(new Uint8Array([0]), new TextEncoder().encode(leaf));
  for (const sibling of siblings) {
    if (last === 0n) return "";
    const one = new Uint8Array([1]);
    if (place & 1n || place === last) {
      reached = await hash(one, bytes(sibling), reached);
      while (place && !(place & 1n)) { place >>= 1n; last >>= 1n; }
    } else {
      reached = await hash(one, reached, bytes(sibling));
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n ? hex(reached) : "";
}

async function check(place) {
  const siblings = Array.from(document.querySelectorAll("[data-sibling]"), (one) => one.textContent);
  const leaf = document.getElementById("leaf").textContent;
  const found = await rootOf(leaf, place.dataset.index, place.dataset.size, siblings);
  const good = found === place.dataset.root;
  place.classList.add(good ? "good" : "bad");
  place.querySelector("p").textContent = good
    ? "Verified here, in your browser: the leaf and the hashes below give the root."
    : "Your browser comes to another root: this proof does not hold.";
}

const here = document.getElementById("here");
if (here && globalThis.crypto?.subtle) check(here);
