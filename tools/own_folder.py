"""Pytest plugin: the kernel of each notebook works in an empty folder, as when it is stored.

nbval starts it beside the notebook. There, lessons that run side by side would read each other's
``models/cnn.onnx``.
"""

import tempfile

import nbval.plugin


class KernelInOwnFolder(nbval.plugin.RunningKernel):
    """Kernel in a folder that is there as long as it runs."""

    def __init__(self, kernel_name: str, cwd: str = "", startup_timeout: int = 60):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        super().__init__(kernel_name, self.folder.name, startup_timeout)

    def stop(self) -> None:
        """Stop the kernel, and leave nothing of what it wrote."""
        super().stop()
        self.folder.cleanup()


nbval.plugin.RunningKernel = KernelInOwnFolder
