"""Addresses of the front door and of the pages about an account itself."""

from django.urls import path

from imagestudio.accounts import views

app_name = "accounts"
urlpatterns = [
    path("", views.home, name="home"),
    path("styleguide/", views.styleguide, name="styleguide"),
    path("a/<slug:slug>/tokens/", views.token_list, name="tokens"),
    path("a/<slug:slug>/tokens/<uuid:token_id>/revoke", views.revoke_token, name="revoke_token"),
]
