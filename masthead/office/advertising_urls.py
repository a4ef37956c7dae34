"""The office's addresses of advertising."""

from django.urls import path

from masthead.office.views import bookings, creatives

urlpatterns = [
    path("", bookings.bookings, name="bookings"),
    path("bookings/new/", bookings.booking, name="new_booking"),
    path("bookings/<int:pk>/", bookings.booking, name="booking"),
    path("bookings/<int:pk>/stop/", bookings.stop, name="stop_booking"),
    path("bookings/<int:pk>/figures.csv", bookings.figures, name="booking_figures"),
    path("bookings/<int:booking>/creatives/new/", creatives.creative, name="new_creative"),
    path("bookings/<int:booking>/creatives/<int:pk>/", creatives.creative, name="creative"),
    path("creatives/<int:pk>/approval/", creatives.approve, name="approve_creative"),
    path("creatives/<int:pk>/withdrawal/", creatives.withdraw, name="withdraw_creative"),
    path("creatives/<int:pk>/artwork.pdf", creatives.artwork, name="creative_artwork"),
    path("creatives/<int:pk>/<str:ground>/", creatives.look, name="look_at_creative"),
]
