"""`python -m imagestudio.supervisor`: run the studio until Ctrl-C."""

import asyncio
import os
import sys

from imagestudio.embedded import EmbeddedError, data_folder
from imagestudio.supervisor.address import address_from
from imagestudio.supervisor.console import SupervisorError
from imagestudio.supervisor.plan import plan_from
from imagestudio.supervisor.studio import run


def main() -> None:
    """Run the studio that the environment describes."""
    data = data_folder()
    try:
        address = address_from(os.environ)
        asyncio.run(
            run(
                data=data,
                address=address,
                plan=lambda: plan_from(os.environ, data=data, address=address),
            )
        )
    except (SupervisorError, EmbeddedError) as error:
        sys.exit(str(error))
    except KeyboardInterrupt:  # before anything was started
        sys.exit(130)


if __name__ == "__main__":
    main()
