"""Django's SQLite, with a queue in each process in front of the one writer that SQLite allows.

SQLite lets whoever comes try again after a pause, in no order: with many writers some wait for seconds and a few give up, and
each holds a thread of the server. Here one thread of a process tries, and the others wait for it.
"""

import threading

from django.db import OperationalError
from django.db.backends.sqlite3 import base

from project.turns import Busy, Places

WAITING = 48
"""How many threads of a process may wait to write. The next one is told at once to come back later."""
_places = Places(WAITING)
_next = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    def _start_transaction_under_autocommit(self) -> None:
        """BEGIN IMMEDIATE, in turn. Raises OperationalError after the time-out, and where too many wait."""
        patience = self.settings_dict["OPTIONS"].get("timeout", 5)
        try:
            with _places:
                if not _next.acquire(timeout=patience):
                    raise OperationalError("database is locked")
                try:
                    super()._start_transaction_under_autocommit()  # type: ignore[misc]
                finally:
                    _next.release()
        except Busy as busy:
            raise OperationalError("too many wait to write") from busy
