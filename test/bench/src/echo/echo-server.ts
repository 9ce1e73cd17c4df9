import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../../', import.meta.url);

export interface EchoServer {
  readonly url: string;
  readonly pid: number;
  end(): void;
}

/** Starts the floor in a process of its own. @throws Error it ended before it was ready */
export async function startEchoServer(): Promise<EchoServer> {
  const child: ChildProcess = fork(fileURLToPath(new URL('./echo.process.ts', import.meta.url)), [], {
    cwd: fileURLToPath(repository),
    execArgv: ['--import', new URL('tools/swc-register.mjs', repository).href],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const gone = once(child, 'exit').then(([code]) => {
    throw new Error(`the echo server ended with code ${code}`);
  });
  const [url] = await Promise.race([once(child, 'message'), gone]);
  gone.catch(() => undefined);
  return { url: String(url), pid: child.pid ?? -1, end: () => child.disconnect() };
}
