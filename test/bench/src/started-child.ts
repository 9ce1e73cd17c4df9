import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../', import.meta.url);

/** A process of this bench that works until it is told to end. */
export interface StartedChild<Ready> {
  readonly pid: number;
  /** What it sent when it was ready. */
  readonly ready: Ready;
  /** Resolves when it is gone. */
  end(): Promise<void>;
}

/**
 * Starts it and waits until it is ready. It ends with this process at the latest.
 * @param stderr where its log lines go: a file that is open @throws Error it ended before it was ready
 */
export async function startChild<Ready>(
  file: URL,
  args: readonly string[],
  stderr: number | 'inherit' = 'inherit',
): Promise<StartedChild<Ready>> {
  const child = fork(fileURLToPath(file), args, {
    cwd: fileURLToPath(repository),
    execArgv: ['--import', new URL('tools/swc-register.mjs', repository).href],
    stdio: ['ignore', 'inherit', stderr, 'ipc'],
  });
  const exited = once(child, 'exit');
  const [ready] = await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`${file.pathname} ended with code ${code}`))),
  ]);
  return {
    pid: child.pid ?? -1,
    ready: ready as Ready,
    async end() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
