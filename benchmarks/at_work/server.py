"""The server of a centre at work: a process of its own, told what to do by its input."""

import argparse
import json
import sys
import threading
import time
from collections import Counter
from typing import Any

import psycopg
import uvicorn

from affluent.centre.receive import IncomingMail, receive_mail
from affluent.cli.compose import compose
from affluent.routing import warm_up


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dsn", required=True)
    for number in ("door", "port", "rate", "seconds"):
        parser.add_argument(f"--{number}", type=int, required=True)
    server(parser.parse_args())


def server(arguments: argparse.Namespace) -> None:
    """The centre, with arrivals at an even pace once `go` is said on its input."""

    warm_up(lambda line: None)
    asked = count_statements()
    centre = compose(arguments.dsn)
    assert centre.runner.wait_until_leading(30)

    def arrivals() -> None:
        sys.stdin.readline()
        asked.clear()
        began = time.monotonic()
        for number in range(arguments.rate * arguments.seconds):
            time.sleep(max(0.0, began + number / arguments.rate - time.monotonic()))
            name = f"customer{number}@example.com"
            mail = IncomingMail(
                f"bench:{number}", arguments.door, 0, name, "A customer", "", "A question", "Where?", "Where?"
            )
            centre.runner.submit(receive_mail, mail=mail)
        sys.stdin.readline()
        print(json.dumps(asked), flush=True)

    threading.Thread(target=arrivals, daemon=True).start()
    uvicorn.run(centre.app, host="127.0.0.1", port=arguments.port, log_level="error", access_log=False)


def count_statements() -> "Counter[str]":
    """Counts what this process asks of the database from now on, by the runner and by all others."""
    asked: Counter[str] = Counter()
    execute = psycopg.Cursor[Any].execute

    def counted(self: psycopg.Cursor[Any], *given: Any, **named: Any) -> psycopg.Cursor[Any]:
        asked["runner" if threading.current_thread().name == "runner" else "others"] += 1
        return execute(self, *given, **named)

    psycopg.Cursor.execute = counted
    return asked


if __name__ == "__main__":
    main()
