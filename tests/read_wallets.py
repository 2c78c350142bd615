"""Reads wallets one after the other from a process of its own: beside a crowd's threads it would time their GIL.

Standard input: {"host": "localhost:8000", "sessions": [cookie, …], "count": n}. Standard output: durations in seconds.
"""

import http.client
import json
import sys
import time


def main() -> None:
    order = json.load(sys.stdin)
    connection = http.client.HTTPConnection(order["host"], timeout=60)
    durations = []
    for number in range(order["count"]):
        cookie = order["sessions"][number % len(order["sessions"])]
        started = time.perf_counter()
        connection.request("GET", "/api/wallet", headers={"Cookie": f"session={cookie}"})
        answer = connection.getresponse()
        answer.read()
        durations.append(time.perf_counter() - started)
        if answer.status != 200:
            raise SystemExit(f"{answer.status} reading a wallet")
    json.dump(durations, sys.stdout)


if __name__ == "__main__":
    main()
