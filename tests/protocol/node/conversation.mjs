// What a client of an official JavaScript SDK hears from the server. Prints one JSON line for each
// fact, [name, value]; tests/protocol/conversation.rs knows what they have to be.
import { execFileSync } from "node:child_process";
import { appendFileSync, chmodSync, mkdtempSync, rmSync, writeFile } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

// A line on stdin says that the command in question runs on the host.
const runs = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { CANCELLED_SLEEP, ABORTED_SLEEP } = process.env;

export function fact(name, value) {
  console.log(JSON.stringify([name, value]));
}

/** What the client answers when the server asks its user: the first choice is to refuse. */
export const approve = async (request) => {
  const asked = Object.entries(request.params.requestedSchema.properties);
  const content = Object.fromEntries(asked.map(([name, schema]) => [name, schema.enum?.[1] ?? true]));
  return { action: "accept", content };
};

/** `client` is connected, `call` calls a tool, `watch` has a change of the hosts told. */
export async function converse(client, version, call, watch) {
  fact("version", version);
  fact("instructions", (client.getInstructions() ?? "").includes("ssh_plan"));
  const offered = client.getServerCapabilities();
  fact("capabilities", Object.keys(offered).sort());
  const { tools } = await client.listTools();
  fact("tools", tools.map((tool) => tool.name));
  fact("output schemas", tools.every((tool) => tool.outputSchema.type === "object"));
  fact("destructive", tools.find((tool) => tool.name === "ssh_run").annotations.destructiveHint);

  await judgements(call);
  await runsOnHosts(call);
  await task(call);
  await cancellations(call);
  fact("unknown tool", await code(call("ssh_pong", {})));
  if (offered.resources) await resources(client);
  if (offered.prompts) await prompts(client);
  if (offered.completions) await completions(client);
  if (offered.resources?.listChanged) await changes(call, watch);
  fact("asked", outcome(await call("ssh_run", { alias: "box", command: "echo asked" })));
}

const content = async (result) => (await result).structuredContent;
const text = async (result) => ((await result).isError ? (await result).content[0].text : "no error");
const code = (promise) => promise.then(() => "no error", (error) => error.code);

/** How a run ended, in the words of its result. */
function outcome(result) {
  const told = result.structuredContent ?? JSON.parse(result.content[0].text);
  return result.isError ? told.status : [told.exit_code, told.output];
}

async function judgements(call) {
  fact("ping", (await content(call("ssh_ping", {}))).status);
  const { hosts } = await content(call("ssh_list_hosts", { tag: "lab" }));
  fact("hosts", hosts.map((host) => host.alias));
  for (const command of ["echo hi", "reboot"]) {
    const plan = await content(call("ssh_plan", { alias: "box", command }));
    fact(`plan ${command}`, plan.decision);
  }
  fact("misspelt", (await text(call("ssh_run", { alias: "box", comand: "x" }))).includes("did you mean `command`?"));
}

async function runsOnHosts(call) {
  for (const [alias, command] of [["box", "echo hi"], ["box", "reboot"]]) {
    fact(`run ${command}`, outcome(await call("ssh_run", { alias, command })));
  }
  fact("run elsewhere", (await text(call("ssh_run", { alias: "bax", command: "echo hi" }))).includes("`bax`"));
  await newsOfARun(call);
}

/** The command ends when its first news is there: a client drops news that it reads together with the answer. */
async function newsOfARun(call) {
  const folder = mkdtempSync(join(tmpdir(), "conversation-"));
  chmodSync(folder, 0o755);
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  let heard;
  const onprogress = (news) => {
    if (!heard) writeFile(pipe, "hi\n", () => {});
    heard ??= news;
  };
  const fleet = { tag: "lab", command: `cat ${pipe}` };
  const fanOut = await content(call("ssh_run_on_tag", fleet, { onprogress }));
  rmSync(folder, { recursive: true });
  fact("run on tag", fanOut.results.map((result) => [result.alias, result.status, result.output]));
  fact("progress", [heard?.progress, heard?.total, heard?.message.includes("task_id")]);
}

async function task(call) {
  const begun = await content(call("ssh_run_async", { alias: "box", command: "sh -c 'echo one; echo two; exit 3'" }));
  const id = { task_id: begun.task_id };
  let status;
  do {
    await new Promise((wake) => setTimeout(wake, 20));
    status = (await content(call("ssh_get_task_status", id))).status;
  } while (status === "pending" || status === "running");
  const output = await content(call("ssh_get_task_output", id));
  const result = await content(call("ssh_get_task_result", id));
  fact("task", [begun.status, status, output.output_lines, result.exit_code]);
}

/** A command is cancelled by a tool, and another by giving its request up. */
async function cancellations(call) {
  const named = Promise.withResolvers();
  const onprogress = (news) => named.resolve(/[0-9a-f]{32}/.exec(news.message)[0]);
  const first = call("ssh_run", { alias: "box", command: `sleep ${CANCELLED_SLEEP}` }, { onprogress });
  const task_id = await named.promise;
  await runs.next();
  fact("cancel", (await content(call("ssh_cancel", { task_id }))).cancelled);
  fact("cancelled", (await content(first)).cancelled);

  const abort = new AbortController();
  const second = call("ssh_run", { alias: "box", command: `sleep ${ABORTED_SLEEP}` }, { signal: abort.signal });
  await runs.next();
  abort.abort();
  fact("aborted", await second.then(() => "answered", () => "given up"));
  fact("afterwards", (await content(call("ssh_ping", {}))).status);
}

async function resources(client) {
  const { resources } = await client.listResources();
  const { resourceTemplates } = await client.listResourceTemplates();
  fact("resources", resources.map((resource) => resource.uri).includes("ssh://hosts"));
  fact("templates", resourceTemplates.map((template) => template.uriTemplate).includes("ssh://host/{alias}"));
  const { contents } = await client.readResource({ uri: "ssh://host/box" });
  fact("resource", JSON.parse(contents[0].text).alias);
  fact("no resource", await code(client.readResource({ uri: "ssh://host/bax" })));
}

async function prompts(client) {
  const { prompts } = await client.listPrompts();
  const name = "ssh_policy_denied_guidance";
  fact("prompts", prompts.map((prompt) => prompt.name).includes(name));
  const { messages } = await client.getPrompt({ name, arguments: { alias: "box", command: "reboot" } });
  fact("prompt", messages[0].content.text.includes("reboot"));
}

async function completions(client) {
  const ref = { type: "ref/resource", uri: "ssh://host/{alias}" };
  const { completion } = await client.complete({ ref, argument: { name: "alias", value: "b" } });
  fact("completion", completion.values);
}

/** The operator adds a host. */
async function changes(call, watch) {
  const heard = Promise.withResolvers();
  await watch(() => heard.resolve(true));
  const servers = `${JSON.parse(process.env.SERVER_ENVIRONMENT).MCP_SSH_CONFIG_DIR}/servers.yml`;
  appendFileSync(servers, "- {alias: new, host: 127.0.0.1, credentials: ops}\n");
  fact("reloaded", (await content(call("ssh_reload_config", {}))).reloaded);
  fact("changed", await heard.promise);
}
