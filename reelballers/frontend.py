"""The React app's page, for every address that is one of its own."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def frontend(request: HttpRequest) -> HttpResponse:
    page = settings.FRONTEND_DIST / "index.html"
    if not page.exists():
        return HttpResponse(
            "The front end is not built: run `make run`.", status=503, content_type="text/plain"
        )
    # Whoever makes a preview of a link wants whole addresses.
    response = HttpResponse(page.read_text().replace("__APP_URL__", settings.APP_URL.rstrip("/")))
    response["Cache-Control"] = "no-cache"
    return response
