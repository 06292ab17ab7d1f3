"""Ends with 0 while the site here says that it is well: `python docs/deploy/healthy.py http://127.0.0.1:8000/healthz`.

It asks by one of the site's own names, for it answers to no other.
"""

import os
import sys
from urllib.request import Request, urlopen

name = os.environ["ALLOWED_HOSTS"].partition(",")[0].strip()
urlopen(Request(sys.argv[1], headers={"Host": name}), timeout=5).close()  # noqa: S310  # raises where it is not 200
