"""What programs can ask for: pictures to be made, and what is kept to begin with."""

from generations.api.downloads import router as downloads_router
from generations.api.generations import router as generations_router
from generations.api.presets import router as presets_router
from generations.api.source_sets import router as source_sets_router

# In the order in which the description of the API has them.
routers = (generations_router, presets_router, source_sets_router, downloads_router)

__all__ = ["routers"]
