// npm `@modelcontextprotocol/client` 2.x: argv is the mode (legacy, auto, or a version to insist
// on) and the server.
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport, getDefaultEnvironment } from "@modelcontextprotocol/client/stdio";
import { approve, converse } from "./conversation.mjs";

const [wanted, command, ...args] = process.argv.slice(2);
const mode = wanted === "legacy" || wanted === "auto" ? wanted : { pin: wanted };
const env = { ...getDefaultEnvironment(), ...JSON.parse(process.env.SERVER_ENVIRONMENT) };
const transport = new StdioClientTransport({ command, args, env, stderr: "ignore" });
const capabilities = { elicitation: { form: {} } };
const client = new Client({ name: "client", version: "2" }, { capabilities, versionNegotiation: { mode } });
client.setRequestHandler("elicitation/create", approve);
await client.connect(transport);
const call = (name, args, options) => client.callTool({ name, arguments: args }, options);
const watch = async (heard) => {
  client.setNotificationHandler("notifications/resources/list_changed", heard);
  if (client.getProtocolEra() === "modern") await client.listen({ resourcesListChanged: true });
};
await converse(client, client.getNegotiatedProtocolVersion(), call, watch);
await client.close();
process.exit(0);
