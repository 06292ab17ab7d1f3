"""The story of every scheme as people follow it: in curl and other voices, in Postman, in .http files; made from the cards.

`answers` has what each request of the story is answered, recorded from live sites; `play` speaks the story to a site and
says where an answer differs. `voices` write one request as a line to paste; `markdown`, `postman` and `http` make whole
documents of them, which stand in `docs/`, written by `manage.py walkthroughs` and kept fresh by the tests.
"""
