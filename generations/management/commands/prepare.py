"""Everything that has to be there before the studio opens; doing it again changes nothing."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from imagestudio.accounts.services.demo import EMAIL, keep_demo
from imagestudio.money.services import apply_default_budget


class Command(BaseCommand):
    help = "Migrate, collect static files, and open the demo account with the emulator alone."

    def handle(self, *_args: str, **_options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        apply_default_budget()
        password = keep_demo(is_open=settings.GATEWAY_IS_EMULATOR)
        if password:
            self.stdout.write(f"A demo account was made: {EMAIL}, password {password}")
