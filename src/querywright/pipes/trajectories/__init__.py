"""Pipe queries as lessons: each operator is to be written by somebody who sees the question and the query so far."""

from querywright.pipes.trajectories.samples import END, FORMATS, Sample, Task, trajectory
from querywright.pipes.trajectories.wording import fingerprint

__all__ = ["END", "FORMATS", "Sample", "Task", "fingerprint", "trajectory"]
