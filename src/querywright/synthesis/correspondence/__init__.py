"""Does this question ask for what this SQL gives, and which of several questions asks best? No model, no rows.

`check` looks for the query's values, columns and shape in the question, and for what the question says in the query;
`choose` picks among the questions that were written for one query.
"""

from querywright.synthesis.correspondence.check import check
from querywright.synthesis.correspondence.choosing import Candidate, Choice, choose
from querywright.synthesis.correspondence.finding import Finding, Sign

__all__ = ["Candidate", "Choice", "Finding", "Sign", "check", "choose"]
