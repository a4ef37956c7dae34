"""Topics for the editor's dialogue."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from masthead.editorial.models import Topic

MOST = 20


def topics(request: HttpRequest) -> JsonResponse:
    """Return the topics whose name holds every word of `q`, best known first."""
    found = Topic.objects.all()
    for word in request.GET.get("q", "")[:200].split():
        found = found.filter(title__icontains=word)
    return JsonResponse(
        {
            "topics": [
                {"key": str(topic.key), "name": topic.title, "kind": topic.get_kind_display()}
                for topic in found.order_by("title")[:MOST]
            ]
        }
    )
