#!/usr/bin/env python
"""Django's command line. `python manage.py help` lists the commands.

Where this Python has no Django, the one into which `make` installed it takes over.
"""

import importlib.util
import os
import sys
from pathlib import Path

INSTALLED = Path(__file__).resolve().parent / ".venv" / "bin" / "python"

if __name__ == "__main__":
    is_bare = importlib.util.find_spec("django") is None
    if is_bare and INSTALLED.exists() and sys.executable != str(INSTALLED):
        os.execv(INSTALLED, [str(INSTALLED), *sys.argv])  # noqa: S606 - a path of our own
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reelballers.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
