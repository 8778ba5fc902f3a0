"""Validates messages against the official schemas of MCP.

argv[1] is the folder of `<revision>.json` files. Each line of stdin is a JSON array: a
revision, the name of a definition, and the message. A revision of "schema" means that the
second item is itself a schema. Prints each fault; exits 1 when there is any.
"""

import json
import pathlib
import sys

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

folder = pathlib.Path(sys.argv[1])
schemas = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
faults = checked = 0
for line in sys.stdin:
    revision, definition, message = json.loads(line)
    if revision == "schema":
        schema = definition
        Draft202012Validator.check_schema(schema)
        validator = Draft202012Validator(schema)
    else:
        schema = schemas[revision]
        section = "$defs" if "$defs" in schema else "definitions"
        target = {**schema, "$ref": f"#/{section}/{definition}"}
        target.pop("anyOf", None)
        validator = validator_for(schema)(target)
    checked += 1
    for error in validator.iter_errors(message):
        faults += 1
        print(f"{revision} {definition}: {error.message} in {json.dumps(message)[:300]}")
print(f"{checked} messages, {faults} faults")
sys.exit(1 if faults else 0)
