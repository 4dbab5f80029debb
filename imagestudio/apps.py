from django.apps import AppConfig
from django.core.checks import Tags, register

from imagestudio.checks import postgresql_is_fit


class StudioConfig(AppConfig):
    name = "imagestudio"

    def ready(self) -> None:
        register(postgresql_is_fit, Tags.database)
