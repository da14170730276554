"""The demo: two sandboxes, Baton, and a day of leads; judged by the sandboxes' own stores."""

from app.demo.bench import bench as measure
from app.demo.capacity import capacity
from app.demo.children import DemoFailed
from app.demo.load import LOADS
from app.demo.run import Options, run

__all__ = ["LOADS", "DemoFailed", "Options", "capacity", "measure", "run"]
