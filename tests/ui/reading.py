"""Reads a page as a screen reader or a content policy would, and says what is wrong with it."""

import itertools
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
LABELLED = {"select", "textarea", "input"}
UNLABELLED = {"hidden", "submit", "button"}


class Reader(HTMLParser):
    """Gathers the tags of a page with their attributes, and the words within each."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str], list[str]]] = []
        self._open: list[tuple[str, dict[str, str], list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        entry = (tag, {name: value or "" for name, value in attrs}, list[str]())
        self.tags.append(entry)
        told = entry[1].get("aria-label") or entry[1].get("alt")
        for _, _, words in self._open if told else ():
            words.append(told or "")
        if tag not in VOID:
            self._open.append(entry)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)

    def faults(self) -> list[str]:
        """Everything that a person who can't see, or a strict policy, would stumble on."""
        return [*self._inline(), *self._names(), *self._outline(), *self._ids()]

    def _inline(self) -> list[str]:
        found = [f"{tag} has {name}" for tag, attrs, _ in self.tags for name in attrs if _runs(name)]
        found += ["a style element" for tag, _, _ in self.tags if tag == "style"]
        return found + [
            "an inline script"
            for tag, attrs, _ in self.tags
            if tag == "script" and "src" not in attrs and attrs.get("type") != "application/json"
        ]

    def _names(self) -> list[str]:
        labels = {attrs["for"] for tag, attrs, _ in self.tags if tag == "label" and "for" in attrs}
        found = []
        for tag, attrs, words in self.tags:
            named = bool("".join(words).strip() or attrs.get("aria-label") or attrs.get("aria-labelledby"))
            if tag in LABELLED and attrs.get("type") not in UNLABELLED:
                named = named or attrs.get("id") in labels or attrs.get("name") == "found"
            elif tag == "svg":
                named = attrs.get("aria-hidden") == "true" or bool(attrs.get("aria-label"))
            elif tag == "img":
                named = "alt" in attrs
            elif tag not in {"a", "button", "summary", "nav", "h1", "h2", "h3", "h4", "th", "caption"}:
                continue
            if not named:
                found.append(f"{tag} without a name: {attrs}")
        return found

    def _outline(self) -> list[str]:
        levels = [int(tag[1]) for tag, _, _ in self.tags if tag in {"h1", "h2", "h3", "h4"}]
        found = [] if levels.count(1) == 1 else [f"{levels.count(1)} headings of the first level"]
        found += [f"h{b} after h{a}" for a, b in itertools.pairwise(levels) if b > a + 1]
        for landmark in ("main", "title", "footer"):
            if [tag for tag, _, _ in self.tags].count(landmark) != 1:
                found.append(f"not one {landmark}")
        if self.tags and {tag: attrs for tag, attrs, _ in self.tags[:2]}["html"].get("lang") != "en":
            found.append("no language")
        return found

    def _ids(self) -> list[str]:
        ids = [attrs["id"] for _, attrs, _ in self.tags if "id" in attrs]
        told = " ".join(attrs.get("aria-describedby", "") for _, attrs, _ in self.tags).split()
        return [f"id {one} twice" for one in set(ids) if ids.count(one) > 1] + [
            f"described by {one}, which is nowhere" for one in told if one not in ids
        ]


def _runs(name: str) -> bool:
    return name == "style" or name.startswith(("on", "hx-on"))
