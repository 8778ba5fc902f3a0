"""Checks transcripts of MCP sessions against the official schemas of MCP.

argv[1] is the folder of `<revision>.json` files. Each line of stdin is one session: a JSON array of
["sent" by the client | "received" from the server, line], in order. For each one line is printed:
a JSON array of faults, empty when every line that the server wrote held.
"""

import json
import pathlib
import sys
import traceback

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

SCHEMAS = {path.stem: json.loads(path.read_text()) for path in pathlib.Path(sys.argv[1]).glob("*.json")}
MODERN = "2026-07-28"
LATEST_LEGACY = "2025-11-25"
VERSION = "io.modelcontextprotocol/protocolVersion"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
RESULTS = {
    "initialize": "InitializeResult",
    "ping": "EmptyResult",
    "logging/setLevel": "EmptyResult",
    "resources/subscribe": "EmptyResult",
    "resources/unsubscribe": "EmptyResult",
    "tools/list": "ListToolsResult",
    "tools/call": "CallToolResult",
    "resources/list": "ListResourcesResult",
    "resources/templates/list": "ListResourceTemplatesResult",
    "resources/read": "ReadResourceResult",
    "prompts/list": "ListPromptsResult",
    "prompts/get": "GetPromptResult",
    "completion/complete": "CompleteResult",
    "server/discover": "DiscoverResult",
    "subscriptions/listen": "SubscriptionsListenResult",
}
NOTIFICATIONS = {
    "notifications/progress": "ProgressNotification",
    "notifications/cancelled": "CancelledNotification",
    "notifications/message": "LoggingMessageNotification",
    "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
}
# What an item of a list is, to find members that its revision does not have.
ITEMS = {"tools": "Tool", "resources": "Resource", "resourceTemplates": "ResourceTemplate", "prompts": "Prompt"}
validators = {}
# Most messages of a run are alike: each text is looked at once.
held = set()


def faults_of(revision, definition, value):
    """What the schema of this revision says of a value."""
    text = (revision, definition, json.dumps(value))
    if text in held:
        return []
    schema = SCHEMAS[revision]
    section = "$defs" if "$defs" in schema else "definitions"
    if definition not in schema[section]:
        return [f"{revision} has no {definition}"]
    if (revision, definition) not in validators:
        target = {**schema, "$ref": f"#/{section}/{definition}"}
        target.pop("anyOf", None)
        validators[revision, definition] = validator_for(schema)(target)
    found = [error.message for error in validators[revision, definition].iter_errors(value)]
    found += unknown_members(schema[section], definition, value)
    if not found:
        held.add(text)
    return [f"{revision} {definition}: {fault[:300]}" for fault in found]


def unknown_members(definitions, definition, value):
    """Members of a result, and of what it lists, that this revision does not name: from a later one."""
    if not definition.endswith("Result"):
        return []
    named = definitions[definition]["properties"].keys() if definition != "EmptyResult" else {"_meta", "resultType"}
    found = [f"`{member}` is of another revision" for member in value.keys() - named]
    for member, item in ITEMS.items():
        for listed in value.get(member, []):
            extra = listed.keys() - definitions[item]["properties"].keys()
            found += [f"`{name}` in `{member}` is of another revision" for name in extra]
    return found


def key(identifier):
    """Tells 1 from "1"; none for what cannot be an id."""
    usable = isinstance(identifier, (str, int)) and not isinstance(identifier, bool)
    return json.dumps(identifier) if usable else None


def member(message, name):
    """A member that is an object, or an empty one."""
    value = message.get(name) if isinstance(message, dict) else None
    return value if isinstance(value, dict) else {}


class Request:
    """What the client asked, and in which revision it is answered."""

    def __init__(self, message, revision):
        self.method = message.get("method")
        self.params = member(message, "params")
        self.revision = revision
        self.open = True
        self.cancelled = False
        self.progress = None


class Session:
    def __init__(self):
        self.revision = None  # what `initialize` agreed on
        self.requests = {}
        self.tokens = {}
        self.tools = {}
        self.unanswered = 0  # lines that may have an answer, with an id or without
        self.faults = []

    def sent(self, line):
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            message = None
        fields = message if isinstance(message, dict) else {}
        if "result" in fields or "error" in fields:
            return
        notification = "id" not in fields and isinstance(fields.get("method"), str)
        # What was not UTF-8 has replacement characters here, and an answer.
        if line.strip() and not (notification and fields.get("jsonrpc") == "2.0" and "\ufffd" not in line):
            self.unanswered += 1
        if fields.get("method") == "notifications/cancelled":
            for request in self.requests.get(key(member(fields, "params").get("requestId")), []):
                request.cancelled = True
        identifier = key(fields.get("id"))
        if identifier is None:
            return
        request = Request(message, self.revision or LATEST_LEGACY)
        wanted = member(request.params, "_meta").get(VERSION)
        if wanted is not None:
            request.revision = MODERN
        elif request.method == "initialize" and isinstance(request.params.get("protocolVersion"), str):
            wanted = request.params["protocolVersion"]
            self.revision = wanted if wanted in SCHEMAS and wanted != MODERN else LATEST_LEGACY
            request.revision = self.revision
        self.requests.setdefault(identifier, []).append(request)
        token = key(member(request.params, "_meta").get("progressToken"))
        if token is not None:
            self.tokens[token] = request

    def received(self, line):
        try:
            message = json.loads(line)
        except ValueError:
            self.faults.append("not JSON")
            return
        if not isinstance(message, dict):
            self.faults.append("not an object")
        elif "method" not in message:
            self.response(message)
        elif "id" in message:
            self.request(message)
        else:
            self.notification(message)

    def check(self, revision, definition, value):
        self.faults += faults_of(revision, definition, value)

    def request(self, message):
        if self.revision is None:
            self.faults.append("a request of the server's in a session that was never initialized")
            return
        self.check(self.revision, "JSONRPCRequest", message)
        if message["method"] != "elicitation/create":
            self.faults.append("a request that the server has no need of")
            return
        self.check(self.revision, "ElicitRequest", message)

    def notification(self, message):
        method, params = message["method"], member(message, "params")
        revision = self.revision or MODERN
        if SUBSCRIPTION in member(params, "_meta"):
            revision = MODERN
        if method == "notifications/progress":
            request = self.tokens.get(key(params.get("progressToken")))
            if request is None or not request.open:
                self.faults.append("progress that nobody waits for")
                return
            revision = request.revision
            if request.progress is not None and not params["progress"] > request.progress:
                self.faults.append(f"progress does not rise from {request.progress}")
            request.progress = params["progress"]
        if method not in NOTIFICATIONS:
            self.faults.append("a notification that MCP does not have")
            return
        self.check(revision, "JSONRPCNotification", message)
        self.check(revision, NOTIFICATIONS[method], message)

    def response(self, message):
        self.unanswered -= 1
        if "id" not in message:
            # Older schemas know no error without an id; the specification's text does.
            self.check(LATEST_LEGACY, "JSONRPCErrorResponse", message)
            return
        asked = self.requests.get(key(message["id"]))
        if not asked:
            self.faults.append("an answer that nobody waits for")
            return
        # Of two requests under one id the second is refused; a cancelled one has an answer only
        # when that was under way already.
        waiting = [request for request in asked if not request.cancelled] or asked
        request = waiting[-1 if "error" in message else 0]
        asked.remove(request)
        request.open = False
        old = request.revision < "2025-11-25"
        if "error" in message:
            self.check(request.revision, "JSONRPCError" if old else "JSONRPCErrorResponse", message)
            if message["error"].get("code") == -32022:
                self.check(MODERN, "UnsupportedProtocolVersionError", message)
            if message["error"].get("code") == -32021:
                self.check(MODERN, "MissingRequiredClientCapabilityError", message)
            return
        self.check(request.revision, "JSONRPCResponse" if old else "JSONRPCResultResponse", message)
        self.result(request, message["result"])

    def result(self, request, result):
        if request.method not in RESULTS:
            self.faults.append("a result for a method that MCP does not have")
            return
        modern = request.revision == MODERN
        if modern and result.get("resultType") == "input_required":
            self.check(MODERN, "InputRequiredResult", result)
            return
        self.check(request.revision, RESULTS[request.method], result)
        if request.method == "initialize" and result["protocolVersion"] != request.revision:
            self.faults.append(f"`initialize` did not answer {request.revision}")
        if request.method == "tools/list":
            tools = self.tools.setdefault(request.revision, {})
            tools.update((tool["name"], tool) for tool in result["tools"])
            for tool in result["tools"]:
                for schema in ("inputSchema", "outputSchema"):
                    Draft202012Validator.check_schema(tool.get(schema, True))
        tool = self.tools.get(request.revision, {}).get(request.params.get("name"))
        if request.method == "tools/call" and tool and not result.get("isError"):
            self.tool_result(tool, request.params.get("arguments", {}), result)

    def tool_result(self, tool, arguments, result):
        """A call that went well had arguments, and has content, as the tool's schemas say."""
        for name, schema, value in [
            ("arguments", tool["inputSchema"], arguments),
            ("content", tool.get("outputSchema", True), result.get("structuredContent")),
        ]:
            for error in Draft202012Validator(schema).iter_errors(value):
                self.faults.append(f"{name} of {tool['name']}: {error.message[:300]}")


for line in sys.stdin:
    session = Session()
    for direction, text in json.loads(line):
        known = len(session.faults)
        try:
            getattr(session, direction)(text)
        except Exception:
            # A line so wrong that it cannot be looked at; or a fault of this file.
            session.faults.append(traceback.format_exc(limit=-1))
        new = session.faults[known:]
        session.faults[known:] = [f"{fault} in {text[:300]}" for fault in new]
    # Not before the end: a line that is too long is answered before its own end.
    if session.unanswered < 0:
        session.faults.append("more answers than lines to answer")
    print(json.dumps(session.faults), flush=True)
