"""The JWT: a signed statement that the server can check without looking anything up, and that we look up all the same.

1. Nothing is needed before signing in: no cookie, so no CSRF.
2. A client signs in with name and password and keeps two tokens: `access` for minutes, `refresh` for a day.
3. Every request carries `Authorization: Bearer …` with the access token.
4. The server checks the signature, then asks one query whether the sign-in that the token grew from (its family, claim
   `sid`) still lives, and who the user is. Without that question a logout, a ban and a changed password would wait for `exp`.
5. The refresh token gives a new pair, once; using it twice means that somebody holds a copy, and ends the family.
6. Logging out deletes the family: neither token opens anything from then on.
"""
