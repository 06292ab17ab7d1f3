"""The commands `walkthrough` and `walkthroughs`."""

from django.apps import AppConfig


class WalkthroughConfig(AppConfig):
    name = "project.walkthrough"
