"""Signing in with the account of another site: it says who somebody is, and from then on they hold a credential of ours.

`backends` are social-core's, with the questions that it does not ask; `pipeline` makes an account of an answer; `exchange`
takes a provider's token from a program; `pages` are a person's way there and back; `handover` brings the person from that way,
which is by session, to the credential of the active scheme.
"""
