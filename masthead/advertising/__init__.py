"""Advertisers, bookings, creatives and counts.

Leans on: `editorial`, `payments`. Empty until the first advertisement is booked.
"""
