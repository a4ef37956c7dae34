"""Every address of the magazine, in the order they are tried."""

from __future__ import annotations

from django.conf import settings
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as office_urls
from wagtail.documents import urls as document_urls

from masthead.office.views import doors

# A rendition's name changes with its content, so browsers may keep it for long.
media = cache_control(public=True, max_age=30 * 24 * 60 * 60)(serve)

urlpatterns = [
    # Wagtail's own doors come first, and lead to ours.
    path("office/login/", doors.office_login, name="wagtailadmin_login"),
    path("office/password_reset/", doors.password_reset, name="wagtailadmin_password_reset"),
    path("office/password_reset/<path:rest>", doors.password_reset),
    path("_util/login/", doors.page_login, name="wagtailcore_login"),
    path("office/", include(office_urls)),
    path("account/", include("masthead.newsstand.account_urls")),
    path("documents/", include(document_urls)),
    path("media/<path:path>", media, {"document_root": settings.MEDIA_ROOT}, name="media"),
    path("", include("masthead.newsstand.urls")),
    path("", include(wagtail_urls)),
]

handler403 = "masthead.newsstand.views.errors.forbidden"
handler404 = "masthead.newsstand.views.errors.not_found"
handler429 = "masthead.newsstand.views.errors.too_often"
handler500 = "masthead.newsstand.views.errors.failed"
