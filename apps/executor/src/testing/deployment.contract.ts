import {
  ActionName,
  type ActionRef,
  handlerSubjects,
  type JsonValue,
  WORKER_QUEUE,
} from '@action-do/contracts';
import type { ActionDefinition } from '@do-sdk/actions';
import { SYSTEM } from '../execution/execution-record.js';
import { LeaseWorld } from './lease-world.contract.js';
import { action } from './one-executor.contract.js';
import { type Reply, TENANT } from './sim-executors.contract.js';
import { encode, onTheBus } from './sim-worker.contract.js';

export const RESULT = { b: 1.5, a: 'ä', list: [{ n: null }], id: 'x' };
const RETRY = { attemptsMax: 3, initialDelayMs: 100, delayMsMax: 100, factor: 1 };
export const REASON = 'has a better one';

export const ref = (name: string, version: number): ActionRef => ({ name: ActionName.parse(name), version });

/** A deployment on one log and one bus that is released again and again while its callers repeat themselves. */
export class Deployment {
  /** Whoever had an effect, in order. */
  readonly effects: string[] = [];

  private constructor(readonly leases: LeaseWorld) {}

  static async with(...executors: string[]): Promise<Deployment> {
    return new Deployment(await LeaseWorld.with(executors, () => []));
  }

  get sim() {
    return this.leases.sim;
  }

  /** As a process starts: what it performs itself is recorded before it takes calls. */
  async start(name: string, ...own: ActionDefinition[]): Promise<void> {
    const executor = await this.leases.start(name, own);
    await this.during(executor.registerOwn(TENANT));
  }

  /** An action of an executor's own. */
  own(name: string, version: number): ActionDefinition {
    return { ...action(name, () => this.perform(`${name}@${version} here`), { version }), undo: () => {} };
  }

  /** A worker of `pay` that answers at once. */
  worker(version: number): void {
    const { bus } = this.leases;
    const { run, ask } = handlerSubjects;
    const pay = () => encode(this.perform(`pay@${version} on the bus`));
    bus.subscribe(run(TENANT, 'pay', version), (message) => message.respond(pay()), { queue: WORKER_QUEUE });
    bus.subscribe(ask(TENANT, 'pay', version), (message) => message.respond(encode({ state: 'here' })));
  }

  async register(at: string, version: number): Promise<void> {
    const { contract } = onTheBus({ retry: RETRY }, { version, hasUndo: true });
    const { registerAction } = this.sim.executor(at);
    expect(await this.during(registerAction.register(TENANT, contract, SYSTEM))).toMatchObject({ ok: true });
  }

  async retire(at: string, name: string, version: number, successor?: ActionRef): Promise<void> {
    const command = { ...ref(name, version), reason: REASON, ...(successor ? { successor } : {}) };
    const retiring = this.sim.executor(at).retireAction.retire(TENANT, command, SYSTEM);
    expect(await this.during(retiring)).toMatchObject({ ok: true, answer: { status: 'retired' } });
  }

  async during<T>(something: Promise<T>): Promise<T> {
    await this.leases.world.settle();
    return something;
  }

  call(at: string, more: object = {}): Promise<Reply> {
    return this.sim.answer(at, { action: 'pay', ...more });
  }

  private perform(who: string): JsonValue {
    this.effects.push(who);
    return RESULT;
  }
}

export const versionOf = ({ json }: Reply) => json.execution?.version;
