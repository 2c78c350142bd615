"""`uvicorn bench.seed_server.app:app`, with SEED_FOLDER and SEED_USERS (how many files to make)."""

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fastapi import Cookie, FastAPI, HTTPException
from pydantic import BaseModel

FOLDER = Path(os.environ.get("SEED_FOLDER", "."))
TABLES = """
    PRAGMA journal_mode = WAL;
    CREATE TABLE wallet (id INTEGER PRIMARY KEY, balance_cents INTEGER NOT NULL);
    CREATE TABLE ledger (id INTEGER PRIMARY KEY AUTOINCREMENT, change_cents INTEGER, reason TEXT, job_id TEXT,
        created_at TEXT DEFAULT CURRENT_TIMESTAMP);
    CREATE TABLE export_jobs (id TEXT PRIMARY KEY, project_id TEXT, type TEXT, status TEXT, cost_cents INTEGER,
        created_at TEXT DEFAULT CURRENT_TIMESTAMP);
    INSERT INTO wallet VALUES (1, 100000000);
"""
COST_CENTS = {"framing": 5, "overlay": 8, "annotate": 10, "upscale": 30}

app = FastAPI()


class Start(BaseModel):
    project_id: str
    type: str
    params: dict[str, Any] = {}


class Debit(BaseModel):
    job_id: str
    cost_cents: int


@contextmanager
def user_db(user_id: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(FOLDER / f"{user_id}.sqlite3")
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def make_user(folder: Path) -> str:
    user_id = uuid.uuid4().hex
    connection = sqlite3.connect(folder / f"{user_id}.sqlite3")
    connection.executescript(TABLES)
    connection.close()
    return user_id


@app.get("/api/wallet")
def wallet(session: str = Cookie()) -> dict[str, Any]:
    with user_db(session) as db:
        return {"balance_cents": _balance(db), "currency": "usd"}


@app.post("/api/debit")
def debit(asked: Debit, session: str = Cookie()) -> dict[str, Any]:
    with user_db(session) as db:
        _take(db, asked.job_id, asked.cost_cents)
        return {"success": True, "new_balance_cents": _balance(db)}


@app.post("/api/export/start", status_code=201)
def start(asked: Start, session: str = Cookie()) -> dict[str, Any]:
    job_id, cost_cents = uuid.uuid4().hex, COST_CENTS[asked.type]
    with user_db(session) as db:
        _take(db, job_id, cost_cents)
        db.execute(
            "INSERT INTO export_jobs (id, project_id, type, status, cost_cents) VALUES (?, ?, ?, 'queued', ?)",
            (job_id, asked.project_id, asked.type, cost_cents),
        )
        return {"job_id": job_id, "status": "queued", "new_balance_cents": _balance(db)}


@app.get("/api/export/{job_id}")
def job(job_id: str, session: str = Cookie()) -> dict[str, Any]:
    with user_db(session) as db:
        row = db.execute(
            "SELECT id, type, status, cost_cents FROM export_jobs WHERE id = ?", (job_id,)
        ).fetchone()
    if row is None:
        raise HTTPException(404)
    return dict(zip(("job_id", "type", "status", "cost_cents"), row, strict=True))


def _take(db: sqlite3.Connection, job_id: str, cost_cents: int) -> None:
    taken = db.execute(
        "UPDATE wallet SET balance_cents = balance_cents - ? WHERE balance_cents >= ?",
        (cost_cents, cost_cents),
    )
    if not taken.rowcount:
        raise HTTPException(402, "Insufficient funds")
    db.execute(
        "INSERT INTO ledger (change_cents, reason, job_id) VALUES (?, 'debit', ?)", (-cost_cents, job_id)
    )


def _balance(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT balance_cents FROM wallet").fetchone()[0])
