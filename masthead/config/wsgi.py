"""The door that web servers knock on."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from masthead.config.behind_front import behind_front
from masthead.config.starting import start

start()
application = behind_front(get_wsgi_application())
