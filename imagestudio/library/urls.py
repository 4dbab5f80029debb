"""Addresses of the library's pages."""

from django.urls import path

from imagestudio.library.views import (
    albums,
    changes,
    explore,
    filtering,
    grid,
    organise,
    picker,
    shared,
    shares,
    similar,
    trash,
)

app_name = "library"
urlpatterns = [
    path("a/<slug:slug>/library/", grid.grid, name="grid"),
    path("a/<slug:slug>/library/facets", filtering.facets_part, name="facets"),
    path("a/<slug:slug>/library/months", grid.months_of, name="months"),
    path("a/<slug:slug>/library/picker", picker.picker, name="picker"),
    path("a/<slug:slug>/images/<uuid:image_id>/similar/", similar.similar, name="similar"),
    path("a/<slug:slug>/library/changes", changes.change, name="make_change"),
    path("a/<slug:slug>/albums/", albums.albums, name="albums"),
    path("a/<slug:slug>/albums/<uuid:album_id>/", albums.album, name="album"),
    path("a/<slug:slug>/trash/", trash.trash, name="trash"),
    path("a/<slug:slug>/images/<uuid:image_id>/organise", organise.organise, name="organise"),
    path("a/<slug:slug>/changes/", changes.changes, name="changes"),
    path("a/<slug:slug>/changes/<uuid:change_id>", changes.state, name="change"),
    path("a/<slug:slug>/changes/<uuid:change_id>/undo", changes.undo, name="undo"),
    path("a/<slug:slug>/shares/", shares.shares, name="shares"),
    path("a/<slug:slug>/shares/<uuid:link_id>/", shares.change, name="change_share"),
    path("a/<slug:slug>/shares/<uuid:link_id>/revoke", shares.revoke, name="revoke_share"),
    path("a/<slug:slug>/images/<uuid:image_id>/share", shares.share_picture, name="share_picture"),
    path("a/<slug:slug>/albums/<uuid:album_id>/share", shares.share_an_album, name="share_album"),
    path("a/<slug:slug>/albums/<uuid:album_id>/<slug:deed>", albums.act, name="album_deed"),
    path("explore/", explore.gallery, name="explore"),
    path("explore/feed.atom", explore.feed, name="explore_feed"),
    path("explore/<uuid:image_id>/", explore.picture, name="exhibit"),
    path("explore/<uuid:image_id>/love", explore.love, name="love"),
    path("explore/<uuid:image_id>/remix", explore.remix, name="remix"),
    path(
        "explore/<uuid:image_id>/renditions/<int:side>",
        explore.rendition,
        name="exhibit_rendition",
    ),
    path("s/<str:secret>/", shared.link, name="shared"),
    path("s/<str:secret>/password", shared.password, name="shared_password"),
    path("s/<str:secret>/images/<uuid:image_id>/", shared.picture, name="shared_picture"),
    path(
        "s/<str:secret>/images/<uuid:image_id>/renditions/<int:side>",
        shared.rendition,
        name="shared_rendition",
    ),
    path(
        "s/<str:secret>/images/<uuid:image_id>/original",
        shared.original,
        name="shared_original",
    ),
]
