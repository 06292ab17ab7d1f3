"""/compare/console/: one button fires one event at every column at once, through the engine's client, and shows what travelled.

It lives where `manage.py demo` runs: there every site knows the others' addresses and the key that moves their clocks.
"""
