"""The official Python SDK as a client: argv is the mode (legacy, auto, or a version) and the server.

Prints one JSON line for each fact, [name, value]; tests/protocol/conversation.rs knows what they
have to be.
"""

import json
import os
import re
import sys
from functools import partial

import anyio
from mcp import Client, StdioServerParameters
from mcp.shared.exceptions import MCPError
from mcp.types import ElicitResult, ResourceListChangedNotification, ResourceTemplateReference


def fact(name, value):
    print(json.dumps([name, value]), flush=True)


async def runs():
    """A line on stdin says that the command in question runs on the host."""
    await anyio.to_thread.run_sync(sys.stdin.readline)


async def approve(_context, params):
    """What the client answers when the server asks its user."""
    asked = params.requested_schema["properties"].items()
    # The first choice is to refuse.
    content = {name: schema.get("enum", [False, True])[1] for name, schema in asked}
    return ElicitResult(action="accept", content=content)


def outcome(result):
    """How a run ended, in the words of its result."""
    told = result.structured_content or json.loads(result.content[0].text)
    return told["status"] if result.is_error else [told["exit_code"], told["output"]]


async def code(promise):
    try:
        await promise
        return "no error"
    except MCPError as error:
        return error.code


async def content(promise):
    return (await promise).structured_content


async def converse(client):
    fact("version", client.protocol_version)
    fact("instructions", "ssh_plan" in (client.instructions or ""))
    offered = client.server_capabilities
    fact("capabilities", sorted(offered.model_dump(exclude_none=True)))
    tools = (await client.list_tools()).tools
    fact("tools", [tool.name for tool in tools])
    fact("output schemas", all(tool.output_schema["type"] == "object" for tool in tools))
    fact("destructive", next(tool for tool in tools if tool.name == "ssh_run").annotations.destructive_hint)

    call = client.call_tool
    await judgements(call)
    await runs_on_hosts(call)
    await task(call)
    await cancellations(call)
    fact("unknown tool", await code(call("ssh_pong", {})))
    if offered.resources:
        await resources(client)
    if offered.prompts:
        await prompts(client)
    if offered.completions:
        await completions(client)
    if offered.resources and offered.resources.list_changed:
        await changes(client)
    fact("asked", outcome(await call("ssh_run", {"alias": "box", "command": "echo asked"})))


async def judgements(call):
    fact("ping", (await content(call("ssh_ping", {})))["status"])
    hosts = await content(call("ssh_list_hosts", {"tag": "lab"}))
    fact("hosts", [host["alias"] for host in hosts["hosts"]])
    for command in ["echo hi", "reboot"]:
        plan = await content(call("ssh_plan", {"alias": "box", "command": command}))
        fact(f"plan {command}", plan["decision"])
    misspelt = await call("ssh_run", {"alias": "box", "comand": "x"})
    fact("misspelt", misspelt.is_error and "did you mean `command`?" in misspelt.content[0].text)


async def runs_on_hosts(call):
    for command in ["echo hi", "reboot"]:
        fact(f"run {command}", outcome(await call("ssh_run", {"alias": "box", "command": command})))
    elsewhere = await call("ssh_run", {"alias": "bax", "command": "echo hi"})
    fact("run elsewhere", elsewhere.is_error and "`bax`" in elsewhere.content[0].text)
    heard = []

    async def hear(progress, total, message):
        heard.append([int(progress), total and int(total), "task_id" in message])

    fleet = {"tag": "lab", "command": "echo hi"}
    fan_out = await content(call("ssh_run_on_tag", fleet, progress_callback=hear))
    fact("run on tag", [[result["alias"], result["status"], result["output"]] for result in fan_out["results"]])
    fact("progress", heard[0])


async def task(call):
    command = "sh -c 'echo one; echo two; exit 3'"
    begun = await content(call("ssh_run_async", {"alias": "box", "command": command}))
    of = {"task_id": begun["task_id"]}
    status = begun["status"]
    while status in ("pending", "running"):
        await anyio.sleep(0.02)
        status = (await content(call("ssh_get_task_status", of)))["status"]
    lines = (await content(call("ssh_get_task_output", of)))["output_lines"]
    result = await content(call("ssh_get_task_result", of))
    fact("task", [begun["status"], status, lines, result["exit_code"]])


async def cancellations(call):
    """A command is cancelled by a tool, and another by giving its request up."""
    named = anyio.Event()
    task_id = ended = None

    async def hear(_progress, _total, message):
        nonlocal task_id
        if not named.is_set():
            task_id = re.search("[0-9a-f]{32}", message)[0]
            named.set()

    async def first():
        nonlocal ended
        command = f"sleep {os.environ['CANCELLED_SLEEP']}"
        ended = await content(call("ssh_run", {"alias": "box", "command": command}, progress_callback=hear))

    async with anyio.create_task_group() as both:
        both.start_soon(first)
        await named.wait()
        await runs()
        fact("cancel", (await content(call("ssh_cancel", {"task_id": task_id})))["cancelled"])
    fact("cancelled", ended["cancelled"])

    command = f"sleep {os.environ['ABORTED_SLEEP']}"
    async with anyio.create_task_group() as group:
        group.start_soon(partial(call, "ssh_run", {"alias": "box", "command": command}))
        await runs()
        group.cancel_scope.cancel()
    fact("aborted", "given up")
    fact("afterwards", (await content(call("ssh_ping", {})))["status"])


async def resources(client):
    listed = (await client.list_resources()).resources
    templates = (await client.list_resource_templates()).resource_templates
    fact("resources", "ssh://hosts" in [str(resource.uri) for resource in listed])
    fact("templates", "ssh://host/{alias}" in [template.uri_template for template in templates])
    read = await client.read_resource("ssh://host/box")
    fact("resource", json.loads(read.contents[0].text)["alias"])
    fact("no resource", await code(client.read_resource("ssh://host/bax")))


async def prompts(client):
    name = "ssh_policy_denied_guidance"
    fact("prompts", name in [prompt.name for prompt in (await client.list_prompts()).prompts])
    prompt = await client.get_prompt(name, {"alias": "box", "command": "reboot"})
    fact("prompt", "reboot" in prompt.messages[0].content.text)


async def completions(client):
    template = ResourceTemplateReference(uri="ssh://host/{alias}")
    completed = await client.complete(template, {"name": "alias", "value": "b"})
    fact("completion", completed.completion.values)


HOSTS_CHANGED = anyio.Event()


async def listen(message):
    if isinstance(message, ResourceListChangedNotification):
        HOSTS_CHANGED.set()


async def changes(client):
    """The operator adds a host."""
    if client.protocol_version == "2026-07-28":
        async with client.listen(resources_list_changed=True) as subscription:
            await reload(client)
            await anext(aiter(subscription))
    else:
        await reload(client)
        await HOSTS_CHANGED.wait()
    fact("changed", True)


async def reload(client):
    folder = json.loads(os.environ["SERVER_ENVIRONMENT"])["MCP_SSH_CONFIG_DIR"]
    with open(f"{folder}/servers.yml", "a") as servers:
        servers.write("- {alias: new, host: 127.0.0.1, credentials: ops}\n")
    fact("reloaded", (await content(client.call_tool("ssh_reload_config", {})))["reloaded"])


async def main(mode, command, *arguments):
    environment = json.loads(os.environ["SERVER_ENVIRONMENT"])
    server = StdioServerParameters(command=command, args=list(arguments), env=environment)
    asked = {"elicitation_callback": approve, "message_handler": listen}
    async with Client(server, mode=mode, read_timeout_seconds=60, **asked) as client:
        await converse(client)


anyio.run(partial(main, *sys.argv[1:]))
