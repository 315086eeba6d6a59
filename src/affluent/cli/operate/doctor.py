"""`affluent doctor`: what is wrong with this centre, and what to do."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TextIO

import psycopg

from affluent.centre.refusals import Away
from affluent.cli.operate import database, machine, mailboxes
from affluent.cli.operate.finding import Finding, Level, problem
from affluent.cli.operate.reach import connected, reached
from affluent.cli.operate.wording import say
from affluent.cli.settings import Settings
from affluent.storage.errors import StorageError
from affluent.storage.migrate import current, newest

SIGNS: dict[Level, str] = {"ok": "✓", "warning": "!", "problem": "✗"}


def run(settings: Settings, out: TextIO, *, as_json: bool, network: bool) -> bool:
    """Writes each finding as it is made; whether there is no problem. No secret is ever among them."""
    locale = settings.locale
    found: list[Finding] = []
    for finding in findings(settings, network=network):
        found.append(finding)
        if not as_json:
            out.write(f"{SIGNS[finding.level]} {finding.sentence(locale)}\n")
            if (remedy := finding.remedy(locale)) is not None:
                out.write(f"    → {remedy}\n")
            out.flush()
    problems = sum(one.level == "problem" for one in found)
    warnings = sum(one.level == "warning" for one in found)
    if as_json:
        told = [
            {**asdict(one), "sentence": one.sentence(locale), "remedy": one.remedy(locale)} for one in found
        ]
        whole = {"healthy": not problems, "problems": problems, "warnings": warnings, "findings": told}
        out.write(json.dumps(whole, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        code = "doctor_end" if problems or warnings else "doctor_well"
        out.write("\n" + say(locale, code, problems=problems, warnings=warnings) + "\n")
    return not problems


def findings(settings: Settings, *, network: bool) -> Iterator[Finding]:
    """One after another: those that need nothing first, those that ask the world last."""
    yield from machine.look(settings)
    if settings.database_url is None and not (settings.data_dir / "postgres").exists():
        return
    try:
        with reached(settings) as dsn:
            schema = current(dsn)
            with connected(dsn) as conn:
                conn.execute("set transaction read only")
                yield from database.look(conn, schema, settings)
                if network and schema == newest():
                    yield from mailboxes.look(conn, settings)
    except StorageError as error:
        yield problem("database", why=error.text(settings.locale))
    except (Away, psycopg.Error) as error:
        cause = error.__cause__ or error
        yield problem("database", why=" ".join(str(cause).split()) or type(cause).__name__)
