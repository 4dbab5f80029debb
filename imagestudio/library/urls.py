"""Addresses of the library's pages."""

from django.urls import path

from imagestudio.library.views import grid

app_name = "library"
urlpatterns = [
    path("a/<slug:slug>/library/", grid.grid, name="grid"),
    path("a/<slug:slug>/library/picker", grid.picker, name="picker"),
]
