"""Django's admin: for operators, to look at only, without secrets and contents."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType

from generations.models import Generation, State
from imagestudio.accounts.models import Role
from imagestudio.library.services.albums import create_album
from imagestudio.library.services.shares import Terms, share_image
from imagestudio.moderation.models import Report, Signal
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services.appeals import appeal
from imagestudio.moderation.services.banning import ban_picture
from imagestudio.moderation.services.publishing import publish
from imagestudio.moderation.services.reports import report_publication
from imagestudio.moderation.services.signals import record_signal
from tests.factories import (
    bearer,
    make_copies,
    make_generation,
    make_image,
    make_rule,
    make_user,
    personal,
    sign_in,
    with_factor,
)
from tests.integration.moderation.conftest import decided, opened, told

# What is counted, copied or worked through by machines, and who likes what: nothing to look at.
LEFT_OUT = {
    *("accounts.CallCount", "accounts.IdempotencyKey", "events.Event", "events.Stream"),
    *("generations.AttemptImage", "generations.SourceSetItem", "library.AlbumItem"),
    *("library.Appearance", "library.ChangedImage", "library.Derivation", "library.Favourite"),
    *("library.ImageTag", "library.ImportedAlbum", "library.ImportedImage", "library.Love"),
    *("library.Rendition", "library.Shelf", "library.ShelfChange", "library.ShelfMonth"),
    *("library.Tag", "library.Tally", "library.TallyChange", "moderation.Ruleset"),
    *("moderation.BulkCase", "moderation.LookNotice", "moderation.Peak"),
}
OURS = ("accounts.", "money.", "library.", "moderation.", "generations.")
LISTS = [
    "accounts/user",
    "accounts/account",
    "accounts/token",
    "generations/generation",
    "generations/attempt",
    "money/budgetperiod",
    "money/hold",
    "money/ledgerentry",
    *("accounts/membership", "library/file", "library/image", "generations/batch"),
    "library/knownbadhash",
    "library/publication",
    *(f"moderation/{name}" for name in ("case", "report", "decision", "notice", "appeal")),
    *(f"moderation/{name}" for name in ("auditentry", "screening", "signal")),
    *(f"moderation/{name}" for name in ("rule", "ruleversion", "trial")),
]


def one_of_each_case(cast):
    """Publish, report, decide, object and ban: a row of everything that moderation keeps."""
    creator = cast.membership(Role.CREATOR)
    image = make_image(cast.team, creator.user, title="A secret title")
    publish(membership=creator, image_id=image.pk, shows_prompt=True, shows_name=True)
    Report.objects.create(case=opened(image), reason="hate", weight=1)
    decision = decided(cast.user("moderator"), image, Action.REMOVE)
    told(decision)
    ban_picture(moderator=cast.user("moderator"), case_id=decision.case_id)
    appeal(user=creator.user, decision_id=decision.pk, text="No!")
    make_rule(cast, is_tried=True)
    record_signal(user=creator.user, account=cast.team, kind=Signal.Kind.REFUSED_INPUT)


def test_every_model_is_there_or_left_out_for_a_reason():
    admin.autodiscover()
    ours = {one for one in apps.get_models() if one._meta.label.startswith((*OURS, "events."))}
    assert {one._meta.label for one in ours - set(admin.site._registry)} == LEFT_OUT


def test_what_belongs_to_an_account_is_counted_and_not_shown(cast):
    creator = cast.membership(Role.CREATOR)
    image = make_image(cast.team, creator.user, title="A secret title", prompt="A secret wish")
    album = create_album(membership=creator, name="A secret album")
    new = share_image(membership=creator, image_id=image.pk, terms=Terms())
    operator = cast.signed_in("operator")
    for name, row in (("image", image), ("file", image.file), ("album", album)):
        for address in ("", f"{row.pk}/change/"):
            page = operator.get(f"/admin/library/{name}/{address}").content.decode()
            assert str(row.pk) in page
            assert "secret" not in page.lower()
    links = operator.get("/admin/library/sharelink/").content.decode()
    assert new.link.hint in links
    assert new.secret not in links


def test_no_list_counts_further_than_somebody_leafs(cast, monkeypatch):
    monkeypatch.setattr("imagestudio.accounts.admin.Capped.most", 3)
    make_copies(make_image(cast.team, cast.user(Role.CREATOR)), 4)
    page = cast.signed_in("operator").get("/admin/library/image/")
    assert page.context["cl"].result_count == 3


@pytest.mark.parametrize("name", LISTS)
def test_operators_look_and_cannot_change(cast, name):
    make_generation(cast.membership(Role.CREATOR), state=State.COMPLETED)
    bearer(cast.membership(Role.CREATOR), "library:read")
    one_of_each_case(cast)
    operator = cast.signed_in("operator")
    page = operator.get(f"/admin/{name}/")
    row = page.context["cl"].queryset.first()
    assert operator.get(f"/admin/{name}/{row.pk}/change/").status_code == 200
    assert operator.get(f"/admin/{name}/add/").status_code == 403
    assert operator.post(f"/admin/{name}/{row.pk}/change/", {}).status_code == 403
    assert operator.post(f"/admin/{name}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("name", ["owner", "moderator", "senior_moderator"])
def test_nobody_else_comes_in(cast, name):
    assert cast.signed_in(name).get("/admin/").status_code in (302, 403)


def test_it_shows_neither_prompts_nor_hashes(cast):
    generation = make_generation(cast.membership(Role.CREATOR), prompt="A secret wish")
    bearer(cast.membership(Role.CREATOR), "library:read")
    operator = cast.signed_in("operator")
    path = f"/admin/generations/generation/{Generation.objects.get().pk}/change/"
    assert "A secret wish" not in operator.get(path).content.decode()
    assert "A secret wish" not in operator.get("/admin/generations/generation/").content.decode()
    token = operator.get("/admin/accounts/token/").context["cl"].queryset.get()
    page = operator.get(f"/admin/accounts/token/{token.pk}/change/").content.decode()
    assert "field-hash" not in page
    assert generation.prompt not in page


def test_searching_finds_nothing_and_does_not_fail(cast):
    operator = cast.signed_in("operator")
    for name in LISTS:
        assert operator.get(f"/admin/{name}/?q=nobody%00' OR 1=1").status_code in (200, 302)


def test_nothing_that_packages_bring_along_can_be_seen_or_changed(cast):
    operator = cast.signed_in("operator")
    for name in ("account/emailaddress", "mfa/authenticator", "auth/group"):
        assert operator.get(f"/admin/{name}/").status_code == 404
        assert operator.get(f"/admin/{name}/add/").status_code == 404
    shown = {model._meta.label for model in admin.site._registry}
    assert {label for label in shown if not label.startswith(OURS)} == {
        "procrastinate.ProcrastinateJob"
    }


@pytest.mark.parametrize(
    "path",
    [
        "accounts/account/?kind__exact=%00",
        "money/ledgerentry/?kind__exact=%00",
        "accounts/token/?hash=1",
        "accounts/user/?id=abc",
        "generations/attempt/abc/change/",
        "r/{content_type}/abc/",
    ],
)
def test_an_address_that_makes_no_sense_is_refused(cast, path):
    content_type = ContentType.objects.get_for_model(Generation).pk
    page = cast.signed_in("operator").get(f"/admin/{path.format(content_type=content_type)}")
    assert page.status_code in (302, 400, 404)


def test_more_rows_are_not_more_statements(cast, django_assert_max_num_queries):
    image = make_image(cast.team, cast.user(Role.CREATOR))
    for one in (image, *make_copies(image, 4)):
        decided(cast.user("moderator"), one, Action.HIDE)
    operator = cast.signed_in("operator")
    for name in ("case", "decision", "notice", "auditentry"):
        with django_assert_max_num_queries(12):
            page = operator.get(f"/admin/moderation/{name}/")
        assert page.context["cl"].result_count >= 5


def test_pictures_and_what_people_were_told_are_not_shown_there(cast):
    one_of_each_case(cast)
    operator = cast.signed_in("operator")
    for name in ("moderation/case", "moderation/notice", "library/publication"):
        row = operator.get(f"/admin/{name}/").context["cl"].queryset.first()
        page = operator.get(f"/admin/{name}/{row.pk}/change/")
        assert page.status_code == 200
        assert "A secret title" not in page.content.decode()


def test_standing_trust_and_ranks_are_not_written_there(cast):
    user = cast.user(Role.VIEWER)
    fields = {"site_role": "operator", "standing": "suspended", "trust": "trusted"}
    page = cast.signed_in("operator").post(f"/admin/accounts/user/{user.pk}/change/", fields)
    assert page.status_code == 403
    user.refresh_from_db()
    assert (user.site_role, user.standing, user.trust) == ("none", "ok", "check")


def test_operators_do_not_learn_there_who_reported_them(cast):
    operator, reporter = cast.user("operator"), cast.user("stranger")
    mine = personal(operator)
    image = make_image(mine.account, operator)
    publish(membership=mine, image_id=image.pk, shows_prompt=False, shows_name=False)
    report = report_publication(
        image_id=image.pk, reporter=reporter, address="::1", reason="hate", text="x"
    )
    browser = cast.signed_in("operator")
    for name in ("report", "auditentry"):
        shown = browser.get(f"/admin/moderation/{name}/").content.decode()
        assert reporter.email not in shown
    for row in (report, report.case):
        name = row._meta.model_name
        address = f"/admin/moderation/{name}/"
        assert str(row.pk) not in browser.get(address).content.decode()
        assert browser.get(f"{address}{row.pk}/change/").status_code == 302  # to the index
    another = sign_in(with_factor(make_user(site_role="operator")))
    assert reporter.email in another.get("/admin/moderation/report/").content.decode()
