import { type ProcessPlan, type StartedProcess, startProcess } from '@action-do/local-servers';

/** One process of the stack, which can be ended and begun again. */
export class StackService {
  #process: StartedProcess | null = null;
  #isWanted = false;
  #told: (why: string) => void = () => undefined;
  /** Resolves with words when it ends though nobody wanted it to. */
  readonly died = new Promise<string>((resolve) => {
    this.#told = resolve;
  });

  constructor(
    readonly name: string,
    /** @param before what its ready line said the last time: one that is begun again is where it was */
    private readonly plan: (before: string | null) => ProcessPlan,
  ) {}

  /** @returns what its ready line says  @throws ProcessNotReady */
  async start(): Promise<string> {
    const started = await startProcess(this.plan(this.#process?.ready[1] ?? null));
    this.#process = started;
    this.#isWanted = true;
    void started.exited.then((code) => {
      if (this.#isWanted && this.#process === started)
        this.#told(
          `${this.name} ended by itself, ${code === null ? 'by a signal' : `with exit code ${code}`}`,
        );
    });
    return started.ready[1] ?? '';
  }

  /** @throws Error it was not started */
  get process(): StartedProcess {
    if (this.#process === null) throw new Error(`${this.name} was not started`);
    return this.#process;
  }

  /** SIGTERM, and its exit code. */
  async stop(): Promise<number | null> {
    this.#isWanted = false;
    return this.#process === null ? null : this.#process.stop();
  }

  async kill(): Promise<void> {
    this.#isWanted = false;
    await this.#process?.kill();
  }
}
