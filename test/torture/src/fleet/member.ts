import type { RunningWorker, Services } from '@action-do/test-support';

export type StackService = Services['stack']['gateways'][number];
export type MemberKind = 'gateway' | 'executor' | 'projector' | 'event log' | 'worker';

/** One process of the fleet, which can be struck, and begun again where it was. */
export interface Member {
  readonly name: string;
  readonly kind: MemberKind;
  readonly pid: number;
  /** False as long as the very process that was started last is there. */
  readonly ended: boolean;
  /** Its last words. */
  readonly words: string;
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  stop(): Promise<number | null>;
  /** Resolves when it is ready. */
  start(): Promise<void>;
}

/** SIGSTOP and SIGCONT: it hangs, with all its connections open, and goes on. */
export const freeze = ({ pid }: Member): void => void process.kill(pid, 'SIGSTOP');
export const thaw = ({ pid }: Member): void => void process.kill(pid, 'SIGCONT');

export class ServiceMember implements Member {
  constructor(
    readonly kind: MemberKind,
    private readonly service: StackService,
  ) {}

  get name(): string {
    return this.service.name;
  }

  get pid(): number {
    return this.service.process.pid;
  }

  get ended(): boolean {
    return this.service.process.ended();
  }

  get words(): string {
    return this.service.process.stderr();
  }

  kill(): Promise<void> {
    return this.service.kill();
  }

  stop(): Promise<number | null> {
    return this.service.stop();
  }

  async start(): Promise<void> {
    await this.service.start();
  }
}

export class WorkerMember implements Member {
  readonly kind = 'worker';
  private running: RunningWorker | undefined;

  constructor(
    readonly name: string,
    private readonly startAnother: () => Promise<RunningWorker>,
  ) {}

  get pid(): number {
    return this.worker.pid;
  }

  get ended(): boolean {
    return this.worker.ended();
  }

  get words(): string {
    return this.worker.stderr();
  }

  async kill(): Promise<void> {
    await this.running?.kill();
  }

  stop(): Promise<number | null> {
    return this.worker.stop();
  }

  async start(): Promise<void> {
    this.running = await this.startAnother();
  }

  private get worker(): RunningWorker {
    if (this.running === undefined) throw new Error(`${this.name} was not started`);
    return this.running;
  }
}
