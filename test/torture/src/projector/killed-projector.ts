import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(
  new URL('../../../../apps/projector/dist/testing/project-until-killed.js', import.meta.url),
);
const SAID_MAX = 4_000;

export interface KilledProjectorOptions {
  readonly logFolder: string;
  readonly viewsUrl: string;
  /** That append at once. */
  readonly writers: number;
  /** Whether the views are built anew again and again meanwhile. */
  readonly rebuilding: boolean;
  /** From its start on. */
  readonly killAfterMs: number;
}

export interface Killed {
  /** Executions whose outcome was acknowledged. */
  readonly acknowledged: number;
  readonly rebuilds: number;
  /** What was not as it should be before the kill. */
  readonly broken: readonly string[];
}

/** Lets a projector append, project and build anew, each as fast as it can, and kills it at the given moment. */
export async function killProjector(options: KilledProjectorOptions): Promise<Killed> {
  const { logFolder, viewsUrl, writers, rebuilding, killAfterMs } = options;
  const args = [PROGRAM, logFolder, viewsUrl, String(writers), ...(rebuilding ? ['rebuild'] : [])];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const endWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const output = collect(child);
  const closed = once(child, 'close');
  await Promise.race([delay(killAfterMs), closed]);
  child.kill('SIGKILL');
  const [code, signal] = await closed;
  process.off('exit', endWithUs);
  const broken = [...output.failedRebuilds()];
  if (signal !== 'SIGKILL') broken.push(`it ended by itself with ${code}: ${output.said()}`);
  return { acknowledged: output.acknowledged(), rebuilds: output.rebuilds(), broken };
}

function collect(child: ChildProcess) {
  let out = '';
  let said = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-SAID_MAX);
  });
  const lines = (begin: string): string[] => out.split('\n').filter((line) => line.startsWith(begin));
  return {
    acknowledged: () => lines('.').length,
    rebuilds: () => lines('rebuild done').length,
    failedRebuilds: () => lines('rebuild failed'),
    said: () => said,
  };
}
