"""Addresses of the pages of what an account makes."""

from django.urls import path

from generations.views import (
    activity,
    compare,
    composer,
    create,
    deeds,
    downloads,
    lineage,
    operations,
    picture,
    presets,
)

app_name = "generations"

urlpatterns = [
    path("operations/", operations.operations, name="operations"),
    path("a/<slug:slug>/", create.create, name="create"),
    path("a/<slug:slug>/composer/parameters", composer.parameters, name="parameters"),
    path("a/<slug:slug>/composer/price", composer.price, name="price"),
    path("a/<slug:slug>/composer/preview", composer.preview, name="preview"),
    path("a/<slug:slug>/composer/sources", composer.sources, name="sources"),
    path("a/<slug:slug>/composer/prompts", composer.prompts, name="prompts"),
    path("a/<slug:slug>/composer/source-sets", composer.source_sets, name="source_sets"),
    path("a/<slug:slug>/presets/", presets.preset_list, name="presets"),
    path(
        "a/<slug:slug>/presets/<uuid:preset_id>/<slug:deed>",
        presets.act_on_preset,
        name="preset_deed",
    ),
    path("a/<slug:slug>/source-sets/", presets.save_set, name="save_set"),
    path(
        "a/<slug:slug>/source-sets/<uuid:source_set_id>/<slug:deed>",
        presets.act_on_set,
        name="set_deed",
    ),
    path("a/<slug:slug>/images/<uuid:image_id>/", picture.picture, name="picture"),
    path("a/<slug:slug>/exports/", downloads.exports, name="exports"),
    path("a/<slug:slug>/exports/size", downloads.export_size, name="export_size"),
    path("a/<slug:slug>/library/download", downloads.download, name="download"),
    path("a/<slug:slug>/images/<uuid:image_id>/lineage/", lineage.lineage, name="lineage"),
    path("a/<slug:slug>/images/<uuid:image_id>/uses/", lineage.uses, name="uses"),
    path("a/<slug:slug>/compare/", compare.compare, name="compare"),
    path("a/<slug:slug>/activity/", activity.activity, name="activity"),
    path("a/<slug:slug>/work", deeds.work, name="work"),
    path("a/<slug:slug>/outlooks", deeds.outlooks, name="outlooks"),
    path(
        "a/<slug:slug>/generations/<uuid:generation_id>/tile",
        deeds.tile,
        {"shape": "tile"},
        name="tile",
    ),
    path(
        "a/<slug:slug>/generations/<uuid:generation_id>/row",
        deeds.tile,
        {"shape": "row"},
        name="row",
    ),
    path("a/<slug:slug>/generations/<uuid:generation_id>/<slug:deed>", deeds.act, name="deed"),
]
