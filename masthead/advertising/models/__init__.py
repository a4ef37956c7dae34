"""The tables of advertising."""

from masthead.advertising.models.booking import Advertiser, Booking
from masthead.advertising.models.creative import Count, Creative

__all__ = ["Advertiser", "Booking", "Count", "Creative"]
