"""The rows and the callers with which every cell of the table is tried."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, ClientHandler, encode_multipart
from django.utils import timezone

from generations.models import Preset, SourceSet, State
from generations.services import kept
from imagestudio.accounts.models import Membership, Role, Scope, SiteRole, User
from imagestudio.accounts.services.invitations import NewInvitation, invite
from imagestudio.accounts.services.tokens import create_token
from imagestudio.library.models import Album, Change, ShareLink
from imagestudio.library.selection import Selection
from imagestudio.library.services import publishing
from imagestudio.library.services.albums import remove_album
from imagestudio.library.services.changes import Wanted, make_change
from imagestudio.library.services.shares import NewLink, share_image
from imagestudio.moderation.models import BulkDeed, Case
from imagestudio.moderation.policies import Action
from imagestudio.moderation.services import bulk
from imagestudio.moderation.services.banning import ban_picture
from imagestudio.moderation.services.bulk import Chosen
from imagestudio.moderation.services.cases import picture
from imagestudio.moderation.services.deciding import Verdict, decide
from imagestudio.money.services import ask_for_budget, set_budget
from tests.factories import (
    NUMBER,
    PASSWORD,
    Cast,
    bearer,
    make_case,
    make_cast,
    make_decision,
    make_generation,
    make_image,
    make_limit,
    make_look,
    make_plan,
    make_preset,
    make_rule,
    make_source_set,
    make_user,
    paint,
    sign_in,
)
from tests.integration.isolation.table import SAFE, Row

MARK = "MARKED-AS-PRIVATE"  # stands in every text of the team's rows
PLENTY = 10**12  # micro-dollars: a limit that stops nobody, and that can be asked about
PICTURE = "@picture"  # in a form: a painted file
INSIDERS = {*Role, *(f"token {scope.value}" for scope in Scope)}
CALLERS = (
    "anon",
    *(role.value for role in Role),
    "suspended",
    "stranger",  # of another account, asks in the team's
    "neighbour",  # the same person, asks in their own account for what is the team's
    *(rank.value for rank in SiteRole if rank != SiteRole.NONE),
    *(f"token {scope.value}" for scope in Scope),
    "foreign token",  # of another account, with every scope
)


@dataclass(frozen=True)
class Answer:
    """What somebody got."""

    status: int
    content: bytes

    @property
    def is_marked(self) -> bool:
        """Say whether something of the team's private rows is in it."""
        return MARK.encode() in self.content


def content_of(answer: HttpResponse | StreamingHttpResponse) -> bytes:
    """Return a body; nothing of a stream that never ends."""
    if not answer.streaming:
        return answer.content
    return b"" if answer.is_async else b"".join(answer)


def session_of(user: User) -> str:
    """Return the key of a new session in which this user has just given their password.

    Staff have given their second factor, too.
    """
    request = HttpRequest()
    request.session = sign_in(user).session
    record_authentication(request, user, "password", reauthenticated=True)
    request.session.save()
    return request.session.session_key


@dataclass
class Stage:
    """A team whose rows are marked, and everybody who may ask for them."""

    cast: Cast = field(default_factory=make_cast)
    things: dict[str, str] = field(default_factory=dict)
    image_in_album: object = None  # the one that `make_change` made last
    looked_at: object = None  # the picture of the library that `make_look` looks into

    def __post_init__(self) -> None:
        self.now = timezone.now()
        self.makers: dict[str, Callable[[], object]] = {
            "new": lambda: next(NUMBER),  # for names of which there may be one of each
            "image": self.make_image,
            "other": self.make_image,
            "beside": self.make_image,
            "preset": self.make_preset,
            "removed_preset": self.make_removed_preset,
            "source_set": self.make_source_set,
            "removed_source_set": self.make_removed_source_set,
            "queued": lambda: self.make_generation(State.QUEUED),
            "failed": lambda: self.make_generation(State.FAILED),
            "token": self.make_token,
            "member": lambda: self.cast.user(Role.CREATOR).pk,
            "second member": self.make_member,
            "asked": self.make_request,
            "invitation": lambda: self.make_invitation().invitation.pk,
            "invitation secret": lambda: self.make_invitation().secret,
            "public": self.make_public,
            "waiting": lambda: self.make_public(is_approved=False, title=MARK),
            "share": lambda: self.make_link().link.pk,
            "live": lambda: self.make_link().secret,
            "locked": lambda: self.make_link(password=PASSWORD).secret,
            "revoked": lambda: self.make_link(revoked_at=self.now).secret,
            "expired": lambda: self.make_link(expires_at=self.now).secret,
            "change": lambda: self.make_change().pk,
            "trashed": self.make_trashed,
            "album": lambda: self.make_change().album_id,
            "image in album": lambda: self.image_in_album,
            "removed album": self.make_removed_album,
            "tag": self.make_tag,
            "decision": self.make_decision,
            "case": lambda: self.make_case().pk,
            "made decision": self.make_fresh_decision,
            "draft": lambda: self.make_draft().pk,
            "bulk deed": self.make_bulk_deed,
            "ban": self.make_ban,
            "hold": self.make_hold,
            "limit": lambda: make_limit(self.cast).pk,
            "look": self.make_look,
            "looked at": lambda: self.looked_at,
            "looked": lambda: make_user("looked").personal_account.slug,
            "rule": lambda: make_rule(self.cast).pk,
            "plan": lambda: make_plan(self.cast).pk,
            "simulated plan": lambda: make_plan(self.cast, is_simulated=True).pk,
            "tried rule": lambda: make_rule(self.cast, is_tried=True).pk,
        }
        for account in (self.cast.team, self.cast.others):
            set_budget(account=account, limit=PLENTY)
        membership = self.cast.membership(Role.CREATOR)
        self.tokens = {f"token {scope.value}": bearer(membership, scope) for scope in Scope}
        self.tokens["foreign token"] = bearer(self.cast.membership_of_stranger(), *Scope)
        self.sessions = {name: session_of(user) for name, user in self.cast.people.items()}
        self.sessions["neighbour"] = session_of(self.cast.user("stranger"))
        # Two for all clients: each would build all middleware anew.
        self.handlers = {checks: ClientHandler(enforce_csrf_checks=checks) for checks in (0, 1)}

    def make_image(self) -> object:
        return make_image(self.cast.team, self.cast.user(Role.OWNER), title=MARK).pk

    def make_image_of_neighbour(self) -> object:
        return make_image(self.cast.others, self.cast.user("stranger")).pk

    def make_public(self, *, is_approved: bool = True, title: str = "Fox") -> object:
        """Return a picture that is public, with its title, or that asks to be, with its prompt."""
        user = self.cast.user(Role.CREATOR)
        image = make_image(self.cast.team, user, title=title, prompt="A red fox")
        publishing.publish(
            image=image, user=user, shows_prompt=True, name="", is_approved=is_approved
        )
        return image.pk

    def make_generation(self, state: State) -> object:
        membership = self.cast.membership(Role.CREATOR)
        return make_generation(membership, state=state, prompt=MARK).pk

    def make_preset(self) -> object:
        return make_preset(self.cast.membership(Role.CREATOR), prompt=MARK).pk

    def make_removed_preset(self) -> object:
        key = self.make_preset()
        kept.remove(Preset, membership=self.cast.membership(Role.CREATOR), key=key)
        return key

    def make_source_set(self) -> object:
        member = self.cast.membership(Role.CREATOR)
        return make_source_set(member, make_image(self.cast.team, member.user, title=MARK)).pk

    def make_removed_source_set(self) -> object:
        key = self.make_source_set()
        kept.remove(SourceSet, membership=self.cast.membership(Role.CREATOR), key=key)
        return key

    def make_token(self) -> object:
        membership = self.cast.membership(Role.CREATOR)
        return create_token(membership=membership, name=MARK, scopes=["generate"]).token.pk

    def make_member(self) -> object:
        user = make_user(MARK)
        Membership.objects.create(account=self.cast.team, user=user, role=Role.CREATOR)
        return user.pk

    def make_invitation(self) -> NewInvitation:
        return invite(membership=self.cast.membership(Role.OWNER), role=Role.VIEWER)

    def make_album(self) -> object:
        return Album.objects.create(
            account=self.cast.team, name=MARK, made_by=self.cast.user(Role.OWNER)
        ).pk

    def make_link(self, password: str = "", **columns: Any) -> NewLink:
        """Return a link to `image`; opened just now, which is noted once in some minutes."""
        new = share_image(
            membership=self.cast.membership(Role.CREATOR),
            image_id=UUID(self.filled("{image}")),
            terms={"password": password, "allows_download": True},
        )
        ShareLink.objects.filter(pk=new.link.pk).update(seen_at=self.now, **columns)
        return new

    def make_request(self) -> object:
        membership = self.cast.membership(Role.CREATOR)
        set_budget(account=self.cast.team, member=membership.user, limit=PLENTY // 2)
        return ask_for_budget(membership=membership, note=MARK).pk

    def changed(self, kind: Change.Kind, **wanted: str) -> Change:
        image = make_image(self.cast.team, self.cast.user(Role.OWNER), title=MARK)
        self.image_in_album = image.pk
        return make_change(
            membership=self.cast.membership(Role.CREATOR),
            wanted=Wanted(kind, **wanted),
            selection=Selection.of_ids([image.pk]),
        )

    def make_change(self) -> Change:
        return self.changed(Change.Kind.ADD_TO_ALBUM, new_album=MARK)

    def make_trashed(self) -> object:
        self.changed(Change.Kind.TRASH)
        return self.image_in_album

    def make_removed_album(self) -> object:
        album_id = self.make_change().album_id
        remove_album(membership=self.cast.membership(Role.CREATOR), album_id=album_id)
        return album_id

    def make_tag(self) -> object:
        return self.changed(Change.Kind.TAG, tag=MARK).tag_id

    def make_decision(self) -> object:
        """Return a decision about the creator."""
        image = make_image(self.cast.team, self.cast.user(Role.CREATOR), title=MARK)
        return make_decision(picture(image), self.cast.user("moderator")).pk

    def make_case(self) -> Case:
        """Return a case about a picture that is not marked: moderators may see what it shows."""
        image = make_image(self.cast.team, self.cast.user(Role.OWNER), title="Reported")
        return make_case(image, self.cast.user("stranger"))

    def decided(self, action: Action) -> Case:
        case = self.make_case()
        decide(
            moderator=self.cast.user(SiteRole.MODERATOR),
            case_id=case.pk,
            version=case.version,
            verdict=Verdict(action, reason="hate", facts="A raised fist."),
        )
        return case

    def make_fresh_decision(self) -> object:
        return self.decided(Action.HIDE).decisions.get().pk

    def make_draft(self) -> BulkDeed:
        """Return what the moderator tried and has not done."""
        case, moderator = self.make_case(), self.cast.user(SiteRole.MODERATOR)
        chosen = Chosen(BulkDeed.Choice.TICKED, ticked={case.pk: case.version})
        deed = bulk.choose(moderator=moderator, chosen=chosen)
        verdict = Verdict(Action.KEEP)
        bulk.try_out(moderator=moderator, deed_id=deed.pk, verdict=verdict)
        return deed

    def make_bulk_deed(self) -> object:
        """Return what the moderator has just done."""
        deed = self.make_draft()
        bulk.begin(moderator=deed.actor, deed_id=deed.pk, action=Action.KEEP)
        return deed.pk

    def make_ban(self) -> object:
        case = self.decided(Action.REMOVE)
        [ban] = ban_picture(moderator=self.cast.user(SiteRole.MODERATOR), case_id=case.pk)
        return ban.pk

    def make_hold(self) -> object:
        """Return the hold on a picture that a senior moderator has quarantined."""
        case = self.make_case()
        decide(
            moderator=self.cast.user(SiteRole.SENIOR_MODERATOR),
            case_id=case.pk,
            version=case.version,
            verdict=Verdict(Action.QUARANTINE, reason="child_safety", facts="A child."),
        )
        return case.holds.get().pk

    def make_look(self) -> object:
        """Return a look of the senior moderator into a library in which nothing is marked."""
        user = make_user("looked")
        self.looked_at = make_image(user.personal_account, user, title="Private").pk
        return make_look(self.cast.user(SiteRole.SENIOR_MODERATOR), user.personal_account).pk

    def ask(self, row: Row, caller: str, *, checks_csrf: bool = False) -> Answer:
        """Try one cell and return the answer; what was changed by it is taken back."""
        address, body = self.address(row.address, caller), self.body(row)
        with transaction.atomic():
            browser = self.client(caller, checks_csrf=checks_csrf)
            answer = browser.generic(row.method, address, **body)
            found = Answer(answer.status_code, content_of(answer))
            transaction.set_rollback(row.method != SAFE)
        return found

    def client(self, caller: str, *, checks_csrf: bool = False) -> Client:
        """Return the browser or program of a caller, each at an address of its own."""
        address = f"203.0.113.{CALLERS.index(caller)}"
        browser = Client(headers=self.tokens.get(caller), REMOTE_ADDR=address)
        browser.handler = self.handlers[checks_csrf]
        if caller in self.sessions:
            browser.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[caller]
        return browser

    def body(self, row: Row) -> dict[str, Any]:
        """Return what is sent, for a test client."""
        if row.json is not None:
            text = self.filled(json.dumps(row.json))
            return {"data": text, "content_type": "application/json"}
        if row.form is None:
            return {}
        values = {
            name: SimpleUploadedFile("a.png", paint()) if value == PICTURE else self.filled(value)
            for name, value in row.form.items()
        }
        return {"data": encode_multipart(BOUNDARY, values), "content_type": MULTIPART_CONTENT}

    def address(self, template: str, caller: str) -> str:
        """Return where a caller asks."""
        slug = self.cast.others.slug if caller == "neighbour" else self.cast.team.slug
        address = self.filled(template).replace("{slug}", slug)
        if not template.startswith("/api/v1/") or caller in self.tokens:
            return address
        return f"{address}{'&' if '?' in address else '?'}account={slug}"

    def filled(self, template: str) -> str:
        """Return a text with the ids of the team's things in place of their names."""
        for name, make in self.makers.items():
            if f"{{{name}}}" in template:
                if name not in self.things:
                    self.things[name] = str(make())
                template = template.replace(f"{{{name}}}", self.things[name])
        return template
