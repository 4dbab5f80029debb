"""Addresses of the front door and of the pages about an account itself."""

from django.urls import path

from imagestudio.accounts.views import front, invitations, members, teams, tokens

app_name = "accounts"
urlpatterns = [
    path("", front.home, name="home"),
    path("styleguide/", front.styleguide, name="styleguide"),
    path("teams/new/", teams.new_team, name="new_team"),
    path("invitations/", invitations.remembered_invitation, name="remembered_invitation"),
    path("invitations/<str:secret>/", invitations.invitation, name="invitation"),
    path("a/<slug:slug>/name", teams.rename, name="rename"),
    path("a/<slug:slug>/members/", members.member_list, name="members"),
    path("a/<slug:slug>/members/leave", members.leave, name="leave"),
    path("a/<slug:slug>/members/<uuid:user_id>/role", members.change_role, name="change_role"),
    path("a/<slug:slug>/members/<uuid:user_id>/remove", members.remove, name="remove_member"),
    path("a/<slug:slug>/members/invitations", members.invite, name="invite"),
    path(
        "a/<slug:slug>/members/invitations/<uuid:invitation_id>/renew",
        members.renew,
        name="renew_invitation",
    ),
    path(
        "a/<slug:slug>/members/invitations/<uuid:invitation_id>/revoke",
        members.revoke,
        name="revoke_invitation",
    ),
    path("a/<slug:slug>/tokens/", tokens.token_list, name="tokens"),
    path("a/<slug:slug>/tokens/<uuid:token_id>/revoke", tokens.revoke_token, name="revoke_token"),
]
