"""Makes somebody a moderator or an operator of the studio, or nobody special again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from imagestudio.accounts.models import SiteRole, User
from imagestudio.accounts.services.access import change_site_role


class Command(BaseCommand):
    help = "Give a user a rank in the studio: what they can do in the panel and in the admin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=SiteRole.values)

    def handle(self, *_args: str, **options: Any) -> None:
        role = SiteRole(options["role"])
        try:
            user = User.objects.get_by_natural_key(options["email"])
        except User.DoesNotExist:
            raise CommandError(f"There is no user {options['email']}.") from None
        before = change_site_role(user=user, role=role)
        words = f"{role}, as before" if before is role else f"{role} now, {before} before"
        self.stdout.write(f"{user.email}: {words}.")
