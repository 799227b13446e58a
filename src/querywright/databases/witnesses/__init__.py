"""Witnesses: small altered copies of a database that tell two queries apart.

Two queries that agree on one database may still mean different things: it may hold no NULL where one of them
counts NULLs, no tie, no parent without a child. A witness holds a few connected rows of the real database and
alterations that make such differences show.
"""

from querywright.databases.witnesses.copies import Witness, witnesses
from querywright.databases.witnesses.judging import Verdict, distinguish, idle

__all__ = ["Verdict", "Witness", "distinguish", "idle", "witnesses"]
