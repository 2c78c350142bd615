"""Clips over HTTP: upload, list, look, delete, and the files themselves."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from exports import jobs
from exports.api import errors  # noqa: F401 - registers the answers
from exports.api.serializers import ProjectFromJob, ProjectShape, ProjectUpload, Rename
from exports.api.uploads import BoundedMultiPartParser
from exports.clips import projects
from exports.errors import NoSuchJob, NoSuchProject
from exports.models import Project
from reelballers.api.downloads import ranged_file
from reelballers.api.pages import CURSOR, NewestFirst, page_of
from reelballers.api.parsers import BoundedJSONParser
from reelballers.api.statuses import OF_FILES, may_answer
from reelballers.throttles import Calls, NewGuests, Uploads
from reelballers.user_db import user_db
from reelballers.visitors import wallet_user_id, wallet_user_id_created


class ProjectsView(APIView):
    parser_classes = [BoundedMultiPartParser, BoundedJSONParser]

    def get_throttles(self) -> list[Any]:
        return [Calls(), Uploads(), NewGuests()] if self.request.method == "POST" else [Calls()]

    @extend_schema(responses=page_of(ProjectShape), operation_id="projects_list", parameters=[CURSOR])
    def get(self, request: Request) -> Response:
        """The visitor's clips, newest first."""
        user_id = wallet_user_id(request)
        if user_id is None:
            return Response({"next": None, "previous": None, "results": []})
        pages = NewestFirst()
        with user_db(user_id):
            page: list[Project] | None = pages.paginate_queryset(Project.objects.all(), request, view=self)
        return pages.get_paginated_response(ProjectShape(page, many=True).data)

    @extend_schema(
        request={"multipart/form-data": ProjectUpload, "application/json": ProjectFromJob},
        responses={201: ProjectShape},
    )
    @may_answer(404, 409)
    def post(self, request: Request) -> Response:
        """Keeps a clip after measuring it: an upload, or as JSON an export of one's own.

        A visitor without a session becomes a guest by an upload.
        """
        is_upload = request.content_type.startswith("multipart/")
        project = _uploaded(request) if is_upload else _from_job(request)
        return Response(ProjectShape(project).data, status=201)


def _uploaded(request: Request) -> Project:
    form = ProjectUpload(data=request.data)
    form.is_valid(raise_exception=True)
    video, name = form.validated_data["video"], form.validated_data["name"]
    if video.size > settings.MAX_UPLOAD_BYTES:
        raise RequestDataTooBig
    measured = projects.measure(video)
    user_id = wallet_user_id_created(request)
    return projects.create_project(user_id=user_id, name=name, video=video, measured=measured)


def _from_job(request: Request) -> Project:
    asked = ProjectFromJob(data=request.data)
    asked.is_valid(raise_exception=True)
    job_id, name = asked.validated_data["from_job"], asked.validated_data["name"]
    user_id = wallet_user_id(request)
    if user_id is None:
        raise NoSuchJob
    file_id = jobs.file_of(user_id=user_id, job_id=job_id)
    return projects.project_from_job(user_id=user_id, file_id=file_id, job_id=job_id, name=name)


class ProjectView(APIView):
    @extend_schema(responses=ProjectShape)
    def get(self, request: Request, project_id: str) -> Response:
        return Response(ProjectShape(find_project(request, project_id)).data)

    @extend_schema(request=Rename, responses=ProjectShape)
    def patch(self, request: Request, project_id: str) -> Response:
        """Gives a clip another name; a blank one keeps the old."""
        asked = Rename(data=request.data)
        asked.is_valid(raise_exception=True)
        name = asked.validated_data["name"]
        project = projects.rename_project(user_id=_owner(request), project_id=project_id, name=name)
        return Response(ProjectShape(project).data)

    @extend_schema(responses={204: None})
    @may_answer(409)
    def delete(self, request: Request, project_id: str) -> Response:
        """Deletes a clip; exports made from it stay."""
        user_id = _owner(request)
        projects.delete_project(user_id=user_id, project_id=project_id)
        return Response(status=204)


class ProjectVideoView(APIView):
    @extend_schema(responses={(200, "video/mp4"): OpenApiTypes.BINARY})
    @may_answer(*OF_FILES)
    def get(self, request: Request, project_id: str) -> HttpResponseBase:
        project = find_project(request, project_id)
        return ranged_file(request, project.source_path, content_type="video/mp4")


class ProjectThumbnailView(APIView):
    @extend_schema(responses={(200, "image/jpeg"): OpenApiTypes.BINARY})
    @may_answer(*OF_FILES)
    def get(self, request: Request, project_id: str) -> HttpResponseBase:
        project = find_project(request, project_id)
        return ranged_file(request, project.thumbnail_path, content_type="image/jpeg")


def find_project(request: Request, project_id: str) -> Project:
    """The one door to a project: the visitor's own, or NoSuchProject."""
    with user_db(_owner(request)):
        return projects.get_project(project_id=project_id)


def _owner(request: Request) -> str:
    user_id = wallet_user_id(request)
    if user_id is None:
        raise NoSuchProject
    return user_id
