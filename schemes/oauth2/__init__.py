"""OAuth2: an application is known to the server too, and gets a token that says what it may do in a user's name.

1. Before anything else somebody registers the application: a client id, and a secret where it can keep one.
2. The client sends the user's name and password with its own secret to the token endpoint (the password grant, RFC 6749
   section 4.3) and keeps an access token, a refresh token and the scope of both. RFC 9700 section 2.4 says that this grant
   MUST NOT be used: the client sees the password. It is here because everybody knows it; the other grants replace it.
3. Every request carries `Authorization: Bearer …`; scope `read` reads, scope `write` changes.
4. The server looks the token up: one query finds it, its sign-in (family), its application and the user.
5. The refresh token gives a new pair, once; using it twice means that somebody holds a copy, and ends the family.
6. Revoking either token deletes the family: neither opens anything from then on.

One file more than its siblings: `validator.py`, the toolkit's seam for every decision. Login and refresh are one view.
"""
