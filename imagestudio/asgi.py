"""The site for an ASGI server."""

import gc
import os

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from imagestudio.http.limits import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagestudio.settings")
gc.disable()  # what is imported stays: looking for garbage in it would only make the start slower
application = BodyLimit(get_asgi_application())
get_resolver().url_patterns  # noqa: B018 - loads every page now, not with the first request
gc.freeze()
gc.enable()
