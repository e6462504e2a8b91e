"""Addresses of the forms, below the plugin's prefix. What is secret comes below a word of its own (cms/logs.py)."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from .filling import counter, finishing, identifying, mapping, pages, papers, signing, steps
from .handover import views as handover

app_name = "forms"
urlpatterns = [
    path("", pages.index, name="index"),
    path(_("continue/"), pages.resume, name="resume"),
    path(_("map/"), mapping.area, name="map"),
    path(_("fill/<str:token>/"), steps.fill, name="fill"),
    path(_("fill/<str:token>/step/<slug:key>/"), steps.step, name="step"),
    path(_("fill/<str:token>/check/"), finishing.check, name="check"),
    path(_("fill/<str:token>/save/"), finishing.save, name="save"),
    path(_("fill/<str:token>/discard/"), finishing.discard, name="discard"),
    path(_("fill/<str:token>/sent/"), finishing.sent, name="sent"),
    path(_("fill/<str:token>/submission.pdf"), papers.submission, name="submission_pdf"),
    path(_("fill/<str:token>/to-sign.pdf"), papers.to_sign, name="to_sign"),
    path(_("fill/<str:token>/file/<uuid:identifier>/"), finishing.file, name="file"),
    path(_("fill/<str:token>/paper-entry/"), counter.enter, name="enter"),
    path(_("fill/<str:token>/identify/"), identifying.identify, name="identify"),
    path(_("fill/<str:token>/identify/<slug:name>/"), identifying.lead, name="lead"),
    path(_("identified/<slug:name>/"), identifying.identified, name="identified"),
    path(_("sign/<str:token>/"), signing.sign, name="sign"),
    path(_("handed-over/<str:token>/"), handover.file, name="handed_file"),
    path("<slug:slug>/", pages.form, name="form"),
    path(_("<slug:slug>/begin/"), pages.begin, name="begin"),
    path(_("<slug:slug>/go-on/<int:number>/"), pages.go_on, name="go_on"),
    path(_("<slug:slug>/counter/"), counter.begin, name="counter"),
    path(_("<slug:slug>/paper/"), papers.page, name="paper"),
    path(_("<slug:slug>/paper.pdf"), papers.pdf_of_version, name="paper_pdf"),
    path("<slug:slug>/version-<int:number>/schema.json", handover.schema, name="schema"),
    path(_("<slug:slug>/version-<int:number>/paper.pdf"), papers.pdf_of_version, name="version_pdf"),
]
