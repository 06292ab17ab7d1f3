"""Signing in with somebody else's account, as a Django app."""

from django.apps import AppConfig


class SocialConfig(AppConfig):
    name = "project.social"
