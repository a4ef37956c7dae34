"""Every address of the magazine, in the order they are tried."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as office_urls
from wagtail.documents import urls as document_urls

# A rendition's name changes with its content, so browsers may keep it for long.
media = cache_control(public=True, max_age=30 * 24 * 60 * 60)(serve)

urlpatterns = [
    path("office/", include(office_urls)),
    path("documents/", include(document_urls)),
    path("media/<path:path>", media, {"document_root": settings.MEDIA_ROOT}, name="media"),
    path("", include("masthead.newsstand.urls")),
    path("", include(wagtail_urls)),
]

handler404 = "masthead.newsstand.views.errors.not_found"
handler500 = "masthead.newsstand.views.errors.failed"
