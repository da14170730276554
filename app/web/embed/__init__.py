"""The panel inside the CRM: one person's history, as the CRM vouches for who looks at whom."""

from app.web.embed.routes import router

__all__ = ["router"]
