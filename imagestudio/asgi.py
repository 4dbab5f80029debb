"""The site for an ASGI server."""

import os

from django.core.asgi import get_asgi_application

from imagestudio.http.limits import BodyLimit

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imagestudio.settings")
application = BodyLimit(get_asgi_application())
