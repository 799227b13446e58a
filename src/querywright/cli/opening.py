"""Opening what a person names on the command line, with a question where a server wants a password."""

from __future__ import annotations

import sys
from getpass import getpass

from querywright.databases import Catalog
from querywright.databases.addresses import Address
from querywright.errors import PasswordNeeded


def open_catalog(location: str) -> Catalog:
    """The databases at a location; at a terminal the password of a server is asked for. Raises DatabaseUnavailable."""
    try:
        return Catalog.open(location)
    except PasswordNeeded as error:
        if not sys.stdin.isatty():
            raise
        address = Address.parse(location)
        try:
            password = getpass(f"Password of {address.user or 'this user'} at {address.server}: ")
        except EOFError:
            raise error from None
        return Catalog.open(address.with_password(password))
