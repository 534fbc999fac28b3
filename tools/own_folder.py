"""Pytest plugin: the kernel of each notebook works as when it is stored.

It works in an empty folder. nbval starts it beside the notebook, where lessons that run side by
side would read each other's ``models/cnn.onnx``. And it does not know that it is tested.
"""

import tempfile

import nbval.plugin
import pytest

from tools.run import TESTED


class KernelInOwnFolder(nbval.plugin.RunningKernel):
    """Kernel in a folder that is there as long as it runs."""

    def __init__(self, kernel_name: str, cwd: str = "", startup_timeout: int = 60):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        with pytest.MonkeyPatch.context() as patch:
            patch.delenv(TESTED, raising=False)
            super().__init__(kernel_name, self.folder.name, startup_timeout)

    def stop(self) -> None:
        """Stop the kernel, and leave nothing of what it wrote."""
        super().stop()
        self.folder.cleanup()


nbval.plugin.RunningKernel = KernelInOwnFolder
