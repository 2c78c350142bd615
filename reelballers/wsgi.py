import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reelballers.settings")

application = get_wsgi_application()

import reelballers.urls  # noqa: E402, F401 - before the fork and the first request
