"""Addresses for people outside; the key is what opens them."""

from django.urls import path

from . import views

app_name = "reviews"
urlpatterns = [
    path("<str:key>/", views.review, name="review"),
    path("<str:key>/draft/", views.draft, name="draft"),
    path("<str:key>/comment/", views.comment, name="comment"),
    path("<str:key>/answer/", views.answer, name="answer"),
]
