"""The session: the server remembers who you are, the browser carries the number of that memory.

1. A client first asks for a CSRF token: a cookie is sent by the browser, whoever made it send, so a second secret that only
   our own pages can read must travel beside it.
2. It signs in with name and password; the answer sets the cookie `sessionid`.
3. Every request carries the cookie by itself; one that changes something also carries `X-CSRFToken`.
4. The server looks the session up: one query finds it and the user.
5. Nothing is renewed: a session ends at its absolute age.
6. Logging out deletes the row; a copy of the cookie opens nothing from then on.

One file more than its siblings: `store.py`, Django's seam for keeping sessions; the database holds digests alone.
"""
