"""Addresses of the library's pages."""

from django.urls import path

from imagestudio.library.views import changes, grid

app_name = "library"
urlpatterns = [
    path("a/<slug:slug>/library/", grid.grid, name="grid"),
    path("a/<slug:slug>/library/months", grid.months_of, name="months"),
    path("a/<slug:slug>/library/picker", grid.picker, name="picker"),
    path("a/<slug:slug>/library/changes", changes.change, name="make_change"),
    path("a/<slug:slug>/changes/", changes.changes, name="changes"),
    path("a/<slug:slug>/changes/<uuid:change_id>", changes.state, name="change"),
    path("a/<slug:slug>/changes/<uuid:change_id>/undo", changes.undo, name="undo"),
]
