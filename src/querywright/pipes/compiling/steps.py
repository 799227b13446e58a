"""Plan to blocks: each step joins the block at hand where that is proven to change nothing, and begins a new one else.

What commutes, in the order a SELECT is computed: FROM and joins, WHERE, GROUP BY, HAVING, windows, DISTINCT, ORDER BY,
LIMIT. A step joins a block that has no clause computed after it; and no expression is written twice that is dear,
volatile, or a window. An order is dropped where GoogleSQL drops it (WHERE, windows, DISTINCT, AGGREGATE, JOIN, set
operations) and carried outwards through every other step.
"""

from __future__ import annotations

from querywright.errors import NotCompilable
from querywright.pipes.compiling.block import Block
from querywright.pipes.compiling.builder import Builder, gives
from querywright.pipes.compiling.clauses import (
    add_columns,
    cut_rows,
    deduplicate_rows,
    filter_rows,
    sample_rows,
    sort_rows,
)
from querywright.pipes.compiling.combining import add_operands, add_recursion, unpivot_rows
from querywright.pipes.compiling.grouping import group_rows
from querywright.pipes.compiling.joining import join_source
from querywright.pipes.scope.plan import (
    Combine,
    Cut,
    Deduplicate,
    Filter,
    Group,
    JoinStep,
    Project,
    Recursion,
    Refused,
    Sample,
    Scan,
    Sort,
    Step,
    Unordered,
    Unpivoting,
)


def apply(builder: Builder, block: Block, step: Step, operator: str) -> Block:
    """The block with one step more: itself, or a new one around it."""
    match step:
        case Scan():
            source = builder.source(step.relation, operator)
            return Block(builder.labels, source, gives=gives(source))
        case JoinStep():
            return join_source(builder, block, step, operator)
        case Filter():
            return filter_rows(builder, block, step.condition)
        case Project():
            return add_columns(builder, block, step.definitions)
        case Group():
            return group_rows(builder, block, step)
        case Deduplicate():
            return deduplicate_rows(builder, block, step.slots)
        case Sort():
            return sort_rows(builder, block, step.keys)
        case Cut():
            return cut_rows(builder, block, step)
        case Combine():
            return add_operands(builder, block, step, operator)
        case Unordered():
            if not block.cut:
                block.order = ()
            return builder.wrapped(block, keep_order=False) if block.order else block
        case Sample():
            return sample_rows(builder, block, step, operator)
        case Unpivoting():
            return unpivot_rows(builder, block, step)
        case Recursion():
            return add_recursion(builder, block, step)
        case Refused():
            raise NotCompilable(step.reason, operator)
