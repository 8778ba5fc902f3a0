"""What Ansible makes of inventories: takes a path on each line of stdin, gives a line of JSON for each.

{"hosts": {NAME: {"vars": {...}, "groups": [...]}}}, or {"error": true} where Ansible refuses the file.
"""

import json
import os
import sys

os.environ["ANSIBLE_INVENTORY_ENABLED"] = "script,yaml,ini"
os.environ["ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED"] = "true"
os.environ["ANSIBLE_HOME"] = os.environ["HOME"] + "/.ansible"

from ansible.inventory.manager import InventoryManager
from ansible.parsing.dataloader import DataLoader
from ansible.inventory.helpers import get_group_vars
from ansible.utils.vars import combine_vars

COUNTED = ("ansible_host", "ansible_port", "ansible_user", "ansible_ssh_host", "ansible_ssh_port", "ansible_ssh_user",
           "ansible_private_key_file", "ansible_ssh_private_key_file", "ansible_connection")


def told(value):
    return None if value is None else str(value)


def inventory(path):
    manager = InventoryManager(loader=DataLoader(), sources=[path])
    hosts = {}
    for host in manager.get_hosts():
        values = combine_vars(get_group_vars(host.get_groups()), host.vars)
        groups = sorted(group.name for group in host.get_groups() if group.name not in ("all", "ungrouped"))
        values = {name: told(values[name]) for name in COUNTED if name in values}
        hosts[host.name] = {"vars": values, "groups": groups}
    return {"hosts": hosts}


for line in sys.stdin:
    try:
        answer = inventory(line.rstrip("\n"))
    except Exception:
        answer = {"error": True}
    print(json.dumps(answer), flush=True)
