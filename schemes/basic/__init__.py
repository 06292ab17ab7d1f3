"""HTTP Basic: name and password on every request, and nothing else. The baseline: what it costs to remember nothing.

1. Nothing is needed before signing in, because there is no signing in.
2. There is no credential to get: the client keeps the password itself.
3. Every request carries `Authorization: Basic …`, name and password in base64, which hides nothing.
4. The server checks the password: a hash made to be slow, on every request.
5. Nothing is renewed, because nothing ends.
6. Nothing can be ended: a copy opens the API until the password is changed.

It shares no file with its siblings that it does not need: no rows, no views. It starts in the lab alone.
"""
