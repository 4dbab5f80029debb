"""Django's `migrate`, as the owner of the tables where there is one besides the application."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.core.management.commands import migrate

from imagestudio.privileges import grant_to, working_as


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        owner = settings.MIGRATION_DATABASE
        if owner is None:
            super().handle(*args, **options)
            return
        with working_as(owner):
            super().handle(*args, **options)
            try:
                grant_to(settings.DATABASES["default"]["USER"])
            except ImproperlyConfigured as error:
                raise CommandError(str(error)) from error
