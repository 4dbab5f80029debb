"""What programs can ask for: pictures to be made, and pictures with how they were made."""

from generations.api.downloads import router as downloads_router
from generations.api.generations import router as generations_router

__all__ = ["downloads_router", "generations_router"]
