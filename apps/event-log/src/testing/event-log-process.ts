/** The event log as a process of its own, as production runs it; whoever starts it ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../../dist/event-log.js', import.meta.url));
const READY = /^event log ready at (\S+)$/m;

export interface EventLogProcess {
  readonly url: string;
  readonly process: ChildProcess;
  /** Exit code or signal. */
  readonly ended: Promise<number | string>;
}

/** @throws Error it ended before it was ready; with what it said */
export async function startEventLogProcess(env: Record<string, string>): Promise<EventLogProcess> {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('DO_'));
  if (!existsSync(PROGRAM)) throw new Error('the event log is not bundled: run `npm run build` first');
  const child = spawn(process.execPath, [PROGRAM], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').then(([code, signal]): number | string => code ?? signal);
  let said = '';
  const ready = new Promise<string>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const url = READY.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  });
  const url = await Promise.race([ready, ended.then(() => null)]);
  if (url === null) throw new Error(`the event log ended before it was ready: ${said}`);
  return { url, process: child, ended };
}
