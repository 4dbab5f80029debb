"""Static files under names that carry a hash of what is in them, so that browsers keep them."""

from django.contrib.staticfiles.storage import ManifestStaticFilesStorage

IMPORT = r"""(?P<matched>(?P<before>\bfrom |\bimport |\bimport\()"(?P<url>\.{1,2}/[^"]+)")"""


class HashedStorage(ManifestStaticFilesStorage):
    """Rewrites the imports between our own JavaScript modules too: they change together.

    Modules of others are left as they are: what looks like an import there may be none.
    """

    patterns = (
        *ManifestStaticFilesStorage.patterns,
        ("js/*.js", ((IMPORT, '%(before)s"%(url)s"'),)),
    )
