"""Addresses of the newsstand that are not Wagtail pages."""

from django.urls import path

from masthead.newsstand.views import corrections, recordings

app_name = "newsstand"
urlpatterns = [
    path("corrections/", corrections.corrections, name="corrections"),
    path("recordings/<uuid:article>/<str:sha256>", recordings.recording, name="recording"),
]
