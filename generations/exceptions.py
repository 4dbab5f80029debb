"""What can go wrong with a wish for a picture before, between and after its calls."""

from imagestudio.errors import Conflict, Invalid, NotFound, Unavailable


class RequestInvalid(Invalid):
    """A parameter is not one that the chosen model takes; `fields` says which."""

    code = "invalid_request"
    title = "The request is not valid"


class PromptBlocked(Invalid):
    """A rule of this installation does not allow the prompt."""

    commits = True  # the screening
    code = "prompt_blocked"
    title = "This prompt is not allowed here"


class NoSuchGeneration(NotFound):
    """There is no such generation in this account."""

    code = "generation_not_found"
    title = "There is no such generation"


class NoSuchPreset(NotFound):
    """There is no such preset in this account."""

    code = "preset_not_found"
    title = "There is no such preset"


class NoSuchSourceSet(NotFound):
    """There is no such source set in this account."""

    code = "source_set_not_found"
    title = "There is no such source set"


class NameTaken(Conflict):
    """Something of the same kind in this account has this name."""

    code = "name_taken"
    title = "This name is taken"


class TooManyKept(Conflict):
    """The account keeps as many of these as it may."""

    code = "too_many_kept"
    title = "There are too many of these"


class StateForbids(Conflict):
    """The generation's state does not allow the deed."""

    code = "state"
    title = "That is not possible now"


class GatewayResting(Unavailable):
    """Calls of this model have failed one after another; none is made for a while."""

    code = "gateway_resting"
    title = "The gateway has trouble right now"
