"""Addresses of moderation's pages."""

from django.urls import URLPattern

app_name = "moderation"
urlpatterns: list[URLPattern] = []
