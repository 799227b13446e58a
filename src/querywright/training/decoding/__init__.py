"""Answers of weights in this process: whole, or operator by operator."""

from querywright.training.decoding.asking import Pupil
from querywright.training.decoding.writing import decoded

__all__ = ["Pupil", "decoded"]
