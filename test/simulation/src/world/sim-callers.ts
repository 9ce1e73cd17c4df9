import type { ActionName, ControlVerb } from '@action-do/contracts';
import type { CallRecord, OrderRecord, Random, Said } from '@action-do/test-support';
import { ACTIONS } from './sim-actions.js';
import type { SimFleet } from './sim-fleet.js';
import type { Request } from './sim-gateway.js';

/** One piece of work as a caller wants it. */
export interface Work {
  readonly action: string;
  /** Undefined = named by its params. */
  readonly key: string | undefined;
  readonly params: Readonly<Record<string, unknown>>;
  readonly waitMs: number;
}

const TRIES_MAX = 5;
const ATTACHES_MAX = 4;
const PAUSE_MS = 100;
/** Over and above its wait, before a caller takes the gateway for gone. */
const GRACE_MS = 8_000;
const OWNER = 'callers';
/** What the SDK repeats by itself. */
const AGAIN: readonly string[] = ['UNAVAILABLE', 'RATE_LIMITED', 'NO_HANDLER', 'INTERNAL'];

/** Callers that do what the SDK does: one request id a call, repeated until there is an answer, then attached. */
export class SimCallers {
  readonly records: CallRecord[] = [];
  readonly orders: OrderRecord[] = [];
  /** Those without an answer, by request id. */
  readonly waiting = new Set<string>();
  /** Nobody's clock is off any more, nor will be. */
  clocksAreRight = false;
  private calls = 0;

  constructor(
    private readonly fleet: SimFleet,
    private readonly random: Random,
  ) {}

  /** @returns the request id of the call, which goes on by itself */
  call(work: Work): string {
    const requestId = `00000000-0000-7000-9000-${String(++this.calls).padStart(12, '0')}`;
    this.fleet.world.history.push(
      `caller ${this.calls} wants ${nameOf(work, requestId)} of ${JSON.stringify(work.params)}`,
    );
    this.waiting.add(requestId);
    void this.insist(work, requestId).finally(() => this.waiting.delete(requestId));
    return requestId;
  }

  /** What an operator wants of an execution. */
  order(verb: ControlVerb, id: string, outcome: object): void {
    const requestId = `00000000-0000-7000-a000-${String(++this.calls).padStart(12, '0')}`;
    this.orders.push({ requestId, verb, id, at: this.fleet.world.history.length });
    this.fleet.world.history.push(`an operator wants to ${verb} ${id.slice(4, 12)}${id.slice(36)}`);
    const [gateway] = this.fleet.living('gateway');
    const body = { id, reason: 'so it goes', ...(verb === 'resolve' ? { outcome } : {}) };
    void this.fleet.gateways.get(gateway ?? '')?.order(verb, body, requestId);
  }

  private async insist(work: Work, requestId: string): Promise<void> {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      const said = await this.ask(work, requestId);
      if (said.kind === 'accepted' && (await this.attach(work, requestId, said.id))) return;
      const again = said.kind === 'nothing' || (said.kind === 'refused' && AGAIN.includes(said.code));
      if (!again && said.kind !== 'accepted') return;
      await this.passes(PAUSE_MS * 2 ** tries);
    }
  }

  private async attach(work: Work, requestId: string, id: string): Promise<boolean> {
    for (let tries = 0; tries < ATTACHES_MAX; tries++) {
      const said = await this.record(work, requestId, 'attach', (gateway) =>
        this.fleet.gateways.get(gateway)?.attach(id, 5_000),
      );
      if (said.kind === 'succeeded' || said.kind === 'failed' || said.kind === 'unknown') return true;
      await this.passes(PAUSE_MS * 2 ** tries);
    }
    return false;
  }

  private ask(work: Work, requestId: string): Promise<Said> {
    const { action, key, params, waitMs } = work;
    const body = JSON.stringify({ params });
    const request: Request = { action: action as ActionName, key, body, requestId, waitMs };
    return this.record(work, requestId, 'execute', (gateway) =>
      this.fleet.gateways.get(gateway)?.execute(request),
    );
  }

  private async record(
    work: Work,
    requestId: string,
    verb: CallRecord['verb'],
    send: (gateway: string) => Promise<Said> | undefined,
  ): Promise<Said> {
    const { world } = this.fleet;
    const { effects = 'unsafe', windowMs } = ACTIONS[work.action] ?? {};
    const record: CallRecord = {
      requestId,
      verb,
      action: work.action,
      effects,
      key: nameOf(work, requestId),
      windowed: windowMs !== undefined,
      params: JSON.stringify(work.params),
      beganAt: world.history.length,
      logEnd: world.logEnd,
      ...(this.clocksAreRight && { sentAtMs: world.nowMs }),
      endedAt: null,
      said: { kind: 'nothing' },
    };
    this.records.push(record);
    const gateways = this.fleet.living('gateway');
    const gateway = gateways[Math.floor(this.random() * gateways.length)] ?? '';
    const caller = Number(requestId.slice(-12));
    const said = await this.answered(
      send(gateway) ?? Promise.resolve({ kind: 'nothing' }),
      work,
      caller,
      gateway,
    );
    record.said = said;
    record.endedAt = world.history.length;
    const told = 'id' in said ? ` of ${said.id.slice(4, 12)}${said.id.slice(36)}` : '';
    world.history.push(
      `caller ${caller} is told by ${gateway}: ${said.kind}${'code' in said ? ` ${said.code}` : ''}${told}`,
    );
    return said;
  }

  /** The answer on its way back to the caller, which waits for it only so long. */
  private answered(answer: Promise<Said>, { waitMs }: Work, caller: number, gateway: string): Promise<Said> {
    const { world } = this.fleet;
    return new Promise((resolve) => {
      const callOff = world.process(OWNER).clock.after(waitMs + GRACE_MS, () => resolve({ kind: 'nothing' }));
      void answer.then(async (said) => {
        const fault = await world.step(OWNER, 'reply', `to caller ${caller} from ${gateway}`);
        callOff();
        resolve(fault === 'drop' ? { kind: 'nothing' } : said);
      });
    });
  }

  private passes(ms: number): Promise<void> {
    return new Promise((resolve) => this.fleet.world.process(OWNER).clock.after(ms, resolve));
  }
}

/** What names the work: as the product derives it, in plain words. */
function nameOf({ action, key, params }: Work, requestId: string): string {
  const derived = ACTIONS[action]?.mode === 'none' ? `req:${requestId}` : `auto:${JSON.stringify(params)}`;
  return `${action} ${key ?? derived}`;
}
