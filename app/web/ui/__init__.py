"""The web pages. `mount` puts them under an app, `signin_link` lets somebody in."""

from app.web.ui.desk import signin_link
from app.web.ui.stage import mount

__all__ = ["mount", "signin_link"]
