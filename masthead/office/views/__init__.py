"""The office's own screens, inside Wagtail's."""
