// npm `@modelcontextprotocol/sdk` 1.x, which knows the legacy era only: argv is the server.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport, getDefaultEnvironment } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema, ResourceListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import { approve, converse } from "./conversation.mjs";

const [command, ...args] = process.argv.slice(2);
const env = { ...getDefaultEnvironment(), ...JSON.parse(process.env.SERVER_ENVIRONMENT) };
const transport = new StdioClientTransport({ command, args, env, stderr: "ignore" });
// The SDK keeps what was agreed on from everyone but the transport.
transport.setProtocolVersion = (version) => (transport.agreed = version);
const client = new Client({ name: "sdk", version: "1" }, { capabilities: { elicitation: {} } });
client.setRequestHandler(ElicitRequestSchema, approve);
await client.connect(transport);
const call = (name, args, options) => client.callTool({ name, arguments: args }, undefined, options);
const watch = (heard) => client.setNotificationHandler(ResourceListChangedNotificationSchema, heard);
await converse(client, transport.agreed, call, watch);
await client.close();
process.exit(0);
