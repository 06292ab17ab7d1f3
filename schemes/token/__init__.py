"""The token: a long random string that the client sends itself, and that the server looks up.

1. Nothing is needed before signing in: no cookie, so no CSRF.
2. A client signs in with name and password and keeps the token of the answer; the server keeps its digest.
3. Every request carries `Authorization: Token …`, put there by the client's own code.
4. The server looks the token up: one query finds it and the user.
5. Nothing is renewed: a token ends when its time is over, and the client signs in again.
6. Logging out deletes the row; a copy of the token opens nothing from then on.
"""
