/** Starts a TypeScript source as a process of its own, without a build; whoever starts it ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../../../', import.meta.url);
const sourceArguments = [
  '--no-warnings',
  '--conditions=@action-do/source',
  '--import',
  new URL('tools/swc-register.mjs', repository).href,
];

export interface RunningSource {
  readonly process: ChildProcess;
  /** What it prints, line by line; an unfinished last line is dropped. Ends with the process. */
  readonly lines: AsyncIterable<string>;
  /** Exit code or signal. */
  readonly ended: Promise<number | string>;
  readonly errorText: () => string;
}

/**
 * @param source a file beside this one, or code that begins with `import`
 * @param shell commands for a POSIX shell that becomes the process, such as limits
 */
export function runSource(source: string, args: readonly string[], shell = ''): RunningSource {
  const what = source.startsWith('import')
    ? ['--input-type=module', '--eval', source]
    : [fileURLToPath(new URL(source, import.meta.url))];
  const command = [process.execPath, ...sourceArguments, ...what, ...args];
  const [program = '', ...rest] = shell ? ['sh', '-c', `${shell}; exec "$0" "$@"`, ...command] : command;
  const child = spawn(program, rest, {
    cwd: fileURLToPath(repository),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => code ?? signal);
  return { process: child, lines: completeLines(child.stdout), ended, errorText: () => errors };
}

async function* completeLines(stream: Readable): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = `${rest}${chunk}`.split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
  }
}
