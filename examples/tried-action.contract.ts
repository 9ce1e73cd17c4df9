import { until } from '@action-do/local-servers';
import {
  type ActionContext,
  type ActionDefinition,
  type ActionParams,
  type JsonObject,
  type JsonValue,
  type Performed,
  performAction,
  performProbe,
  performUndo,
} from '@do-sdk/actions';
import { type CrashLabOptions, type CrashReport, crashLab, crashPoint } from '@do-sdk/actions/testing';
import { type Service, serviceAt } from './call-service.js';
import { OutsideWorld } from './outside-world/outside-world.js';

const silent = () => undefined;

/** What a host would hand over, for one key. */
export const contextOf = (
  idempotencyKey: string,
  signal: AbortSignal = new AbortController().signal,
  heartbeat: () => void = silent,
): ActionContext => ({
  executionId: 'exe_0123-1',
  idempotencyKey,
  attempt: 1,
  signal,
  deadlineMs: Date.now() + 10_000,
  logger: { debug: silent, info: silent, warn: silent, error: silent },
  heartbeat,
});

/** A process may die before the service hears of it, and when the service has done its work. */
const mortalFetch: typeof fetch = async (input, init) => {
  await crashPoint('before the service is asked');
  const response = await fetch(input, init);
  await crashPoint('the service has answered');
  return response;
};

/** The outside world of one spec file, and what is done to an action in it. */
export class TriedWorld {
  #world: OutsideWorld | undefined;
  #keys = 0;

  async start(): Promise<void> {
    this.#world = await OutsideWorld.start();
  }

  get world(): OutsideWorld {
    if (this.#world === undefined) throw new Error('the outside world was not started');
    return this.#world;
  }

  get service(): Service {
    return serviceAt(this.world.url);
  }

  /** The same service, in whose calls a process can die. */
  get mortalService(): Service {
    return serviceAt(this.world.url, mortalFetch);
  }

  freshKey(): string {
    return `key-${++this.#keys}`;
  }

  /** As the platform calls it, once. */
  perform(action: ActionDefinition, params: JsonObject, key = this.freshKey()): Promise<Performed> {
    return performAction(action, params, contextOf(key));
  }

  undo(action: ActionDefinition, params: JsonObject, result: JsonValue): Promise<Performed> {
    return performUndo(action, params, result, contextOf('undo:exe_0123-1'));
  }

  probe(action: ActionDefinition, params: JsonObject, key: string) {
    return performProbe(action, params, contextOf(key));
  }

  /** Calls it, and gives it up as soon as the service at `on` keeps it waiting. */
  async giveUpHanging(action: ActionDefinition, params: JsonObject, on: string, key = this.freshKey()) {
    this.world.plan({ on, kind: 'hang' });
    const attempt = new AbortController();
    const performed = performAction(action, params, contextOf(key, attempt.signal));
    await until('the call hangs', () => this.world.hanging === 1);
    attempt.abort(new Error('the attempt timed out'));
    return performed;
  }

  countOf(what: string): number {
    return this.world.effects(what).length;
  }

  /** One fault at each boundary: what a second one tells costs more time than it is worth here. */
  lab<D extends ActionDefinition>(
    action: D,
    params: CrashLabOptions<ActionParams<D>>['params'],
    what: string,
  ): Promise<CrashReport> {
    return crashLab(action, { params, countEffects: () => this.countOf(what), faultsMax: 1 });
  }
}

/** For all tests of the file that calls this. */
export function triedWorld(): TriedWorld {
  const tried = new TriedWorld();
  beforeAll(() => tried.start());
  afterEach(() => tried.world.heal());
  afterAll(() => tried.world.stop());
  return tried;
}
