/** A served log in a process of its own, that a test stops, lets go on, kills and starts again at the same port. */
import { type RunningSource, runSource } from '../../embedded/testing/run-source.js';
import { type TemporaryFolder, temporaryFolder } from '../../embedded/testing/temporary-folder.js';

export class LogProcess {
  readonly folder: TemporaryFolder = temporaryFolder();
  #running: RunningSource | undefined;
  #port = 0;

  get url(): string {
    return `esdb://127.0.0.1:${this.#port}?tls=false`;
  }

  /** Resolves when it takes calls. */
  async start(): Promise<void> {
    const running = runSource('../../esdb/testing/serve-log.ts', [this.folder.path, `${this.#port}`]);
    this.#running = running;
    for await (const line of running.lines) {
      this.#port = Number(line);
      return;
    }
    throw new Error(`the served log printed nothing: ${running.errorText()}`);
  }

  /** It takes no more of the processor, and keeps its connections. */
  freeze(): void {
    this.#running?.process.kill('SIGSTOP');
  }

  thaw(): void {
    this.#running?.process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    running?.process.kill('SIGKILL');
    await running?.ended;
  }

  async end(): Promise<void> {
    await this.kill();
    this.folder.remove();
  }
}
