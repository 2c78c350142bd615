"""Range over every file we send; a clip's video stands for all of them."""

import json

import pytest

from exports.tests.test_upload import upload


@pytest.fixture
def video_url(browser, clip):
    return upload(browser, clip).json()["video_url"]


def get(browser, url, **headers):
    answer = browser.get(url, headers=headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer, body


def test_without_a_range_the_whole_file_comes(browser, video_url, clip):
    answer, body = get(browser, video_url)
    assert (answer.status_code, answer["Accept-Ranges"], answer["Content-Type"]) == (
        200,
        "bytes",
        "video/mp4",
    )
    assert body == clip.read_bytes()


RANGES = [
    ("bytes=0-", slice(0, None)),
    ("bytes=0-0", slice(0, 1)),
    ("bytes=0-99", slice(0, 100)),
    ("bytes=100-299", slice(100, 300)),
    ("bytes=500-", slice(500, None)),
    ("bytes=-70", slice(-70, None)),
    ("bytes=100-99999999", slice(100, None)),
    ("bytes=-99999999", slice(0, None)),
]


@pytest.mark.parametrize(("asked", "part"), RANGES)
def test_a_range_is_that_part(browser, video_url, clip, asked, part):
    answer, body = get(browser, video_url, Range=asked)
    data = clip.read_bytes()
    first, last, _ = part.indices(len(data))
    assert answer.status_code == 206
    assert body == data[part]
    assert answer["Content-Range"] == f"bytes {first}-{last - 1}/{len(data)}"
    assert int(answer["Content-Length"]) == len(body)


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=99999999-100000000", "bytes=-0"])
def test_a_range_past_the_end_cannot_be_had(browser, video_url, clip, asked):
    answer, body = get(browser, video_url, Range=asked)
    assert (answer.status_code, json.loads(body)) == (416, {"detail": "Requested Range Not Satisfiable."})
    assert answer["Content-Range"] == f"bytes */{clip.stat().st_size}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=a-b", "bytes=0-1,5-9", "bytes=-", "lines=1-2", "bytes"]
)
def test_what_is_no_single_range_is_ignored(browser, video_url, clip, asked):
    answer, body = get(browser, video_url, Range=asked)
    assert (answer.status_code, len(body)) == (200, clip.stat().st_size)


def test_a_current_copy_is_not_sent_again(browser, video_url):
    etag = get(browser, video_url)[0]["ETag"]
    assert get(browser, video_url, **{"If-None-Match": etag})[0].status_code == 304


def test_a_range_of_another_file_is_the_whole_of_this_one(browser, video_url):
    etag = get(browser, video_url)[0]["ETag"]
    same = get(browser, video_url, Range="bytes=0-9", **{"If-Range": etag})[0]
    other = get(browser, video_url, Range="bytes=0-9", **{"If-Range": '"other"'})[0]
    assert (same.status_code, other.status_code) == (206, 200)
