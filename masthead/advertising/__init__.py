"""Advertisers, bookings, creatives and counts.

Leans on: `editorial`, `payments`, `people`. Begin with `bookings.book()`; `choosing.chosen_for()`
says what stands in a placement of a page, and `counting` how often it was seen. Who gets pages
without any is decided above, by `circulation.advertisements`.
"""
