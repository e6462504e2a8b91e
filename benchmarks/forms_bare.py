"""The bare form view that forms_pages compares with: the same fields, Django's own rendering, one row read and written."""

from __future__ import annotations

import json

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from benchmarks.forms_pages import definition
from cms.urls import urlpatterns as site
from plugins.forms.definition.structure import from_json
from plugins.forms.definition.types import TYPES
from plugins.forms.models import FieldGroup

PAGE = """{% extends "base.html" %}{% block title %}Messung{% endblock %}{% block description %}{% endblock %}
{% block main %}<form method="post">{{ form.as_div }}<button>Weiter</button></form>{% endblock %}"""
FIELDS = {
    f"f-{field.key}": TYPES[field.type].form_field(field, "de", required=False)
    for field in from_json(definition()).steps[0].fields
    if field.key != "f8"  # hidden by a rule
}
BareForm = type("BareForm", (forms.Form,), FIELDS)


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    """Show the form with what the row holds; a POST writes it."""
    row, _made = FieldGroup.objects.get_or_create(key="bare", defaults={"title": "bare"})
    form = BareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        row.data = json.loads(json.dumps(form.cleaned_data, default=str))
        row.save()
        return redirect("/")
    return HttpResponse(engines["django"].from_string(PAGE).render({"form": form}, request))


urlpatterns = [path("bare/", bare), *site]
