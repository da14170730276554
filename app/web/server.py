"""The web application: webhooks, API, health, and the pages for people."""

from importlib.metadata import version

from fastapi import FastAPI

from app.web import answering, api, embed, health, problems, ui, webhooks
from app.web.parts import Parts
from app.web.shell import Shell

ABOUT = """
Baton joins marketing automation and the SFA.

Sign in with an API key: `Authorization: Bearer baton_…`. Every operation names the least role
that may use it in `x-role`: `viewer` reads, `operator` also pauses, resumes and retries, `admin`
also configures. Errors are `application/problem+json` (RFC 9457). Lists are paged: follow `next`.
"""


def create_app(parts: Parts) -> FastAPI:
    """The application of one process. Starts nothing: serve it with any ASGI server."""
    app = FastAPI(
        title="Baton",
        summary="Middleware between marketing automation and the SFA",
        description=ABOUT,
        version=version("baton"),
        docs_url=None,  # it would load its scripts from a CDN; the API has a page of its own
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        openapi_tags=api.TAGS,
    )
    problems.install(app)
    app.include_router(webhooks.router(parts))
    app.include_router(embed.router(parts), include_in_schema=False)
    app.include_router(answering.router(parts), include_in_schema=False)
    app.include_router(health.router(parts))
    api.install(app, parts)
    ui.mount(app, parts)
    https = parts.settings.public_url.startswith("https:")
    app.add_middleware(Shell, https=https)
    return app
