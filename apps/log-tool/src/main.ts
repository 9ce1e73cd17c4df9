import { runLogTool } from './run-log-tool.js';

const interrupted = new AbortController();
// Once: whoever presses Ctrl-C a second time does not want to wait for a clean end.
process.once('SIGINT', () => interrupted.abort(new Error('interrupted')));

process.exitCode = await runLogTool(process.argv.slice(process.argv[2] === 'log' ? 3 : 2), {
  env: process.env,
  cwd: process.env['INIT_CWD'] ?? process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTTY: process.stderr.isTTY === true,
  nowMs: Date.now,
  signal: interrupted.signal,
});
