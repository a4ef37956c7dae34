"""Masthead: a whole subscription magazine from one package.

The folders are the departments of a magazine; docs/explanation/the-house.md is the tour.
"""
