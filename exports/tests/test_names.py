"""What a clip or its file is called never costs a visitor the upload."""

import pytest
from django.test import Client

from exports.tests.test_upload import nothing_was_kept, upload

NAMES = [
    (None, "Untitled clip"),
    ("", "Untitled clip"),
    (" \t\n ", "Untitled clip"),
    ("two\nlines\tand\r\nblanks  ", "two lines and blanks"),
    ("a\x07b\x00c", "a b c"),
    ("x" * 201, "x" * 200),
    ("あ" * 300, "あ" * 200),
    ("gol \u202e4pm", "gol 4pm"),
    ("Gol de María 👩‍👦", "Gol de María 👩‍👦"),
]


@pytest.mark.parametrize(("sent", "kept"), NAMES)
def test_a_name_is_cleaned_and_cut(db, clip, sent, kept):
    answer = upload(Client(), clip, name=sent)
    assert (answer.status_code, answer.json()["name"]) == (201, kept)


@pytest.mark.parametrize("length", [64 * 1024 + 1, 1_500_000])
def test_a_name_of_a_book_is_refused(db, clip, length):
    answer = upload(Client(), clip, name="x" * length)
    assert (answer.status_code, list(answer.json())) == (400, ["name"])
    assert nothing_was_kept()


FILES = ["clip", ".", "1000004711", "a\tb.mp4", "x" * 300, "a." + "x" * 300, "clip.txt", " .mov "]


@pytest.mark.parametrize("file_name", FILES)
def test_the_file_may_be_called_anything(db, clip, file_name):
    """As phones send it: Android's picker gives no ending, others a whole sentence."""
    part = f'Content-Disposition: form-data; name="video"; filename="{file_name}"'
    head = f"--b\r\n{part}\r\nContent-Type: application/octet-stream\r\n\r\n"
    body = head.encode() + clip.read_bytes() + b"\r\n--b--\r\n"
    answer = Client().post("/api/projects", body, content_type="multipart/form-data; boundary=b")
    assert answer.status_code == 201, answer.content


def rename(browser, project, name):
    return browser.patch(f"/api/projects/{project.id}", {"name": name}, content_type="application/json")


def test_a_clip_can_be_renamed(browser, project):
    assert rename(browser, project, " Semi-final\n").json()["name"] == "Semi-final"
    assert browser.get(f"/api/projects/{project.id}").json()["name"] == "Semi-final"


def test_a_blank_name_keeps_the_old(browser, project):
    answer = rename(browser, project, " \n")
    assert (answer.status_code, answer.json()["name"]) == (200, "Final quarter")


@pytest.mark.parametrize("name", [7, None, ["a"], "x" * 70_000])
def test_what_is_no_name_is_refused(browser, project, name):
    assert list(rename(browser, project, name).json()) == ["name"]


def test_a_strangers_clip_is_not_renamed(stranger, client, project):
    assert rename(stranger, project, "mine").status_code == 404
    assert rename(client, project, "mine").status_code == 404
