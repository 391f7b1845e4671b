"""A scripted server on loopback, and models behind it."""

from tests.agent.llm.conftest import bench, server

__all__ = ["bench", "server"]
