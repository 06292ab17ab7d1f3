"""`manage.py bench`: what a request costs, as a ratio to stock REST framework without any sign-in.

1.00 is one `GET /polls/api/questions/1/` of a question with three choices, through the whole WSGI handler of a stock project
(`tests/peers`) that lets everybody in. It is counted in CPU instructions where valgrind is installed, for they hardly depend on
what else the machine does, and in CPU time everywhere.

A `subject` is a site in a process of its own. `sites` starts it, checks what it answers and speaks to it; `figures` has the
questions, `results` what was found, `report` shows it, `limits` says what must not happen.
"""
