"""The demo: two sandboxes, Baton, and a day of leads; judged by the sandboxes' own stores."""

from app.demo.activity_bench import activity_bench
from app.demo.bench import bench as measure
from app.demo.capacity import capacity
from app.demo.children import DemoFailed
from app.demo.load import LOADS
from app.demo.panel_bench import panel_bench
from app.demo.run import Options, run
from app.demo.scoring_bench import scoring_bench
from app.demo.sync_bench import costs, sync_bench
from app.demo.timeline_bench import timeline_bench

__all__ = [
    "LOADS",
    "DemoFailed",
    "Options",
    "activity_bench",
    "capacity",
    "costs",
    "measure",
    "panel_bench",
    "run",
    "scoring_bench",
    "sync_bench",
    "timeline_bench",
]
