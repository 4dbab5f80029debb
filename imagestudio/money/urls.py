"""Addresses of the pages about money."""

from django.urls import path

from imagestudio.money.views import account, operations, spending

app_name = "money"
urlpatterns = [
    path("a/<slug:slug>/account/", account.account, name="account"),
    path("a/<slug:slug>/account/budget", account.account_limit, name="account_limit"),
    path(
        "a/<slug:slug>/account/members/<uuid:user_id>/budget",
        account.member_limit,
        name="member_limit",
    ),
    path("a/<slug:slug>/account/notice", account.notice, name="notice"),
    path("a/<slug:slug>/account/requests", account.ask, name="ask"),
    path("a/<slug:slug>/account/requests/<uuid:request_id>", account.answer, name="answer"),
    path("operations/requests/<uuid:request_id>", operations.answer, name="answer_as_operator"),
    path("a/<slug:slug>/spending/", spending.spending, name="spending"),
    path("a/<slug:slug>/spending/file", spending.spending_file, name="spending_file"),
]
