"""`manage.py doctor`: what is wrong, in words, with what to do."""

import subprocess
from pathlib import Path

import pytest

from tests.product import Product
from tests.test_start import add_user_with_wallet, wait_until


def doctor(product: Product) -> subprocess.CompletedProcess[str]:
    return product.manage("doctor", check=False)


def test_a_product_that_runs_is_well(tmp_path: Path) -> None:
    with Product(tmp_path / "product") as product:
        wait_until(lambda: doctor(product).returncode == 0)  # the worker takes a moment longer than the web


@pytest.fixture
def stopped(tmp_path: Path) -> Product:
    product = Product(tmp_path / "product")
    product.data_dir.mkdir()
    product.manage("setup")
    return product


def test_it_says_what_is_wrong_and_what_to_do(stopped: Product) -> None:
    add_user_with_wallet(stopped.data_dir)
    done = doctor(stopped)
    assert done.returncode == 1
    assert "worker: none was ever seen" in done.stdout
    assert (
        f"user {'a' * 32} has a wallet and no file\n    what to do: `manage.py user_db restore" in done.stdout
    )
    assert "Traceback" not in done.stderr


def test_it_says_what_the_start_would_refuse(stopped: Product) -> None:
    stopped.environment["APP_URL"] = "https://app.example.com"
    assert "BACKUP_URL must be" in doctor(stopped).stdout


def test_it_makes_no_database_by_looking(tmp_path: Path) -> None:
    product = Product(tmp_path / "product")
    product.data_dir.mkdir()
    done = doctor(product)
    assert "holds no shared database" in done.stdout
    assert not (product.data_dir / "default.sqlite3").exists()
