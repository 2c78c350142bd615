import os

from django.core.wsgi import get_wsgi_application

from reelballers.user_db.context import sealed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reelballers.settings")

application = sealed(get_wsgi_application())

import reelballers.urls  # noqa: E402, F401 - before the fork and the first request
