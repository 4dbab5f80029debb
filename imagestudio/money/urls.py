"""Addresses of the pages about money."""

from django.urls import path

from imagestudio.money import views

app_name = "money"
urlpatterns = [path("a/<slug:slug>/account/", views.account, name="account")]
