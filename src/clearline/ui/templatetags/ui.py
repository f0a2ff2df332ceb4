"""What templates may use everywhere: the components of the style page, and values in plain words."""

from collections.abc import Collection, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from clearline.engine.events import Instant
from clearline.reports.account import counted
from clearline.ui import wording
from clearline.ui.charts import Drawing

register = template.Library()
register.filter("duration", wording.lasting)
register.filter("masked", wording.masked)
register.filter("initials", wording.initials)
register.filter("shortened", wording.shortened)
register.filter("counted", counted)

NOTHING = SafeString("")
LINKED = frozenset({"from", "sort", "when"})  # what links ask for, and no field of a filter
TOLD_AS = {"good": "good", "plain": "info", "warning": "warning", "bad": "bad"}


@register.filter
def number(value: float) -> str:
    """`12,480`; a fraction keeps one digit."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.1f}"


@register.filter
def percent(part: float) -> str:
    """A share of one, in percent: `2.9 %`."""
    return f"{part * 100:.1f} %"


@register.filter
def account_button(tags: Collection[str] | None) -> str:
    """The kind of one of allauth's buttons, from the tags that it gives them."""
    told = set(tags or ())
    if told & {"danger", "delete"}:
        return "danger"
    return "" if told & {"outline", "secondary", "link", "tool", "cancel"} else "primary"


# Words with a shape


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of icons.svg: decoration, unless it has a label."""
    told = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}#{}"/></svg>', told, static("ui/icons.svg"), name)


@register.simple_tag
def badge(word: str, tone: str = "", drawing: str = "") -> SafeString:
    """A word on a tint; tone is a state or a severity."""
    return format_html(
        '<span class="badge {}">{}{}</span>', tone, icon(drawing) if drawing else NOTHING, word
    )


@register.simple_tag
def state(name: str, word: str = "") -> SafeString:
    """kept, open, due, broken or unknown."""
    return badge(word or name, name, name)


@register.simple_tag
def severity(name: str, count: int | None = None) -> SafeString:
    """minor, serious or critical; with a count, `2 critical`."""
    return badge(name if count is None else f"{count:,} {name}", name, name)


@register.simple_tag
def avatar(name: str) -> SafeString:
    """The initials, beside a name that is written out."""
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', wording.initials(name))


# Times


@register.simple_tag
def instant(at: Instant, precision: str = "minute") -> SafeString:
    """Microseconds in the reader's zone; precision is day, minute, second or clock."""
    return format_html('<time datetime="{}">{}</time>', wording.machine(at), wording.written(at, precision))


@register.simple_tag
def countdown(deadline: Instant, now: Instant) -> SafeString:
    """How long there is left; counts on in the browser."""
    return format_html(
        '<span class="countdown{}">{}<time datetime="{}" title="{}" data-countdown>{}</time></span>',
        " over" if deadline < now else "",
        icon("clock"),
        wording.machine(deadline),
        wording.written(deadline, "second"),
        wording.until(deadline, now),
    )


# Values


@register.simple_tag
def digest(value: str) -> SafeString:
    """A hash or a long name, shortened, with a button that copies all of it."""
    return format_html(
        '<span class="hash"><code title="{}">{}</code>'
        '<button type="button" data-copy="{}" hidden>{}</button></span>',
        value,
        wording.shortened(value),
        value,
        icon("copy", "Copy"),
    )


@register.inclusion_tag("ui/parts/masked.html", takes_context=True)
def masked_value(context: Context, text: str, what: str, url: str = "") -> dict[str, Any]:
    """A masked text; with a url, a button that asks for the whole of `what` by POST and is logged there."""
    return {"text": text, "what": what, "url": url, "csrf_token": context.get("csrf_token")}


@register.simple_tag
def stat(label: str, value: object, url: str = "", tone: str = "", note: str = "") -> SafeString:
    """A figure with its name, inside `<dl class="stats">`."""
    shown = number(value) if isinstance(value, int | float) else value
    return format_html(
        '<div class="stat {}"><dt>{}{}</dt><dd class="value">{}</dd>{}</div>',
        tone,
        icon(tone) if tone else NOTHING,
        label,
        format_html('<a href="{}">{}</a>', url, shown) if url else shown,
        format_html('<dd class="note">{}</dd>', note) if note else NOTHING,
    )


@register.simple_tag
def progress(done: int, of: int, label: str) -> SafeString:
    """How far something is."""
    return format_html(
        '<label class="progress"><span class="actions"><span>{}</span><span class="soft tabular">{} of {}</span></span>'
        '<progress value="{}" max="{}"></progress></label>',
        label,
        number(done),
        number(of),
        done,
        of,
    )


@register.simple_tag
def sparkline(values: Sequence[float], label: str, tone: str = "") -> SafeString:
    """A line of a word's size; the label says what it shows."""
    top, steps = max(values, default=0) or 1, max(len(values) - 1, 1)
    points = [(round(96 * i / steps, 1), round(22 - 20 * value / top, 1)) for i, value in enumerate(values)]
    if not points:
        return format_html('<span class="soft">{}: no figures</span>', label)
    return format_html(
        '<svg class="spark {}" viewBox="0 0 96 24" role="img" aria-label="{}">'
        '<polyline points="{}"/><circle cx="{}" cy="{}" r="2.2"/></svg>',
        tone,
        label,
        " ".join(f"{x},{y}" for x, y in points),
        *points[-1],
    )


@register.inclusion_tag("ui/parts/chart.html")
def chart(drawing: Drawing) -> dict[str, Any]:
    """What `clearline.ui.charts.draw` has drawn."""
    return {"chart": drawing}


@register.inclusion_tag("ui/parts/citation.html")
def citation(cite: str, title: str = "", url: str = "", status: str = "", quote: str = "") -> dict[str, Any]:
    """The place in a law or a standard; status says how the source was checked."""
    return {"cite": cite, "title": title, "url": url, "status": status, "quote": quote}


# Ways through


@register.simple_tag
def trail(*steps: str) -> SafeString:
    """Where the page stands: label, url, label, url, …, and the page's own label."""
    pairs = [(steps[i], steps[i + 1]) for i in range(0, len(steps) - 1, 2)]
    return format_html(
        '<nav class="trail" aria-label="Where you are"><ol>{}<li aria-current="page">{}</li></ol></nav>',
        format_html_join("", '<li><a href="{1}">{0}</a></li>', pairs),
        steps[-1],
    )


@register.inclusion_tag("ui/parts/tabs.html", takes_context=True)
def tabs(context: Context, label: str, items: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """Links between sides of one thing; each item is (label, url) or (label, url, count)."""
    request = context["request"]
    whole = request.get_full_path()
    here = whole if whole in {item[1] for item in items} else request.path
    shown = [(item[0], item[1], item[2] if len(item) > 2 else None, item[1] == here) for item in items]
    return {"label": label, "items": shown}


@register.inclusion_tag("ui/parts/pagination.html", takes_context=True)
def pagination(context: Context, page: Page[Any], name: str = "page") -> dict[str, Any]:
    """Numbered pages of a short list (Django's Page); other parts of the query stay."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [(one, _query(context, name, one) if isinstance(one, int) else "") for one in elided]
    return {"page": page, "links": links}


@register.inclusion_tag("ui/parts/steps.html", takes_context=True)
def steps(
    context: Context, told: str, newer: str = "", older: str = "", name: str = "from"
) -> dict[str, Any]:
    """Newer and older parts of a list too long to be counted; each a cursor that the query understands."""
    return {
        "told": told,
        "newer": _query(context, name, newer) if newer else "",
        "older": _query(context, name, older) if older else "",
    }


@register.simple_tag(takes_context=True)
def sortable(context: Context, key: str, label: str, kind: str = "", name: str = "sort") -> SafeString:
    """The head of a column that sorts by `key`, and turns round when it already does; kind may be `number`."""
    now = context["request"].GET.get(name, "")
    order = {key: "ascending", f"-{key}": "descending"}.get(now, "")
    return format_html(
        '<th scope="col" class="{}"{}><a href="{}">{}{}</a></th>',
        kind,
        format_html(' aria-sort="{}"', order) if order else NOTHING,
        _query(context, name, f"-{key}" if now == key else key),
        label,
        icon({"ascending": "up", "descending": "down"}.get(order, "both")),
    )


def _query(context: Context, name: str, value: object) -> str:
    query = context["request"].GET.copy()
    query[name] = str(value)
    return f"?{query.urlencode()}"


@register.inclusion_tag("ui/parts/post_button.html", takes_context=True)
def post_button(context: Context, url: str, label: str, kind: str = "", drawing: str = "") -> dict[str, Any]:
    """A button that does something; kind is primary, danger or quiet."""
    return {
        "url": url,
        "label": label,
        "kind": kind,
        "drawing": drawing,
        "csrf_token": context.get("csrf_token"),
    }


# Blocks


@register.simple_block_tag
def card(content: str, title: str = "", tone: str = "", level: int = 2) -> SafeString:
    """A surface; its title is a heading of that level."""
    head = format_html("<header><h{0}>{1}</h{0}></header>", level, title) if title else NOTHING
    return format_html('<section class="card {}">{}{}</section>', tone, head, content)


@register.simple_block_tag
def notice(content: str, kind: str = "plain") -> SafeString:
    """Something to know: plain, good, warning or bad."""
    told = icon(TOLD_AS[kind], {"bad": "Problem", "warning": "Careful"}.get(kind, ""))
    return format_html('<div class="notice {}">{}<div>{}</div></div>', kind, told, content)


@register.simple_block_tag
def nothing(content: str, title: str, drawing: str = "empty") -> SafeString:
    """What stands where a list is empty: why, and what to do."""
    return format_html(
        '<div class="nothing">{}<p class="title">{}</p>{}</div>', icon(drawing), title, content
    )


@register.simple_block_tag
def table(content: str, caption: str, unseen: bool = False) -> SafeString:
    """A table; cells with a data-label become lines of a card on a phone."""
    named = format_html(
        "<caption{}>{}</caption>", SafeString(' class="unseen"') if unseen else NOTHING, caption
    )
    return format_html('<div class="scrolls"><table class="cards">{}{}</table></div>', named, content)


@register.simple_block_tag
def point(content: str, when: str, kind: str = "event") -> SafeString:
    """One thing that happened, inside `<ol class="moments">`; kind is a state, a severity or an icon's name."""
    return format_html(
        '<li><span>{}</span><span class="dot {}">{}</span><div>{}</div></li>', when, kind, icon(kind), content
    )


@register.simple_block_tag
def dialog(content: str, name: str, title: str, opens: str, kind: str = "") -> SafeString:
    """A button and the native dialog that it opens; `name` is its id."""
    return format_html(
        '<button type="button" class="{kind}" command="show-modal" commandfor="{name}">{opens}</button>'
        '<dialog id="{name}" aria-labelledby="{name}-title"><h2 id="{name}-title">{title}</h2>{content}</dialog>',
        kind=kind,
        name=name,
        opens=opens,
        title=title,
        content=content,
    )


@register.simple_block_tag(takes_context=True)
def filters(context: Context, content: str, target: str, told: str = "") -> SafeString:
    """A form that asks by GET; with a script it swaps `target`, a selector of what the page shows. Folded on a phone."""
    asked = context["request"].GET
    count = sum(bool(asked[name]) for name in asked if name not in LINKED)
    return format_html(
        '<details class="folds"><summary>Filter <span id="asked" class="soft">{3}</span></summary>'
        '<form class="filters" method="get" role="search" hx-get="" hx-target="{0}" hx-select="{0}" '
        'hx-select-oob="#asked" hx-swap="outerHTML" hx-push-url="true" hx-trigger="change, submit">{1}'
        '<button>Filter</button><span class="works">Looking</span><output class="count">{2}</output></form></details>',
        target,
        content,
        told,
        f"{count} set" if count else "",
    )
