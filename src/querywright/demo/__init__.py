"""Four small databases of our own making, and questions about them with gold SQL."""

from querywright.demo.databases import create_databases
from querywright.demo.seeds import write_predictions, write_seeds

__all__ = ["create_databases", "write_predictions", "write_seeds"]
