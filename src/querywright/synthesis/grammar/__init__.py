"""The grammar author's SQL: typed query trees over a real schema, checked against real rows."""

from querywright.synthesis.grammar.grammar import Grammar, Written
from querywright.synthesis.grammar.plans import PLANS
from querywright.synthesis.grammar.profiles import PROFILES, Profile, profile

__all__ = ["PLANS", "PROFILES", "Grammar", "Profile", "Written", "profile"]
