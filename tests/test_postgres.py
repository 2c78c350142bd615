"""`default` on Postgres, from an empty database: a server of the test's own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clips import make_clip
from tests.product import Product, free_ports
from tests.test_start import wait_until
from tests.visitor import Visitor


def binary(name: str) -> str | None:
    """Debian keeps them beside each other by version, off PATH."""
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(beside[-1]) if beside else shutil.which(name)


def owner() -> dict[str, str]:
    """Postgres refuses to run as root."""
    return {"user": "nobody"} if os.geteuid() == 0 else {}


@pytest.fixture
def database_url() -> Iterator[str]:
    if binary("initdb") is None or binary("postgres") is None:
        pytest.skip("no Postgres on this machine: apt-get install postgresql")
    [port] = free_ports(1)
    with tempfile.TemporaryDirectory(prefix="reelballers-pg-") as folder:
        if os.geteuid() == 0:
            os.chown(folder, pwd.getpwnam("nobody").pw_uid, -1)
        data = f"{folder}/data"
        made = [binary("initdb"), "-D", data, "-U", "wallets", "--auth=trust", "--no-sync"]
        subprocess.run(made, cwd=folder, check=True, capture_output=True, **owner())
        command = [binary("postgres"), "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", folder, "-F"]
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL, **owner()) as server:
            url = f"postgres://wallets@127.0.0.1:{port}/postgres"
            try:
                wait_until(lambda: _answers(url))
                yield url
            finally:
                server.terminate()


def _answers(url: str) -> bool:
    import psycopg

    try:
        psycopg.connect(url).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_visitor_buys_and_exports(database_url: str, tmp_path: Path) -> None:
    with Product(tmp_path / "product", DATABASE_URL=database_url) as product:
        visitor = Visitor(product.base_url, product.sandbox_url)
        session_id = visitor.top_up(500)
        assert visitor.wait_for(f"/api/topup/{session_id}", "status", "paid")["balance_cents"] == 500
        project = visitor.upload(make_clip(tmp_path / "clip.mp4", seconds=1))
        order = {"project_id": project["id"], "type": "framing", "params": {"aspect": "9:16"}}
        job_id = visitor.post("/api/export/start", order)["job_id"]
        visitor.wait_for(f"/api/export/{job_id}", "status", "succeeded")
        product.manage("setup")  # again, on what is there
        wait_until(lambda: product.manage("doctor", check=False).returncode == 0)
    assert not (tmp_path / "product" / "default.sqlite3").exists()
    assert "Traceback" not in product.log_path.read_text()
