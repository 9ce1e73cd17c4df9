import { systemSubjects } from '@action-do/contracts';
import { SimWorld } from '@action-do/test-support';
import type { ActionDefinition } from '@do-sdk/actions';
import type { ExecutorParts } from '../executor.js';
import { PausedProcess } from './paused-process.contract.js';
import { SimBus } from './sim-bus.contract.js';
import { SimExecutors } from './sim-executors.contract.js';

export const LEASE_MS = 2_000;

/** Executors that share a log and a bus, and beat. */
export class LeaseWorld {
  readonly world = new SimWorld();
  readonly sim = new SimExecutors(this.world);
  readonly bus = new SimBus(this.world);
  private readonly processes = new Map<string, PausedProcess>();

  static async with(
    names: readonly string[],
    of: (name: string) => readonly ActionDefinition[],
    parts: Partial<ExecutorParts> = {},
  ): Promise<LeaseWorld> {
    const leases = new LeaseWorld();
    for (const name of names) await leases.start(name, of(name), parts);
    await leases.pass(LEASE_MS);
    return leases;
  }

  async start(name: string, actions: readonly ActionDefinition[], parts: Partial<ExecutorParts> = {}) {
    const { clock } = this.world.process(name);
    const process = new PausedProcess(clock, this.bus);
    this.processes.set(name, process);
    const shared = { bus: process.bus, clock: process.clock, sharesLog: true, leaseMs: LEASE_MS };
    const executor = await this.sim.start(name, { actions, ...shared, ...parts });
    await executor.start();
    return executor;
  }

  /** Of one that was started: as SIGSTOP and SIGCONT. */
  process(name: string): PausedProcess {
    const process = this.processes.get(name);
    if (process === undefined) throw new Error(`no process ${name}`);
    return process;
  }

  /** Lets everything happen for so long, milliseconds; at the end the time is exactly that much later. */
  async pass(ms: number): Promise<void> {
    const { world } = this;
    let isOver = false;
    world.process('test').clock.after(ms, () => {
      isOver = true;
    });
    await world.settle();
    while (!isOver) {
      await world.tick();
      await world.settle();
    }
  }

  /** As the projector does; everything that needs no time happens. @returns how many it takes over */
  async hint(name: string): Promise<number> {
    const streams = [...(await this.sim.streams()).keys()];
    const hinted = this.sim.executor(name).recoverExecutions.recoverHinted(streams);
    await this.world.settle();
    return (await hinted).open;
  }

  async started(): Promise<number> {
    return (await this.sim.recorded()).filter((type) => type === 'ActionStarted').length;
  }

  get beats(): number {
    return this.bus.sent.filter((subject) => subject === systemSubjects.beat).length;
  }
}
