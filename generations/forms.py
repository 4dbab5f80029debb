"""The composer as a form: it works without any script, and scripts only make it quicker."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from generations.catalogue import AUTO, DEFAULT_MODEL, MODELS, Model, Parameters, UnknownModel, find
from generations.models import LONGEST_NAME
from generations.services.requests import MOST_AT_ONCE, SourceWish, Wish
from imagestudio.errors import FieldError, Invalid, StudioError, TooLarge
from imagestudio.library.services.uploads import Received

CHOICES = {
    "quality": "qualities",
    "size": "sizes",
    "output_format": "output_formats",
    "background": "backgrounds",
}
LABELS = {
    "auto": "Auto",
    "1024x1024": "1024 × 1024",
    "1024x1536": "1024 × 1536",
    "1536x1024": "1536 × 1024",
    "png": "PNG",
    "webp": "WebP",
    "jpeg": "JPEG",
}
AUTO_LABELS = {"quality": "Auto quality", "size": "Auto size", "background": "Auto background"}
ROLES = ("", "subject", "style", "background", "logo", "pose", "other")


def label_of(field: str, value: str) -> str:
    """Return a parameter's value in words that say what it is a value of."""
    if value == AUTO:
        return AUTO_LABELS[field]
    if field == "quality":
        return f"{value.capitalize()} quality"
    if field == "background":
        return f"{value.capitalize()} background"
    return LABELS.get(value, value)


def offered_model(name: object) -> Model:
    """Return the model of this name, or the default when the catalogue has none."""
    try:
        return find(str(name))
    except UnknownModel:
        return DEFAULT_MODEL


class ComposerForm(forms.Form):
    """A wish for pictures as a person composes it.

    What a model takes is the catalogue's to say, not this form's: values are only shaped here,
    and judged by the service, whose sentences `blame` puts beside the fields.
    """

    prompt = forms.CharField(strip=False, required=False, widget=forms.Textarea)
    model = forms.CharField(widget=forms.Select)
    size = forms.CharField(widget=forms.Select, initial=AUTO)
    quality = forms.CharField(widget=forms.Select, initial=AUTO)
    output_format = forms.CharField(widget=forms.Select, initial="png", label="Format")
    background = forms.CharField(widget=forms.Select, initial=AUTO)
    count = forms.IntegerField(widget=forms.Select, initial=1, label="Pictures")
    parent = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Fill the menus with what the chosen model offers."""
        super().__init__(*args, **kwargs)
        self.chosen = offered_model(self["model"].value())
        self.fields["model"].initial = self.chosen.id
        self.menu("model", [(model.id, model.name) for model in MODELS])
        self.menu("count", [(n, f"× {n}") for n in COUNTS])
        for field, attribute in CHOICES.items():
            values = getattr(self.chosen, attribute)
            self.menu(field, [(value, label_of(field, value)) for value in values])

    def menu(self, field: str, choices: Iterable[tuple[object, str]]) -> None:
        """Offer these choices in a field's menu."""
        widget = self.fields[field].widget
        if isinstance(widget, forms.Select):
            widget.choices = list(choices)

    def draft(self, *, sources: int) -> Wish:
        """Return the wish as far as it is written, right or wrong, to put a price on it."""
        values = {name: str(self[name].value() or "") for name in self.fields}
        count = values["count"]
        return Wish(
            prompt=values["prompt"],
            model=self.chosen.id,
            parameters=Parameters(**{field: values[field] for field in CHOICES}),
            sources=[SourceWish()] * sources,
            count=int(count[:9]) if count.isascii() and count.isdigit() else 0,
        )

    def wish(self) -> Wish:
        """Return the wish that a valid form describes. Raises Invalid, TooLarge for its sources."""
        values = self.cleaned_data
        return Wish(
            prompt=values["prompt"],
            model=values["model"],
            parameters=Parameters(**{field: values[field] for field in CHOICES}),
            sources=[*kept_sources(self.data), *received_sources(self.files)],
            count=values["count"],
            parent_id=values["parent"],
        )

    def blame(self, error: StudioError) -> None:
        """Put an error's sentences beside the fields that they are about."""
        for one in error.fields:
            self.add_error(one.field if one.field in self.fields else None, one.message)
        if not error.fields:
            self.add_error(None, str(error))


class PresetForm(forms.Form):
    """A preset: from the composer, whose fields it takes, or written by hand as a style."""

    name = forms.CharField(max_length=LONGEST_NAME)
    prompt = forms.CharField(
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        label="Prompt or style",
        help_text="{prompt} in it stands for what is being written; a text without it is added.",
    )
    keeps_parameters = forms.BooleanField(required=False, widget=forms.HiddenInput)
    model = forms.CharField(required=False, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, Any]:
        """Return the values of a valid form under the names that the service takes."""
        values = self.cleaned_data
        wanted = {name: values[name] for name in ("name", "prompt")}
        if values["keeps_parameters"]:
            sent = {field: str(self.data.get(field, AUTO)) for field in CHOICES}
            wanted |= {"model": values["model"], "parameters": Parameters(**sent)}
        return wanted


class NameForm(forms.Form):
    """Another name."""

    name = forms.CharField(max_length=LONGEST_NAME)


COUNTS = tuple(range(1, MOST_AT_ONCE + 1))


def kept_sources(data: Mapping[str, Any]) -> list[SourceWish]:
    """Return the sources that name images of the library, in their order, each with its role."""
    keys = data.getlist("source") if isinstance(data, QueryDict) else []
    roles = data.getlist("role") if isinstance(data, QueryDict) else []
    roles += [""] * (len(keys) - len(roles))
    if set(roles) - set(ROLES):
        raise wrong_sources("role", f"A source's role is one of {', '.join(ROLES[1:])}, or none.")
    try:
        return [
            SourceWish(image_id=UUID(key), role=role)
            for key, role in zip(keys, roles, strict=False)
        ]
    except ValueError:
        message = "A source is not a picture of this library."
        raise wrong_sources("not_found", message) from None


def wrong_sources(code: str, message: str) -> Invalid:
    """Return the error for sources that cannot be taken."""
    return Invalid(message, fields=[FieldError("sources", code, message)])


def received_sources(files: Mapping[str, Any]) -> list[SourceWish]:
    """Return the sources that came with the form as files. Raises Invalid for files elsewhere."""
    if set(files) - {"files"}:
        message = "Pictures are sent in the field `files`; nothing was made without them."
        raise wrong_sources("unknown_field", message)
    sent = files.getlist("files") if isinstance(files, MultiValueDict) else []
    return [SourceWish(received=received(file)) for file in sent]


def received(file: "UploadedFile[Any]") -> Received:
    """Return an uploaded file's bytes and name. Raises TooLarge before they are read."""
    if (file.size or 0) > settings.MAX_UPLOAD_BYTES:
        raise TooLarge(f"A picture may have at most {settings.MAX_UPLOAD_BYTES // 1_000_000} MB.")
    return Received(data=file.read(), name=file.name or "")
