"""Whose fault it is when a clip cannot be read: the clip's, a bound's, or ours, and never one for another."""

import av
import pytest

from exports.video import command, isolated
from exports.video.facts import ReaderBroke, TooMuchMemory, TooSlow, UnplayableClip
from exports.video.isolated import probe_isolated
from exports.video.probe import probe
from exports.video.render import render
from exports.video.tests.clips import make_clip
from exports.video.thumbnail import make_thumbnail


@pytest.fixture(scope="module")
def large(clip_folder):
    """One picture of 48 MB."""
    return make_clip(clip_folder / "large.mp4", size=(7680, 4320), seconds=0.03, picture="color", audio=False)


def fails_with(error):
    def fail(*args, **kwargs):
        raise error

    return fail


@pytest.mark.parametrize("error", [TypeError("no such option"), AttributeError("gone"), MemoryError()])
def test_a_fault_of_ours_is_never_a_damaged_clip(landscape, monkeypatch, error):
    monkeypatch.setattr(av, "open", fails_with(error))
    with pytest.raises(type(error)):
        probe(landscape)


def test_nonsense_out_of_the_file_is_the_clips_fault(landscape, monkeypatch):
    monkeypatch.setattr(av, "open", fails_with(ZeroDivisionError()))
    with pytest.raises(UnplayableClip, match="damaged"):
        probe(landscape)


def test_an_export_that_breaks_on_our_own_fault_goes_again(landscape, tmp_path, monkeypatch):
    monkeypatch.setattr(av, "open", fails_with(TypeError("no such option")))
    options = {"export_type": "framing", "params": {}, "sold_duration_ms": 2000}
    assert render(landscape, tmp_path / "out.mp4", **options)["error_code"] == "internal"


def test_a_process_of_its_own_finds_the_same(landscape, tmp_path):
    assert probe_isolated(landscape) == probe(landscape)
    bad = tmp_path / "a.mp4"
    bad.write_bytes(landscape.read_bytes()[:5000])
    with pytest.raises(UnplayableClip, match="incomplete"):
        probe_isolated(bad)


def test_too_much_memory_names_the_bound(large):
    with pytest.raises(TooMuchMemory, match="150 MB"):
        probe_isolated(large, memory_bytes=150 * 1024**2)


def test_too_much_time_names_the_bound(landscape):
    with pytest.raises(UnplayableClip, match="longer than the 0 seconds"):
        probe_isolated(landscape, deadline_seconds=0.0)


def test_a_reader_that_hangs_is_ended(landscape, tmp_path, monkeypatch):
    monkeypatch.setattr(isolated.sys, "executable", _script(tmp_path, "exec sleep 60"))
    monkeypatch.setattr(isolated, "START_SECONDS", 0.0)
    with pytest.raises(TooSlow, match=r"longer than the 0\.3 seconds"):
        probe_isolated(landscape, deadline_seconds=0.3)


@pytest.mark.parametrize("ending", ["exit 1", "exit 0", "kill -KILL $$"])
def test_a_reader_that_breaks_is_our_fault(landscape, tmp_path, monkeypatch, ending):
    monkeypatch.setattr(isolated.sys, "executable", _script(tmp_path, f"echo the traceback >&2; {ending}"))
    with pytest.raises(ReaderBroke, match="the traceback"):
        probe_isolated(landscape)


def test_a_clip_that_crashes_its_reader_is_not_called_damaged(landscape, tmp_path, monkeypatch):
    monkeypatch.setattr(isolated.sys, "executable", _script(tmp_path, "kill -SEGV $$"))
    with pytest.raises(UnplayableClip, match="our reader breaks"):
        probe_isolated(landscape)


def test_the_reader_holds_what_it_is_given_as_long_as_it_lives(landscape, tmp_path, monkeypatch):
    seen = tmp_path / "seen"
    monkeypatch.setattr(
        isolated.sys, "executable", _script(tmp_path, f"readlink /proc/$$/fd/* > {seen}; exit 1")
    )
    with (tmp_path / "held").open("w") as held, pytest.raises(ReaderBroke):
        probe_isolated(landscape, keep_open=[held.fileno()])
    assert str(tmp_path / "held") in seen.read_text()


def test_a_thumbnail_names_its_bound_of_memory(large, tmp_path):
    with pytest.raises(TooMuchMemory, match="200 MB"):
        make_thumbnail(large, tmp_path / "thumb.jpg", memory_bytes=200 * 1024**2)


def test_a_thumbnail_names_its_bound_of_time(landscape, tmp_path):
    with pytest.raises(TooSlow, match="longer than the 0 seconds"):
        make_thumbnail(landscape, tmp_path / "thumb.jpg", facts=probe(landscape), deadline_seconds=0.0)


def test_a_wrong_option_is_no_fault_of_the_clip(landscape, tmp_path, monkeypatch):
    monkeypatch.setattr("exports.video.thumbnail.SAFE_INPUT", (*command.SAFE_INPUT, "-no_such_option", "1"))
    with pytest.raises(ReaderBroke, match="no_such_option"):
        make_thumbnail(landscape, tmp_path / "thumb.jpg")


def _script(folder, line):
    path = folder / "reader"
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
    return str(path)
