"""Every address of the magazine, in the order they are tried."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as office_urls
from wagtail.documents import urls as document_urls

from masthead.config.media import media

urlpatterns = [
    path("office/", include(office_urls)),
    path("documents/", include(document_urls)),
    path("media/<path:path>", media, name="media"),
    path("", include("masthead.newsstand.urls")),
    path("", include(wagtail_urls)),
]

handler404 = "masthead.newsstand.views.errors.not_found"
handler500 = "masthead.newsstand.views.errors.failed"
