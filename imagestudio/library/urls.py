"""Addresses of the library's pages."""

from django.urls import path

from imagestudio.library import views

app_name = "library"
urlpatterns = [
    path("a/<slug:slug>/library/", views.grid, name="grid"),
    path("a/<slug:slug>/library/picker", views.picker, name="picker"),
]
