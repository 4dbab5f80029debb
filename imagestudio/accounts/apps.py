from django.apps import AppConfig
from django.utils.module_loading import import_string


class AccountsConfig(AppConfig):
    name = "imagestudio.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Both stand on models, which are there from now on.
        added = import_string("allauth.mfa.signals.authenticator_added")
        note_set_up = import_string("imagestudio.accounts.services.factors.note_set_up")
        added.connect(note_set_up, dispatch_uid="accounts.note_set_up")
