"""What those who run the studio are asked for."""

from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from imagestudio.accounts.pages import OperatorRequest, operator_page
from imagestudio.errors import Conflict
from imagestudio.money.forms import AnswerForm, words_of
from imagestudio.money.services import answer_as_operator, dollars

OPERATIONS = "/operations/"


@require_POST
@operator_page
def answer(request: OperatorRequest, request_id: UUID) -> HttpResponseBase:
    """Raise the limit of an account that somebody asked about, or decline."""
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, words_of(form))
        return redirect(OPERATIONS)
    limit = form.wanted()
    try:
        asked = answer_as_operator(operator=request.user, request_id=request_id, limit=limit)
    except Conflict as error:
        messages.error(request, str(error))
        return redirect(OPERATIONS)
    words = "declined" if limit is None else f"{dollars(limit)} a month from now on"
    messages.success(request, f"{asked.account.slug}: {words}.")
    return redirect(OPERATIONS)
