"""Pages about an account as such: a new team, and another name."""

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from imagestudio.accounts.exceptions import BadTeam, TooManyTeams
from imagestudio.accounts.forms import TeamForm
from imagestudio.accounts.pages import AccountRequest, PersonRequest, account_page, person_page
from imagestudio.accounts.services.teams import create_team, rename_account


@require_http_methods(["GET", "HEAD", "POST"])
@person_page
def new_team(request: PersonRequest) -> HttpResponseBase:
    """Make a team, and go on to its members."""
    form = TeamForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            team = create_team(user=request.user, name=form.cleaned_data["name"])
        except (BadTeam, TooManyTeams) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{team.name}” is there. Now invite who belongs to it.")
            return redirect("accounts:members", slug=team.slug)
    status = 422 if form.errors else 200
    return render(request, "accounts/new_team.html", {"form": form}, status=status)


@require_POST
@account_page
def rename(request: AccountRequest) -> HttpResponseBase:
    """Give the account another name."""
    form = TeamForm(request.POST)
    slug = request.membership.account.slug
    if not form.is_valid():
        messages.error(request, "A name has 1 to 100 characters.")
        return redirect("money:account", slug=slug)
    try:
        account = rename_account(membership=request.membership, name=form.cleaned_data["name"])
    except BadTeam as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"It is called “{account.name}” now. Its addresses stay.")
    return redirect("money:account", slug=slug)
