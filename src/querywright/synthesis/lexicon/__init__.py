"""What the tables and columns of one database mean to people.

`Lexicon.read(database)` looks at names, types, keys, descriptions and a few values; `Lexicon.of(schema)` at names only.
Source: `lexicon.py` starts the story; `words`, `inflection` and `abbreviations` are English, the rest is schema.
"""

from querywright.synthesis.lexicon.entries import ColumnFacts, Entity, Reference, Role
from querywright.synthesis.lexicon.inflection import plural, singular
from querywright.synthesis.lexicon.lexicon import Lexicon

__all__ = ["ColumnFacts", "Entity", "Lexicon", "Reference", "Role", "plural", "singular"]
