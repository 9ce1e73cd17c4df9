import { spawn } from 'node:child_process';
import { until } from '@action-do/test-support';

export interface ForegroundProgram {
  /** All that it wrote to stdout so far. */
  readonly stdout: () => string;
  /** What a terminal does at Ctrl-C: SIGINT to the command and all that it began. Ends when the last of them has. */
  readonly interrupt: () => Promise<void>;
}

/**
 * A command as a terminal runs it: with all that it begins it is a process group, which is ours and nobody else's. npm
 * hands no signal on to what its script began.
 * @throws Error it did not say `ready` in time; then all of it is ended
 */
export async function startInForeground(
  command: string,
  { cwd, env, ready }: { cwd: string; env: NodeJS.ProcessEnv; ready: RegExp },
): Promise<ForegroundProgram> {
  const child = spawn('bash', ['-c', command], {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    err += text;
  });
  let isOver = false;
  // Not before the last one that holds the pipes has ended.
  const over = new Promise<void>((resolve) => {
    child.once('close', () => {
      isOver = true;
      resolve();
    });
  });
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    if (!isOver && child.pid !== undefined) process.kill(-child.pid, name);
    await over;
  };
  try {
    await until('the program is ready', () => isOver || ready.test(out), 60_000);
    if (isOver) throw new Error('it ended');
  } catch (cause) {
    await signal('SIGKILL');
    throw new Error(`${command} did not get ready: ${out}${err}`, { cause });
  }
  return { stdout: () => out, interrupt: () => signal('SIGINT') };
}
