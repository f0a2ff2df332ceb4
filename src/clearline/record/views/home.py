"""The first page of everybody."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clearline.people.needs import needs


@needs("open the console")
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "record/home.html")
