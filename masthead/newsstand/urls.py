"""Addresses of the newsstand that are not Wagtail pages."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from masthead.newsstand.views import (
    advertisements,
    catalogues,
    corrections,
    editions,
    feeds,
    narrations,
    notices,
    offers,
    ordered,
    own_podcasts,
    paying,
    payment_notices,
    podcasts,
    presents,
    proofs,
    reader,
    recordings,
    search,
    share_cards,
    single_copies,
    sitemaps,
    subscribe,
    withdrawal,
)


class Sha256(StringConverter):
    """The SHA-256 of a file: what is none never comes to the database, which takes no NUL."""

    regex = "[0-9a-f]{64}"


register_converter(Sha256, "sha256")

app_name = "newsstand"
urlpatterns = [
    path("corrections/", corrections.corrections, name="corrections"),
    path("search/", search.search, name="search"),
    path("search/suggestions/", search.suggestions, name="search-suggestions"),
    path("search/description.xml", search.description, name="search-description"),
    path("subscribe/", offers.offers, name="offers"),
    path("subscribe/orders/<uuid:key>/", ordered.order, name="order"),
    path("subscribe/orders/<uuid:key>/payment/", paying.pay_order, name="pay_order"),
    path("subscribe/<slug:slug>/", subscribe.choose, name="subscribe-to"),
    path("subscribe/<slug:slug>/payment/", subscribe.pay, name="pay"),
    path("single-copies/orders/<uuid:key>/", single_copies.bought, name="single-copy"),
    path(
        "single-copies/orders/<uuid:key>/payment/",
        single_copies.settle,
        name="pay-single-copy-ordered",
    ),
    path("single-copies/<uuid:issue>/", single_copies.choose, name="single-copies"),
    path("single-copies/<uuid:issue>/payment/", single_copies.pay, name="pay-single-copy"),
    path("gifts/<str:token>/", presents.gift, name="gift"),
    path("promises/", offers.promises, name="promises"),
    path("withdrawal/", withdrawal.withdrawal, name="withdrawal"),
    path("accessibility/", notices.accessibility, name="accessibility"),
    path("advertisements/<uuid:key>/", advertisements.follow, name="advertisement"),
    path(
        "advertisements/<uuid:key>/picture",
        advertisements.picture,
        name="advertisement-picture",
    ),
    path("recordings/<uuid:article>/<sha256:sha256>", recordings.recording, name="recording"),
    path("audio/<uuid:article>/<sha256:sha256>.mp3", narrations.sound, name="narration"),
    path(
        "audio/<uuid:article>/<sha256:sha256>.vtt", narrations.captions, name="narration-captions"
    ),
    path("audio/<uuid:article>/<sha256:sha256>.json", narrations.times, name="narration-times"),
    path("audio/<uuid:article>/place", narrations.place, name="listening-place"),
    path("listen/<str:token>/podcast.xml", own_podcasts.podcast, name="own-podcast"),
    path(
        "listen/<str:token>/<uuid:article>/<sha256:sha256>.mp3", own_podcasts.sound, name="listen"
    ),
    path(
        "listen/<str:token>/<uuid:article>/<sha256:sha256>.vtt",
        own_podcasts.captions,
        name="listen-captions",
    ),
    path(
        "listen/<str:token>/issues/<uuid:issue>/<sha256:sha256>.mp3",
        own_podcasts.issue_sound,
        name="listen-issue",
    ),
    path(
        "listen/<str:token>/issues/<uuid:issue>/<sha256:sha256>.json",
        own_podcasts.issue_chapters,
        name="listen-issue-chapters",
    ),
    path("editions/<uuid:issue>/<sha256:sha256>.<str:ending>", editions.edition, name="edition"),
    path("opds/", catalogues.start, {"form": "2.0"}, name="catalogue"),
    path("opds/<int:year>/", catalogues.year, {"form": "2.0"}, name="catalogue-year"),
    path("opds/v1.2/", catalogues.start, {"form": "1.2"}, name="old-catalogue"),
    path("opds/v1.2/<int:year>/", catalogues.year, {"form": "1.2"}, name="old-catalogue-year"),
    path("opds/authentication/", catalogues.authentication, name="catalogue-authentication"),
    path("share/<uuid:key>/<str:digest>.png", share_cards.share_card, name="share-card"),
    path("share/<uuid:key>/square/<str:digest>.png", share_cards.square_card, name="square-card"),
    path("proofs/<str:token>/", proofs.overview, name="proofs"),
    path("proofs/<str:token>/<str:form>/", proofs.overview, name="proof"),
    path(
        "proofs/<str:token>/<str:form>/<int:version>/<int:number>/", proofs.page, name="proof-page"
    ),
    path(
        "proofs/<str:token>/<str:form>/<int:version>/<int:number>/<str:size>.png",
        proofs.picture,
        name="proof-picture",
    ),
    re_path(
        r"^(?P<path>(?:[\w\-]+/)*)feeds/(?P<form>rss\.xml|atom\.xml|feed\.json)$",
        feeds.feed,
        name="feed",
    ),
    re_path(
        r"^(?P<path>(?:[\w\-]+/)*)feeds/podcast\.xml$", podcasts.public_podcast, name="podcast"
    ),
    path("payments/<slug:way>/notices/", payment_notices.payment_notices, name="payment-notices"),
    path("sitemap.xml", sitemaps.index, name="sitemaps"),
    path("sitemaps/<str:name>.xml", sitemaps.sitemap, name="sitemap"),
    path("service-worker.js", reader.service_worker, name="service-worker"),
    path("manifest.webmanifest", reader.manifest, name="manifest"),
    path("robots.txt", notices.robots, name="robots"),
    path(".well-known/security.txt", notices.security, name="security"),
]
