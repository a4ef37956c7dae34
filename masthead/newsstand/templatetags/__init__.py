"""The newsstand's filters."""
