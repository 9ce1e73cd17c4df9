import { execFile } from 'node:child_process';

const TIMEOUT_MS = 300_000;
const SAID_BYTES_MAX = 4 * 1024 * 1024;

export interface NpmEnd {
  /** -1 where it could not be started, or was ended. */
  readonly code: number;
  readonly said: string;
}

/** npm in a folder, without what an npm above us has set for itself. Never rejects; ended after five minutes. */
export function runNpm(args: readonly string[], cwd: string, signal: AbortSignal): Promise<NpmEnd> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  // On Windows npm is a .cmd file, which only a shell can start.
  const shell = process.platform === 'win32';
  const options = { cwd, env, signal, shell, timeout: TIMEOUT_MS, maxBuffer: SAID_BYTES_MAX };
  return new Promise((resolve) => {
    execFile('npm', [...args], options, (error, stdout, stderr) => {
      if (error === null) return resolve({ code: 0, said: stdout });
      const code = typeof error.code === 'number' ? error.code : -1;
      return resolve({ code, said: stderr || stdout || error.message });
    });
  });
}
