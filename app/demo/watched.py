"""What a process takes of this machine."""

import psutil


class Watched:
    """A process since the beginning: resident memory in bytes (`before`, now, `highest`)."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._began_s = self._cpu_s()
        self.before = self.highest = self.rss = int(process.memory_info().rss)

    def look(self) -> None:
        """Take note of its memory."""
        self.rss = int(self._process.memory_info().rss)
        self.highest = max(self.highest, self.rss)

    def cpu_s(self) -> float:
        """User and system time since the beginning."""
        return self._cpu_s() - self._began_s

    def _cpu_s(self) -> float:
        times = self._process.cpu_times()
        return float(times.user + times.system)
