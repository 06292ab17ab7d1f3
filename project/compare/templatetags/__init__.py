"""Filters of the comparison's templates."""
