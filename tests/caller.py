"""What tests, demo and benchmarks may see of their caller's environment: the machine, and never the product's values.

A list of what is kept, not of what goes: a variable that is read tomorrow must not reach the tests tomorrow.
"""

import os

_KEPT = {"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV"}
# What steers the test run itself, and what one process of a test tells another.
_KEPT_PREFIXES = ("PYTEST_", "TEST_", "CHAOS_")


def machine_environment() -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_KEPT_PREFIXES)
    }
    return {**kept, "LANG": "C.UTF-8"}
