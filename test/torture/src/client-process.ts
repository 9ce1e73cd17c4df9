import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const repository = new URL('../../../', import.meta.url);

/** A client in a process of its own: a source of this package, talked to one message at a time. */
export class ClientProcess<Question extends object, Reply> {
  private readonly child: ChildProcess;

  /** @param source file beside this one, such as './duplicates/client.ts' */
  constructor(source: string) {
    this.child = fork(fileURLToPath(new URL(source, import.meta.url)), [], {
      cwd: fileURLToPath(repository),
      execArgv: [
        '--conditions=@action-do/source',
        '--import',
        new URL('tools/swc-register.mjs', repository).href,
      ],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }

  /** @throws Error the client ended instead of replying */
  ask(question: Question): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const ended = (code: number | null): void => reject(new Error(`the client ended with code ${code}`));
      this.child.once('exit', ended);
      this.child.once('message', (reply) => {
        this.child.off('exit', ended);
        resolve(reply as Reply);
      });
      this.child.send(question, (error) => error && reject(error));
    });
  }

  async end(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exited;
  }
}
