"""Rules on words: the list, one rule with its versions and trial, and what can be done with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from imagestudio.accounts.pages import ModeratorRequest, moderator_page
from imagestudio.errors import Conflict, Invalid, StudioError
from imagestudio.http.problems import status_of
from imagestudio.moderation.exceptions import RuleTooBroad
from imagestudio.moderation.forms.rules import RuleForm
from imagestudio.moderation.models import Rule
from imagestudio.moderation.permissions import require_rank
from imagestudio.moderation.policies import Rank
from imagestudio.moderation.services.panel.rules import may_change, rule_of, rule_page
from imagestudio.moderation.services.rules.making import (
    change_rule,
    disable_rule,
    enable_rule,
    make_rule,
)
from imagestudio.moderation.services.rules.trials import begin_trial, examples_of

TOLD = {
    Rule.State.ENABLED: "The rule is in force.",
    Rule.State.DISABLED: "The rule is not in force any more.",
}


@require_safe
@moderator_page
def rules(request: ModeratorRequest) -> HttpResponseBase:
    """Show all rules, newest first."""
    found = rule_page(cursor=request.GET.get("cursor"))
    context = {
        "rows": found.rows,
        "next_cursor": found.next_cursor,
        "may_change": may_change(request.user),
    }
    part = request.htmx and request.GET.get("cursor")
    return render(request, f"moderation/{'_word_rules' if part else 'word_rules'}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@moderator_page
def new_rule(request: ModeratorRequest) -> HttpResponseBase:
    """Make a new rule, a draft."""
    require_rank(Rank.SENIOR_MODERATOR, request.user)
    if request.method != "POST":
        return render(request, "moderation/word_rule_new.html", {"form": RuleForm()})
    form = RuleForm(request.POST)
    try:
        wording = form.wording()
        made = make_rule(moderator=request.user, name=form.cleaned_data["name"], wording=wording)
    except Invalid as error:
        context = {"form": form, "error": error}
        return render(request, "moderation/word_rule_new.html", context, status=status_of(error))
    return redirect("moderation:word_rule", made.pk)


@require_safe
@moderator_page
def rule(request: ModeratorRequest, rule_id: UUID) -> HttpResponseBase:
    """Show a rule with its versions and its newest trial."""
    return shown(request, rule_id)


@require_POST
@moderator_page
def change(request: ModeratorRequest, rule_id: UUID) -> HttpResponseBase:
    """Write a new version of a rule."""
    found = rule_of(request.user, rule_id)
    form = RuleForm(request.POST, version=found.version)
    try:
        wording = form.wording()
        version = form.cleaned_data["version"] or 0
        change_rule(moderator=request.user, rule_id=rule_id, version=version, wording=wording)
    except (Invalid, Conflict) as error:
        return shown(request, rule_id, form=form, error=error)
    return redirect("moderation:word_rule", rule_id)


@require_POST
@moderator_page
def try_out(request: ModeratorRequest, rule_id: UUID) -> HttpResponseBase:
    """Try the newest version of a rule against what was written lately."""
    version = version_from(request.POST)
    try:
        begin_trial(moderator=request.user, rule_id=rule_id, version=version)
    except Conflict as error:
        return shown(request, rule_id, error=error)
    if request.htmx:
        return part(request, rule_id)
    return redirect("moderation:word_rule", rule_id)


@require_safe
@moderator_page
def trial(request: ModeratorRequest, rule_id: UUID) -> HttpResponseBase:
    """Show how far the newest trial of a rule is: a part of its page."""
    return part(request, rule_id)


@require_POST
@moderator_page
def examples(request: ModeratorRequest, rule_id: UUID) -> HttpResponseBase:
    """Show some texts that the newest trial matched; that is in the log."""
    try:
        found = examples_of(moderator=request.user, rule_id=rule_id)
    except Conflict as error:
        return shown(request, rule_id, error=error)
    if request.htmx:
        return part(request, rule_id, examples=found, are_shown=True)
    return shown(request, rule_id, examples=found, are_shown=True)


@require_POST
@moderator_page
def set_state(request: ModeratorRequest, rule_id: UUID) -> HttpResponseBase:
    """Put the newest version of a rule in force, or the rule out of force."""
    state = request.POST.get("state", "")
    try:
        if state == Rule.State.ENABLED:
            enable_rule(
                moderator=request.user,
                rule_id=rule_id,
                version=version_from(request.POST),
                is_confirmed=request.POST.get("confirmed") == "1",
            )
        elif state == Rule.State.DISABLED:
            disable_rule(moderator=request.user, rule_id=rule_id)
        else:
            raise Invalid("Choose whether the rule is to be in force.")
    except Conflict as error:
        return shown(request, rule_id, error=error, is_asked=isinstance(error, RuleTooBroad))
    messages.success(request, TOLD[Rule.State(state)])
    return redirect("moderation:word_rule", rule_id)


def shown(
    request: ModeratorRequest,
    rule_id: UUID,
    *,
    form: RuleForm | None = None,
    error: StudioError | None = None,
    **more: Any,
) -> HttpResponseBase:
    """Answer with the page of a rule, and with what stands in the way of something."""
    found = rule_of(request.user, rule_id)
    context = {
        "shown": found,
        "rule": found.rule,
        "form": form or RuleForm(version=found.version),
        "error": error,
        **more,
    }
    status = status_of(error) if error else None
    return render(request, "moderation/word_rule.html", context, status=status)


def part(request: ModeratorRequest, rule_id: UUID, **more: Any) -> HttpResponseBase:
    """Answer with the trial of a rule."""
    found = rule_of(request.user, rule_id)
    context = {"shown": found, "rule": found.rule, **more}
    return render(request, "moderation/_trial.html", context)


def version_from(form: QueryDict) -> int:
    """Return the version that a form names. Raises Invalid."""
    text = form.get("version", "")
    if not text.isdecimal() or len(text) > 9:
        raise Invalid("Reload the page, and try again.")
    return int(text)
