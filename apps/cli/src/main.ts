import { setTimeout as delay } from 'node:timers/promises';
import { runCli } from './run-cli.js';
import { runNpm } from './run-npm.js';

const interrupted = new AbortController();
// Once: whoever presses Ctrl-C a second time does not want to wait for a clean end.
process.once('SIGINT', () => interrupted.abort());

// No process.exit: it would cut off what a pipe has not taken yet.
process.exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  fetch: globalThis.fetch,
  runNpm,
  cwd: process.cwd(),
  nowMs: Date.now,
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => undefined),
  isTTY: { stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true },
  columns: process.stdout.columns,
  signal: interrupted.signal,
});
