"""Every address of the product. No trailing slashes: a redirect breaks Stripe and CORS."""

from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from operators.sign_in_page import sign_in_page
from reelballers import health, views
from reelballers.api import schema  # noqa: F401 - the schema's extension registers itself
from reelballers.frontend import frontend
from reelballers.metrics import metrics

# A template answers: it has nothing to say to OPTIONS. Its script is a file of its own, as our content policy wants.
docs = SpectacularSwaggerSplitView.as_view(
    url_name="schema",
    template_name="api_docs.html",
    authentication_classes=[],
    http_method_names=["get", "head"],
)

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics),
    path("api/me", views.Me.as_view()),
    path("api/config", views.Config.as_view()),
    path("api/schema", SpectacularAPIView.as_view(authentication_classes=[]), name="schema"),
    path("api/docs", docs),
    path("api/", include("wallet.api.urls")),
    path("api/", include("exports.api.urls")),
    path("api/", include("accounts.api.urls")),
    re_path("^api/", views.no_such_address),
    path("admin/", admin.site.urls),
    path("sign-in/<str:token>", sign_in_page, name="sign_in"),
    re_path(r"^(?!api/|admin/|static/|assets/)[a-z0-9/-]*$", frontend),
]
