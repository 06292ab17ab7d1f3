"""OAuth2: an application is known to the server too, and gets a token that says what it may do in a user's name.

1. Before anything else somebody registers the application: a client id, and a secret where it can keep one.
2. The application sends its person here; they sign in, see what it asks for, and allow it. It gets a code, by way of the
   browser, and changes it for tokens with what the browser never had: a verifier (PKCE, RFC 7636), or its secret.
3. The legacy lane is shown beside it, because everybody knows it: the client sends the user's name and password with its own
   secret to the token endpoint (the password grant, RFC 6749 section 4.3). RFC 9700 section 2.4 says that it MUST NOT be
   used: the client sees the password. Where there is no person, the application asks in its own name (client credentials).
4. Every request carries `Authorization: Bearer …`; scope `read` reads, scope `write` changes.
5. The server looks the token up: one query finds it, its sign-in (family), its application and the user.
6. The refresh token gives a new pair, once; using it twice, or the code, means that somebody holds a copy, and ends the
   family. Revoking either token ends it too.

More files than its siblings, because it serves applications and not only people: `validator.py`, the toolkit's seam for every
decision; `server.py`, which grants and scopes there are; `pages.py`, where people consent and take it back; `applications.py`,
what may be registered; `metadata.py`, what a program finds out by itself. Login and refresh are one view.
"""
