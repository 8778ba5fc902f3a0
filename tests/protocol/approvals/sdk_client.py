"""The official Python SDK, with a person behind it, as a client of the server in argv[1].

argv[2] is the era, argv[3] a line that makes a file and that the policy asks about. Prints one line
when everything held.
"""

import asyncio
import os
import pathlib
import sys

from mcp import Client, StdioServerParameters
from mcp_types import ElicitResult

CONFIGURATION = ("MCP_SSH_CONFIG_DIR", "MCP_SSH_KEYS_DIR", "MCP_SSH_SECRETS_DIR")


async def converse(server: str, mode: str, line: str) -> None:
    environment = {name: os.environ[name] for name in CONFIGURATION}
    parameters = StdioServerParameters(command=server, env=environment)
    made = pathlib.Path(line.split()[1])
    answers, heard = [], []

    async def person(context, params) -> ElicitResult:
        heard.append(params)
        return answers.pop(0)

    call = {"alias": "box", "command": line}
    async with Client(
        parameters, mode=mode, read_timeout_seconds=20, elicitation_callback=person
    ) as client:
        answers.append(ElicitResult(action="decline"))
        denied = await client.call_tool("ssh_run", call)
        assert denied.is_error and "approval_declined" in denied.content[0].text, denied
        assert not made.exists()
        choices = heard[0].requested_schema["properties"]["decision"]["enum"]
        assert choices == ["refuse", "approve once", "approve for this session"], choices
        assert heard[0].message.endswith(line), heard[0]

        for tool in ("ssh_run", "ssh_run_on_tag"):
            answers.append(ElicitResult(action="accept", content={"decision": choices[1]}))
            target = {"tag": "lab", "command": line} if tool == "ssh_run_on_tag" else call
            done = await client.call_tool(tool, target)
            assert not done.is_error, done
            made.unlink()
        answers.append(ElicitResult(action="accept", content={"decision": choices[2]}))
        for _ in range(2):
            done = await client.call_tool("ssh_run", call)
            assert not done.is_error and done.structured_content["exit_code"] == 0, done
            made.unlink()
        assert len(heard) == 4 and not answers, heard
    print(f"{mode}: all held")


asyncio.run(converse(*sys.argv[1:4]))
