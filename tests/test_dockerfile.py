"""What of the Dockerfile can be proven without building it; `make test-image` builds it."""

from pathlib import Path

from tests.image.dockerfile import copied, read_dockerfile

ROOT = Path(__file__).resolve().parent.parent
NOT_SERVED = {"tests", "bench"}


def test_the_image_holds_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")} - NOT_SERVED
    taken = {
        source
        for instruction, rest in read_dockerfile(ROOT / "Dockerfile")[-1].steps
        if instruction == "COPY"
        for source in copied(rest)[1]
    }
    assert packages <= taken
