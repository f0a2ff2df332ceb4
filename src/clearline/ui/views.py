"""The style page, which shows every component; and the choice of colours and time zone."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from clearline.ui.clock import now
from clearline.ui.display import DisplayForm, theme_of, zone_of
from clearline.ui.samples import samples


@login_required
@require_http_methods(["GET", "HEAD"])
def style(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/style.html", {"samples": samples(request, now())})


@login_required
@require_POST
def shown(request: HttpRequest) -> HttpResponse:
    """What the style page's own "show" button answers."""
    if request.headers.get("HX-Request") == "true":
        return render(request, "ui/style/shown.html")
    return redirect("style")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def display(request: HttpRequest) -> HttpResponse:
    chosen = {"theme": theme_of(request), "zone": str(zone_of(request) or "")}
    form = DisplayForm(request.POST if request.method == "POST" else None, initial=chosen)
    if not form.is_valid():
        return render(request, "ui/display.html", {"form": form}, status=400 if form.is_bound else 200)
    after = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}, require_https=request.is_secure()):
        after = reverse("display")
    answer = redirect(after)
    form.remember(answer)
    return answer
