// A server of the npm package ssh2 for the matrix: commands by the shell; the package has no files of its own.
// tests/interop/library.rs says how it is started.
'use strict';

const { spawn } = require('child_process');
const { readFileSync } = require('fs');
const path = require('path');

const folder = path.join(process.env.MATRIX_NODE, 'node_modules', 'ssh2');
const { Server, utils } = require(folder);

const { MATRIX_PASSWORD: password, MATRIX_KEY: publicKey } = process.env;
const known = utils.parseKey(publicKey);
// After so many bytes the server asks for new keys.
const REKEY_BYTES = 1024 * 1024;

function proves(context) {
  if (context.username === 'keyboard') {
    if (context.method !== 'keyboard-interactive') {
      return context.reject(['keyboard-interactive']);
    }
    return context.prompt([{ prompt: 'Password:', echo: false }], (answers) =>
      answers.length === 1 && answers[0] === password ? context.accept() : context.reject());
  }
  const accepted = {
    password: () => context.password === password,
    publickey: () => context.key.algo === known.type && context.key.data.equals(known.getPublicSSH()) &&
      (!context.signature || known.verify(context.blob, context.signature, context.hashAlgo)),
  }[context.method];
  return accepted && accepted() ? context.accept() : context.reject(['publickey', 'password']);
}

function run(client, stream, command) {
  const child = spawn('/bin/sh', ['-c', command]);
  let sent = 0;
  child.stdout.on('data', (data) => {
    sent += data.length;
    if (sent >= REKEY_BYTES) {
      sent = 0;
      client.rekey(() => process.stderr.write('new keys\n'));
    }
  });
  child.stdout.pipe(stream, { end: false });
  child.stderr.pipe(stream.stderr, { end: false });
  stream.pipe(child.stdin);
  child.stdin.on('error', () => {});
  child.on('close', (code, signal) => {
    signal ? stream.exit(signal.slice(3), false, '') : stream.exit(code);
    stream.end();
  });
}

const key = utils.generateKeyPairSync('ed25519');
const server = new Server({ hostKeys: [key.private] }, (client) => {
  client.on('authentication', proves);
  client.on('error', (error) => process.stderr.write(`${error}\n`));
  client.on('session', (accept) => {
    const session = accept();
    session.on('exec', (accepted, rejected, info) => run(client, accepted(), info.command));
  });
});
server.listen(0, '127.0.0.1', () => {
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json')));
  const [type, base64] = key.public.split(' ');
  process.stdout.write(`${server.address().port} ${type} ${base64} ssh2 ${version}\n`);
});
process.stdin.on('end', () => process.exit(0)).resume();
