"""A visitor with credits, a clip made once a run, a runner that does as it is told."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from exports.models import Project
from exports.runners.modal import ModalRunner
from exports.tests.control_plane import ControlPlane, serving
from exports.tests.scripted import ScriptedRunner
from exports.video.tests.clips import make_clip
from exports.worker import following, sweep
from reelballers.models import User
from tests.cast import export_jobs


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One second of 320×180 with sound."""
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", seconds=1)


@pytest.fixture(autouse=True)
def _forget_paces() -> None:
    following.forget_all_but(set())
    sweep.pace.forget_all_but(set())


@pytest.fixture
def sign_in() -> Callable[[str], Client]:
    def sign_in(user_id: str) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(User.objects.get(pk=user_id), django_settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in


@pytest.fixture
def browser(user_id: str, sign_in: Callable[[str], Client]) -> Client:
    """The visitor's browser; `user_id` is who they are."""
    return sign_in(user_id)


@pytest.fixture
def stranger(new_user: Callable[[], str], sign_in: Callable[[str], Client]) -> Client:
    """Another visitor with a wallet of their own."""
    return sign_in(new_user())


@pytest.fixture
def project(user_id: str) -> Project:
    """A clip of the visitor, without its file."""
    return export_jobs.add_project(user_id)


@pytest.fixture
def credits(user_id: str) -> None:
    """100 credits."""
    export_jobs.give(user_id, 100)


@pytest.fixture
def plane(monkeypatch: pytest.MonkeyPatch) -> Iterator[ControlPlane]:
    """A scripted Modal whose calls end when the test says so."""
    with serving() as plane:
        plane.runs = None
        monkeypatch.setenv("MODAL_SERVER_URL", f"http://127.0.0.1:{plane.port}")
        yield plane


@pytest.fixture
def modal_runner(settings: Any, plane: ControlPlane) -> Iterator[ModalRunner]:
    settings.MODAL_TOKEN_ID, settings.MODAL_TOKEN_SECRET = "ak-test", "as-test"
    runner = ModalRunner(rest_seconds=0.5)
    yield runner
    if runner._client is not None:
        runner._client.close()


@pytest.fixture
def runner() -> ScriptedRunner:
    return ScriptedRunner()


@pytest.fixture
def commits_of_default(db: None) -> Iterator[Callable[[], int]]:
    """How many transactions wrote to `default` since: outermost ones, or single statements outside any."""
    counted: set[object] = set()

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            blocks = [block for block in connection.atomic_blocks if not block._from_testcase]
            counted.add(id(blocks[0]) if blocks else object())
            held.extend(blocks)
        return execute(sql, params, many, context)

    held: list[object] = []
    with connection.execute_wrapper(count):
        yield lambda: len(counted)
