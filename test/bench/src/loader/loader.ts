import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadResult } from './load-plan.js';

const repository = new URL('../../../../', import.meta.url);

/** The loader in a process of its own, so that what it costs is not counted to what it loads. */
export class Loader {
  private readonly child: ChildProcess = fork(
    fileURLToPath(new URL('./loader.process.ts', import.meta.url)),
    [],
    {
      cwd: fileURLToPath(repository),
      execArgv: ['--import', new URL('tools/swc-register.mjs', repository).href],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    },
  );

  /** @throws Error the loader ended instead */
  run(plan: LoadPlan): Promise<LoadResult> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the loader ended with code ${code}`));
      this.child.once('exit', ended);
      this.child.once('message', (result) => {
        this.child.off('exit', ended);
        resolve(result as LoadResult);
      });
      this.child.send(plan);
    });
  }

  /** It ends as soon as nobody is there to ask it. */
  end(): void {
    this.child.disconnect();
  }
}
