"""A linter for official reports."""

__version__ = "0.1.0"
# New values between two searches for garbage. Modules and rules are there to stay, and what is made for a report goes
# with it, without being searched for: 3 in a hundred parts of a start, 7 of a check.
SELDOM = 50_000
