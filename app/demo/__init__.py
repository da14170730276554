"""The demo: two sandboxes, Baton, and a day of leads; judged by the sandboxes' own stores."""

from app.demo.bench import bench as measure
from app.demo.children import DemoFailed
from app.demo.run import Options, run

__all__ = ["DemoFailed", "Options", "measure", "run"]
