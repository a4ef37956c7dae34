"""Every address of the magazine, in the order they are tried."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as office_urls
from wagtail.documents import urls as document_urls

from masthead.config.media import media
from masthead.office.views import doors

urlpatterns = [
    # Wagtail's own doors come first, and lead to ours.
    path("office/login/", doors.office_login, name="wagtailadmin_login"),
    path("office/password_reset/", doors.password_reset, name="wagtailadmin_password_reset"),
    path("office/password_reset/<path:rest>", doors.password_reset),
    path("_util/login/", doors.page_login, name="wagtailcore_login"),
    path("office/", include(office_urls)),
    path("account/", include("masthead.newsstand.account_urls")),
    path("documents/", include(document_urls)),
    path("media/<path:path>", media, name="media"),
    path("", include("masthead.newsstand.urls")),
    path("", include(wagtail_urls)),
]

handler403 = "masthead.newsstand.views.errors.forbidden"
handler404 = "masthead.newsstand.views.errors.not_found"
handler429 = "masthead.newsstand.views.errors.too_often"
handler500 = "masthead.newsstand.views.errors.failed"
