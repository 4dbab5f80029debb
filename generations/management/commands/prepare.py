"""Everything that has to be there before the studio opens; doing it again changes nothing."""

import secrets
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from imagestudio.accounts.models import User

DEMO_EMAIL = "demo@example.com"


class Command(BaseCommand):
    help = "Migrate, collect static files and, with the emulator, make a demo account."

    def handle(self, *_args: str, **_options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if settings.GATEWAY_IS_EMULATOR and not User.objects.exists():
            password = secrets.token_urlsafe(9)
            User.objects.create_superuser(DEMO_EMAIL, password, name="Demo")
            self.stdout.write(f"A demo account was made: {DEMO_EMAIL}, password {password}")
