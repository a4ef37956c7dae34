"""What was chosen for the blocks of an article where it stands in an issue."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from masthead.editorial.models import Article, Issue


class Layout(models.Model):
    """Choices for an article in an issue, and what was chosen before, which can be undone.

    ``choices`` has what `press.paper.choices.Choice` tells, by the ids of blocks. ``earlier`` is a
    list of ``opener``, ``columns`` and ``choices`` as they were, the newest last.
    """

    issue = models.ForeignKey(Issue, on_delete=models.CASCADE, related_name="layouts")
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="layouts")
    choices = models.JSONField(_("choices"), default=dict)
    earlier = models.JSONField(_("earlier"), default=list)

    class Meta:
        verbose_name = _("layout")
        verbose_name_plural = _("layouts")
        constraints = (
            models.UniqueConstraint(fields=("issue", "article"), name="one_layout_of_a_placement"),
        )

    def __str__(self) -> str:
        """Return the issue and the article."""
        return f"{self.issue}: {self.article}"
