"""The database judges too: triggers that keep history and ledger append-only, as data.

Each room declares its own in a module `triggers.py`: `FORBIDDEN`, rows of (table, trigger, the operation it forbids).
They are put back after every migrate, because SQLite drops a table's triggers silently when it remakes the table.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from qsm.events.rooms import said_by_rooms

FORBIDDEN = (
    ("events_event", "event_never_updated", "UPDATE"),
    ("events_event", "event_never_deleted", "DELETE"),
    # What was said stays as it was said; it may be erased, for people may ask for that.
    ("messaging_message", "message_never_updated", "UPDATE"),
    ("messaging_attachment", "attachment_never_updated", "UPDATE"),
)

POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'append-only: % on % is forbidden', TG_OP, TG_TABLE_NAME; END $$
"""
POSTGRES_TRIGGER = """
CREATE OR REPLACE TRIGGER {trigger} BEFORE {operation} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION append_only()
"""
SQLITE_TRIGGER = """
CREATE TRIGGER IF NOT EXISTS {trigger} BEFORE {operation} ON {table}
BEGIN SELECT RAISE(ABORT, 'append-only: {operation} on {table} is forbidden'); END
"""


def forbidden() -> Iterator[tuple[str, str, str]]:
    """What the rooms forbid, of the tables that are there: a migration may stop before the others' are made."""
    tables = set(connection.introspection.table_names())
    return (row for rows in said_by_rooms("triggers", "FORBIDDEN") for row in rows if row[0] in tables)


def install(**_signal: Any) -> None:
    """Put every trigger in its place; doing it again changes nothing."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES_FUNCTION)
        template = POSTGRES_TRIGGER if connection.vendor == "postgresql" else SQLITE_TRIGGER
        for table, trigger, operation in forbidden():
            cursor.execute(template.format(table=table, trigger=trigger, operation=operation))


def remove() -> None:
    """Take every trigger off: only the flush between transactional tests needs this."""
    template = (
        "DROP TRIGGER IF EXISTS {trigger} ON {table}"
        if connection.vendor == "postgresql"
        else "DROP TRIGGER IF EXISTS {trigger}"
    )
    with connection.cursor() as cursor:
        for table, trigger, _operation in forbidden():
            cursor.execute(template.format(table=table, trigger=trigger))


def installed() -> set[str]:
    """The names of the triggers that the database's own catalogue lists."""
    catalogue = {
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return {name for (name,) in cursor.fetchall()}
