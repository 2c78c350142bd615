"""`python -m reelballers.healthcheck`: asks this machine's `/readyz` and fails, with its words, if it is not ready."""

import sys
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from reelballers import environment as env

TIMEOUT_SECONDS = 4


def main() -> int:
    status, words = ask("/readyz")
    sys.stdout.write(words + "\n")
    return 0 if status == 200 else 1


def ask(path: str) -> tuple[int, str]:
    """Status and words of this machine's web; status 0 and the reason if it does not answer."""
    port = env.number("PORT", 8000, at_least=1)
    # As the proxy asks: by the public name, and with the word that the visitor came by https.
    public = urlsplit(env.url("API_URL", f"http://localhost:{port}"))
    headers = {"Host": public.netloc, "X-Forwarded-Proto": public.scheme}
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    except (OSError, HTTPException) as error:
        return 0, str(error)
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
