"""A session is one plain SELECT a call: what its row says now counts, and nothing that was said before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reelballers.models import Session
from reelballers.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def key():
    store = SessionStore()
    store["some"] = {"thing": [1]}
    store.save()
    return store.session_key


def test_it_says_what_was_stored_in_one_query(key):
    with CaptureQueriesContext(connection) as queries:
        assert dict(SessionStore(key).items()) == {"some": {"thing": [1]}}
    assert len(queries) == 1


def test_what_one_call_does_to_its_session_is_not_seen_by_the_next(key):
    SessionStore(key)["some"]["thing"].append(2)
    assert SessionStore(key)["some"] == {"thing": [1]}


def test_a_deleted_row_is_over_at_once(key):
    assert SessionStore(key)["some"]
    Session.objects.all().delete()
    store = SessionStore(key)
    assert (dict(store.items()), store.session_key) == ({}, None)


def test_an_expired_row_is_over_at_once(key):
    assert SessionStore(key)["some"]
    Session.objects.update(expire_date=timezone.now())
    assert "some" not in SessionStore(key)


def test_another_key_of_ours_opens_nothing_that_it_did_not_sign(key, settings):
    assert SessionStore(key)["some"]
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another " * 8, []
    assert "some" not in SessionStore(key)
    settings.SECRET_KEY_FALLBACKS = ["third " * 8]
    assert "some" not in SessionStore(key)
