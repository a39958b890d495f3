"""Kernels that run on the current interpreter, forked where the platform allows it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from retention_research.reporting import kernel_errors

FORKS = sys.platform.startswith("linux")
NAME = "python3"
_OPTIONS = (
    "--HistoryManager.enabled=False",
    f"--IPKernelApp.extra_extensions={kernel_errors.NAME}",
)


class _OwnInterpreter(KernelSpecManager):
    """Answers every kernel name with the interpreter that is running."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        launcher = ["-m", "ipykernel_launcher", "-f", "{connection_file}"]
        argv = [sys.executable, *launcher, *_OPTIONS]
        return KernelSpec(argv=argv, language="python", display_name=kernel_name)


@dataclass(frozen=True, slots=True)
class _Handle:
    """A forked process with the methods that a provisioner calls on a Popen."""

    child: BaseProcess
    stdin: None = None
    stdout: None = None
    stderr: None = None

    def poll(self) -> int | None:
        return self.child.exitcode

    def wait(self) -> int | None:
        self.child.join()
        return self.child.exitcode

    def send_signal(self, signum: int) -> None:
        os.kill(self.child.pid or 0, signum)

    def kill(self) -> None:
        self.child.kill()

    def terminate(self) -> None:
        self.child.terminate()


class _ForkedKernel(LocalProvisioner):
    """Starts the kernel as a fork of this process, which has the heavy libraries loaded."""

    process: Any = None

    async def launch_kernel(self, cmd: list[str], **_: Any) -> Any:
        connection = cmd[cmd.index("-f") + 1]
        child = get_context("fork").Process(target=_serve, args=(connection, os.getpid()))
        child.start()
        self.process, self.pid, self.pgid = _Handle(child), child.pid, None
        return self.connection_info


def own_kernel(folder: Path) -> AsyncKernelManager:
    """A manager for one kernel on this interpreter, talking over sockets inside `folder`.

    Args:
        folder: private and short-lived, with a short path (sockets allow about 100 characters).
    """
    manager = AsyncKernelManager(
        kernel_name=NAME,
        kernel_spec_manager=_OwnInterpreter(),
        connection_file=str(folder / "kernel.json"),
        transport="ipc" if FORKS else "tcp",
    )
    if FORKS:
        manager.provisioner = _ForkedKernel(kernel_spec=manager.kernel_spec, parent=manager)
    return manager


def _serve(connection: str, parent: int) -> None:
    from ipykernel.kernelapp import IPKernelApp

    silence((1, 2))
    asyncio.set_event_loop(asyncio.new_event_loop())
    options = [f"--IPKernelApp.parent_handle={parent}", *_OPTIONS]
    try:
        IPKernelApp.launch_instance(["-f", connection, *options])
    finally:
        os._exit(0)  # threads that the fork inherited in name only would be waited for


def silence(descriptors: Sequence[int]) -> None:
    """Send what this process writes to these file descriptors nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for descriptor in descriptors:
        os.dup2(nowhere, descriptor)
