"""Four small databases of our own making, and questions about them with gold SQL."""

from querywright.demo.databases import create_databases

__all__ = ["create_databases"]
