import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../../', import.meta.url);

/** Runs a file of this folder in a process of its own, which sends one result and ends. @throws Error it ended without */
export function inProcessOfItsOwn<Result>(
  file: string,
  args: readonly string[],
  nodeArgs: readonly string[] = [],
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let result: { readonly value: Result } | undefined;
    const child = fork(fileURLToPath(new URL(file, import.meta.url)), args, {
      cwd: fileURLToPath(repository),
      execArgv: [...nodeArgs, '--import', new URL('tools/swc-register.mjs', repository).href],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    const endWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', endWithUs);
    child.once('message', (value) => {
      result = { value: value as Result };
    });
    child.once('exit', (code) => {
      process.off('exit', endWithUs);
      if (code === 0 && result !== undefined) resolve(result.value);
      else reject(new Error(`${file} ended with code ${code}`));
    });
  });
}
