from django.urls import path

from exports.api import batch, exports, projects
from exports.far import callbacks

urlpatterns = [
    path("projects", projects.ProjectsView.as_view()),
    path("projects/<str:project_id>", projects.ProjectView.as_view()),
    path("projects/<str:project_id>/video", projects.ProjectVideoView.as_view()),
    path("projects/<str:project_id>/thumbnail", projects.ProjectThumbnailView.as_view()),
    path("export", exports.JobsView.as_view()),
    path("export/quote", exports.QuoteView.as_view()),
    path("export/start", exports.StartView.as_view()),
    path("export/batch", batch.BatchView.as_view()),
    path("export/<str:job_id>", exports.JobView.as_view()),
    path("export/<str:job_id>/cancel", exports.CancelView.as_view()),
    path("export/<str:job_id>/thumbnail", exports.JobThumbnailView.as_view()),
    path("export/<str:job_id>/output", exports.OutputView.as_view()),
    path("callbacks/exports/<str:ticket>/order", callbacks.OrderView.as_view()),
    path("callbacks/exports/<str:ticket>/source", callbacks.SourceView.as_view()),
    path("callbacks/exports/<str:ticket>/output", callbacks.OutputPutView.as_view()),
    path("callbacks/exports/<str:ticket>/progress", callbacks.ProgressView.as_view()),
    path("callbacks/exports/<str:ticket>/envelope", callbacks.EnvelopeView.as_view()),
]
