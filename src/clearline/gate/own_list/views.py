"""Pages on which somebody is put on the own list: by number, or from the page of a contact."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from clearline.gate.own_list.actions import Request
from clearline.gate.own_list.actions import request as ask
from clearline.gate.own_list.forms import RequestForm
from clearline.people.needs import needs, who
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.models import Contact
from clearline.record.queries.contacts import contact as one_contact
from clearline.record.watching import Watches
from clearline.ui.clock import now


@needs("keep the own list")
def own_list(request: HttpRequest) -> HttpResponse:
    """By number; whether the number was known stays unsaid: that is for those who may see contacts."""
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = Request(number=form.cleaned_data["number"], channel=form.cleaned_data["channel"])
        try:
            ask(told, str(who(request).uid), now(), Watches(judging))
        except RefusedError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "It is on the list. From now on the gate allows no sales call to this number."
            )
            return redirect("own_list")
    return render(request, "gate/own_list.html", {"form": form}, status=400 if form.errors else 200)


@needs("keep the own list")
@require_POST
def ask_not_to_call(request: HttpRequest, contact: int) -> HttpResponse:
    """A contact, with all numbers of theirs."""
    try:
        found = one_contact(who(request), contact)
    except Contact.DoesNotExist:
        raise Http404("there is no such contact, or it is not yours to see") from None
    try:
        ask(Request(contact=found.subject, channel="call"), str(who(request).uid), now(), Watches(judging))
    except RefusedError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, "They are on the own list. From now on the gate allows no sales call to them."
        )
    return redirect("contact", contact)
