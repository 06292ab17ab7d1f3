"""What turns a library as it ships into the profile beside it: for each answer that differs, the lines that do it."""

from project.compare.results import Cure

CURES: list[Cure] = []
