"""Who is trained: on time, late, ending soon; and courses given to people by hand."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from clearline.people.needs import needs, who
from clearline.people.permissions import may
from clearline.people.queries import within
from clearline.record.errors import RefusedError
from clearline.record.judging import judging
from clearline.record.queries import staff
from clearline.record.watching import Watches
from clearline.training.actions import assigning, requiring
from clearline.training.actions.looking_after import taught
from clearline.training.forms import AssignForm
from clearline.training.lasting import gates
from clearline.training.models import Assignment, Requirement
from clearline.training.queries import team
from clearline.training.views.mine import found_course
from clearline.training.views.sides import sides
from clearline.ui.clock import now


@never_cache
@needs("see training")
@require_safe
def team_training(request: HttpRequest) -> HttpResponse:
    asks, at = who(request), now()
    wanted = request.GET.get("team", "")
    teams = staff.teams(asks)
    rows = team.standing(asks, judging().rulebook, at, wanted if wanted in dict(teams) else "")
    required = {one.course: one for one in Requirement.objects.select_related("by")}
    shown = {
        "sides": sides(asks, "team_training"),
        "rows": rows,
        "late": sum(one.late > 0 for one in rows),
        "on_time": sum(one.late == 0 for one in rows),
        "ending": [ending for one in rows for ending in one.ending],
        "teams": teams,
        "team": wanted,
        "assigns": may(asks, "assign courses"),
        "requires": may(asks, "require courses"),
        "gates": [(found_course(one), required.get(one)) for one in sorted(gates(judging().rulebook))],
    }
    return render(request, "training/team.html", shown)


@never_cache
@needs("assign courses")
def assign_courses(request: HttpRequest) -> HttpResponse:
    """One or more courses to one or more people."""
    asks, at = who(request), now()
    people = list(within(asks, "assign courses").filter(is_active=True).order_by("name", "pk"))
    courses = taught(judging())
    chosen = {"people": request.GET.getlist("person"), "courses": request.GET.getlist("course")}
    form = AssignForm(people, courses, at, request.POST or None, initial=chosen)
    if form.is_valid():
        told = form.cleaned_data
        wanted = [
            assigning.Wanted(person, course, Assignment.Because.HAND, told["due"], told["why"])
            for person in people
            if str(person.uid) in told["people"]
            for course in courses
            if course.id in told["courses"]
        ]
        try:
            rows = assigning.assigned(asks, wanted, at, Watches(judging))
        except RefusedError as error:
            form.add_error(None, f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            had = len(wanted) - len(rows)
            beside = f" {had} had it to do already." if had else ""
            messages.success(request, f"Assigned {len(rows)}.{beside}")
            return redirect("team_training")
    shown = {"form": form}
    return render(request, "training/assign.html", shown, status=400 if form.errors else 200)


@never_cache
@needs("assign courses")
def withdraw_course(request: HttpRequest, assignment: str) -> HttpResponse:
    asks = who(request)
    rows = Assignment.objects.filter(person__in=within(asks, "assign courses"), uid=assignment)
    row = rows.select_related("person").first()
    if row is None:
        raise Http404("no assignment of that name, or not yours to withdraw")
    error = ""
    if request.method == "POST":
        try:
            assigning.withdrawn(asks, row, request.POST.get("reason", ""), now(), Watches(judging))
        except RefusedError as refused:
            error = f"{str(refused)[:1].upper()}{str(refused)[1:]}."
        else:
            messages.success(request, "Withdrawn, and entered into the log.")
            return redirect("team_training")
    title = (
        judging().rulebook.courses[row.course].title
        if row.course in judging().rulebook.courses
        else row.course
    )
    shown = {"row": row, "title": title, "error": error}
    return render(request, "training/withdraw.html", shown, status=400 if error else 200)


@never_cache
@needs("require courses")
@require_POST
def require_course(request: HttpRequest, course: str) -> HttpResponse:
    """`do` is whether agents sell only with it from now on."""
    asks, at, watches = who(request), now(), Watches(judging)
    try:
        if request.POST.get("do") == "waive":
            requiring.waived(asks, course, at, watches)
            messages.success(request, "The gate asks for this course no more.")
        else:
            requiring.required(asks, course, judging().rulebook, at, watches)
            messages.success(request, "From now on the gate lets only those sell who hold the certificate.")
    except RefusedError as error:
        messages.error(request, f"{str(error)[:1].upper()}{str(error)[1:]}.")
    return redirect("team_training")
