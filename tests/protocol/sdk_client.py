"""The official Python SDK as a client of the server in argv[1], in the era in argv[2].

Prints one line when everything held; a traceback and a non-zero exit otherwise.
"""

import asyncio
import os
import sys

from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError

TOOLS = [
    "ssh_ping", "ssh_list_hosts", "ssh_describe_host", "ssh_plan", "ssh_run", "ssh_run_on_tag",
    "ssh_cancel", "ssh_reload_config", "ssh_run_async", "ssh_get_task_status",
    "ssh_get_task_result", "ssh_get_task_output", "ssh_cancel_async_task",
]
CONFIGURATION = ("MCP_SSH_CONFIG_DIR", "MCP_SSH_KEYS_DIR", "MCP_SSH_SECRETS_DIR")


async def converse(server: str, mode: str, version: str) -> None:
    environment = {name: os.environ[name] for name in CONFIGURATION}
    parameters = StdioServerParameters(command=server, env=environment)
    async with Client(parameters, mode=mode, read_timeout_seconds=20) as client:
        assert client.protocol_version == version, client.protocol_version
        if mode != version:  # a pinned version sends no probe, so it hears no instructions
            assert "ssh_plan" in client.instructions, client.instructions
        if mode == "legacy":
            await client.send_ping()

        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == TOOLS, tools
        assert all(tool.output_schema["type"] == "object" for tool in tools)
        assert tools[4].annotations.destructive_hint is True

        # The SDK itself checks structured content against the output schema.
        pong = await client.call_tool("ssh_ping", {})
        assert not pong.is_error and pong.structured_content["status"] == "ok", pong
        hosts = await client.call_tool("ssh_list_hosts", {"tag": "front"})
        assert hosts.structured_content["hosts"][0]["alias"] == "web", hosts
        host = await client.call_tool("ssh_describe_host", {"alias": "web"})
        assert host.structured_content["port"] == 22, host
        plan = await client.call_tool("ssh_plan", {"alias": "web", "command": "uptime"})
        assert plan.structured_content["decision"] == "allow", plan
        plan = await client.call_tool("ssh_plan", {"alias": "web", "command": "reboot"})
        assert plan.structured_content["decision"] == "deny", plan

        refused = await client.call_tool("ssh_run", {"alias": "web", "comand": "uptime"})
        assert refused.is_error and "did you mean `command`?" in refused.content[0].text, refused
        denied = await client.call_tool("ssh_run", {"alias": "web", "command": "reboot"})
        assert denied.is_error and '"denied"' in denied.content[0].text, denied
        heard = []

        async def hear(progress: float, total: float | None, message: str | None) -> None:
            heard.append((progress, total, message))

        fleet = {"tag": "front", "command": "reboot"}
        fan_out = await client.call_tool("ssh_run_on_tag", fleet, progress_callback=hear)
        assert fan_out.structured_content["summary"]["denied"] == 1, fan_out
        assert heard and heard[0][:2] == (0, 1) and "task_id" in heard[0][2], heard
        denied = await client.call_tool("ssh_run_async", {"alias": "web", "command": "reboot"})
        assert denied.is_error and '"denied"' in denied.content[0].text, denied
        unknown = await client.call_tool("ssh_get_task_result", {"task_id": "0" * 32})
        assert unknown.is_error and "ssh_run_async" in unknown.content[0].text, unknown
        try:
            await client.call_tool("ssh_pong", {})
            raise AssertionError("an unknown tool was called")
        except MCPError as error:
            assert error.code == -32602, error
    print(f"{mode} {version}: all held")


asyncio.run(converse(*sys.argv[1:4]))
