import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../../', import.meta.url);

export interface ServedLog {
  readonly url: string;
  readonly pid: number;
  end(): Promise<void>;
}

/** A log served by a process of its own, which ends with this one at the latest. */
export async function serveLog(folder: string): Promise<ServedLog> {
  const child = fork(fileURLToPath(new URL('serve.process.ts', import.meta.url)), [folder], {
    cwd: fileURLToPath(repository),
    execArgv: ['--import', new URL('tools/swc-register.mjs', repository).href],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [port] = await Promise.race([
    once(child, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`the served log ended with code ${code}`))),
  ]);
  return {
    url: `esdb://127.0.0.1:${port}?tls=false`,
    pid: child.pid ?? 0,
    async end() {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}
