"""The app that `modal deploy` reads, as the pinned client sees it."""

import re
from pathlib import Path

import modal
import pytest
from modal.mount import _Mount

from exports import modal_app, pricing
from exports.video.params import EXPORT_TYPES

ROOT = Path(__file__).resolve().parents[2]


def test_it_has_a_function_for_each_type():
    functions = {name for name, each in vars(modal_app).items() if isinstance(each, modal.Function)}
    assert functions == set(EXPORT_TYPES) == set(modal_app.TIMEOUT_SECONDS)
    assert all(getattr(modal_app, name).app is modal_app.app for name in functions)


@pytest.mark.parametrize("name", EXPORT_TYPES)
def test_a_function_is_what_runs_elsewhere_too(name, monkeypatch):
    """The body that Modal calls, called here: it hands its order to exports.far.container."""
    asked = []
    monkeypatch.setattr(
        "exports.far.container.export", lambda url, **facts: asked.append((url, facts)) or {"ok": True}
    )
    assert getattr(modal_app, name).local("https://order") == {"ok": True}
    assert asked == [("https://order", {"gpu": "T4", "call_id": ""})]


def test_its_packages_are_the_ones_we_run():
    pinned = re.findall(r"^([\w-]+==\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert set(modal_app.PACKAGES) <= set(pinned)


def test_its_gpu_has_a_price():
    assert modal_app.GPU in pricing.GPU_MICRODOLLARS_PER_SECOND


def test_its_image_is_defined():
    assert isinstance(modal_app.image, modal.Image)


def test_the_font_goes_along_and_the_tests_do_not():
    mount = _Mount._from_local_python_packages("exports", ignore=modal_app.NOT_SHIPPED)
    files = [str(path) for entry in mount._entries for path, _ in entry.get_files_to_upload()]
    assert any(path.endswith("fonts/LiberationSans-Bold.ttf") for path in files)
    assert not any("/tests/" in path for path in files)


def test_it_never_raises(monkeypatch):
    """An address nobody answers at: still a plain envelope."""
    monkeypatch.setattr("exports.far.container.TRIES", 1)
    monkeypatch.setattr("exports.far.container.time.sleep", lambda seconds: None)
    envelope = modal_app.framing.local("http://127.0.0.1:9/order")
    assert (envelope["ok"], envelope["error_code"], envelope["gpu"]) == (False, "internal", "T4")
