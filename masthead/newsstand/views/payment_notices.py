"""Where providers of payments tell what happened: kept, answered at once, looked into later."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from masthead.payments import notices, tasks
from masthead.payments.provider import NotReady, NotSigned

LARGEST = 1024 * 1024


@csrf_exempt
@require_POST
def payment_notices(request: HttpRequest, way: str) -> HttpResponse:
    """Take a notice; its signature stands in for the proof that a form came from us."""
    body = request.body
    if len(body) > LARGEST:
        return HttpResponse(status=413)
    try:
        fresh = notices.receive(way, request.headers, body, at=timezone.now())
    except NotReady:
        raise Http404 from None
    except NotSigned:
        return HttpResponseBadRequest()
    if fresh:
        tasks.look_into_notices.enqueue()
    return HttpResponse()
