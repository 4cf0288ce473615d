"""``python -m web.commands`` is ``kezhi``."""

from web.commands import main

main(prog_name="kezhi")
