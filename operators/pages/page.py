"""What every page of the desk has: the right to look, the frame around it."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse

from reelballers.models import User

LOOK = "reelballers.operate_wallets"


def require(request: HttpRequest, permission: str = LOOK) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def operator_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the admin lets nobody else in
    return request.user


def wallet_user(user_id: str) -> User:
    return get_object_or_404(User, pk=user_id)


def page(
    request: HttpRequest, template: str, title: str, facts: dict[str, Any], status: int = 200
) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": title, **facts}
    return TemplateResponse(request, f"operators/{template}", context, status=status)
